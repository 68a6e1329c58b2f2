"""What is left of a resumable upload after kill -9, cut connections and changes of instance: all of it."""

import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from services.uploads.block_plan import LARGEST_CHUNK
from tests.fault_proxy import Fault, running_fault_proxy
from tests.server import Server, eventually, running_server
from tests.tus import BYTES, TusClient
from tests.videos import mp4
from tests.wire import connect, request_head
from utils.sizes import MIB

SIZE = 24 * MIB + 4321
FILM = mp4(SIZE, seed=24)
BLOCK = 4 * MIB
ROUNDS = range(5)
FIRE_ROUNDS = 50


@pytest.fixture(scope="module")
def pair(azurite: str) -> Iterator[tuple[Server, Server]]:
    """Two instances on one storage."""
    with (
        running_server(azurite, upload_block_mb=BLOCK // MIB, max_upload_mb=64) as one,
        running_server(
            azurite, upload_block_mb=BLOCK // MIB, max_upload_mb=64, azure_storage_container_name=one.container_name
        ) as other,
    ):
        yield one, other


def test_requests_may_alternate_between_instances(pair: tuple[Server, Server]) -> None:
    clients = [TusClient(server.url) for server in pair]
    url = clients[0].begin(SIZE)
    for number, start in enumerate(range(0, SIZE, MIB + 7)):
        client = clients[number % 2]
        assert client.offset(client.here(url)) == start
        assert client.patch(client.here(url), start, FILM[start : start + MIB + 7]).status_code == 204
    video = clients[1].video_id(clients[1].here(url))
    assert pair[0].content(video) == FILM
    with pair[0].container() as container:
        # No process has seen all bytes, and a wrong checksum would be worse than none.
        assert "sha256" not in container.get_blob_client(video).get_blob_properties().metadata


def test_two_requests_at_once_cannot_spoil_an_upload(pair: tuple[Server, Server]) -> None:
    clients = [TusClient(pair[number % 2].url) for number in range(4)]
    url = clients[0].begin(SIZE)
    statuses: list[int] = []

    def send(client: TusClient) -> None:
        statuses.append(client.patch(client.here(url), 0, FILM).status_code)

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    assert pair[0].content(clients[0].video_id(url)) == FILM


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_killed_worker_loses_at_most_two_blocks(pair: tuple[Server, Server], seed: int) -> None:
    kill_round(pair, random.Random(seed))


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_cut_connection_loses_nothing_that_counts(pair: tuple[Server, Server], seed: int) -> None:
    cut_round(pair, random.Random(seed))


@pytest.mark.fire
def test_many_killed_workers_lose_at_most_two_blocks(pair: tuple[Server, Server]) -> None:
    for seed in range(FIRE_ROUNDS):
        kill_round(pair, random.Random(1000 + seed))


@pytest.mark.fire
def test_many_cut_connections_lose_nothing_that_counts(pair: tuple[Server, Server]) -> None:
    for seed in range(FIRE_ROUNDS):
        cut_round(pair, random.Random(1000 + seed))


def kill_round(pair: tuple[Server, Server], chance: random.Random) -> None:
    """Kill a worker in the middle of a PATCH; the other instance goes on within 20 seconds."""
    victim, survivor = pair if chance.random() < 0.5 else pair[::-1]
    client = TusClient(survivor.url)
    url = client.begin(SIZE)
    start = chance.choice([0, 1000, 3 * MIB])
    if start:
        assert client.patch(url, 0, FILM[:start]).status_code == 204
    reach = chance.randrange(start, SIZE)
    [worker] = victim.workers
    with patching(victim, url, start) as connection:
        connection.sendall(FILM[start:reach])
        # It stands still while we look, or what it reads meanwhile would be counted twice or not at all.
        worker.suspend()
        received = reach - still_in_the_kernel(connection)
        worker.kill()
    offset = client.offset(url)
    # Two blocks, and what the worker holds of the step that was being read.
    assert offset >= max(start, received - 2 * BLOCK - LARGEST_CHUNK)
    killed = time.monotonic()
    finish(client, url)
    assert time.monotonic() < killed + 20
    assert survivor.content(client.video_id(url)) == FILM
    eventually(lambda: [each.pid for each in victim.workers] not in ([], [worker.pid]) and is_up(victim))


def cut_round(pair: tuple[Server, Server], chance: random.Random) -> None:
    """Cut the connection again and again, at random, by an end or by a reset; the rest comes over new ones."""
    client = TusClient(chance.choice(pair).url)
    url = client.begin(SIZE)
    for _ in range(3):
        start = settle(client, url)
        reach = chance.randrange(start, SIZE)
        with patching(chance.choice(pair), url, start) as connection:
            connection.sendall(FILM[start:reach])
            if chance.random() < 0.5:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finish(client, url)
    assert pair[0].content(client.video_id(url)) == FILM


@pytest.mark.parametrize("size", [1000, 100_000])
def test_a_server_that_dies_before_the_commit_leaves_the_rest_to_another(azurite: str, size: int) -> None:
    """All bytes are staged, and then the record cannot be written any more: as after a kill at that point."""
    film = mp4(size)
    staged = threading.Event()

    def break_after_the_block(method: str, path: str) -> Fault | None:
        if method == "PUT" and "comp=block&" in path:
            staged.set()
        return "503" if method == "PUT" and staged.is_set() and "/tus/" in path else None

    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, storage_timeout_seconds=1) as server,
    ):
        client = TusClient(server.url)
        url = client.begin(size)
        proxy.choose = break_after_the_block
        assert client.patch(url, 0, film).status_code == 503
        proxy.choose = lambda _method, _path: None
        eventually(lambda: client.send("GET", url, allow_redirects=False).status_code == 303)
        assert server.content(client.video_id(url)) == film


def test_a_connection_that_ends_keeps_its_last_bytes(pair: tuple[Server, Server]) -> None:
    client = TusClient(pair[0].url)
    url = client.begin(SIZE)
    reach = 5 * MIB + 54_321
    with patching(pair[0], url, 0) as connection:
        connection.sendall(FILM[:reach])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(4096)
    assert client.offset(url) == reach
    finish(client, url)
    assert pair[0].content(client.video_id(url)) == FILM


def patching(server: Server, url: str, offset: int) -> socket.socket:
    """A connection on which the head of a PATCH has been sent."""
    connection = connect(server.port)
    head = request_head(
        "PATCH",
        f"/api/uploads/{url.rsplit('/', 1)[-1]}",
        Content_Type=BYTES,
        Content_Length=str(SIZE - offset),
        Upload_Offset=str(offset),
        Tus_Resumable="1.0.0",
    )
    connection.sendall(head)
    return connection


def still_in_the_kernel(connection: socket.socket) -> int:
    """How many bytes of what this connection has sent the server's process, which stands still, has not read yet.

    The kernel lists all connections of the machine bit by bit, while bytes go from one end to the other and other
    connections come and go: a list may lack an end, or have bytes twice or not at all. Two that agree do not.
    """
    looks: list[dict[str, int]] = []

    def has_come_to_rest() -> bool:
        looks.append(queues_of(connection))
        return looks[-1].keys() == {"mine", "theirs"} and looks[-2:-1] == looks[-1:]

    eventually(has_come_to_rest)
    return sum(looks[-1].values())


def queues_of(connection: socket.socket) -> dict[str, int]:
    """The bytes that wait at this end, to be sent, and at the other one, to be read, by the kernel's list."""
    mine, theirs = connection.getsockname()[1], connection.getpeername()[1]
    waiting = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, queues = (line.split()[index] for index in (1, 2, 4))
        ports = [int(each.split(":")[1], 16) for each in (local, remote)]
        sending, receiving = (int(each, 16) for each in queues.split(":"))
        if ports == [mine, theirs]:
            waiting["mine"] = sending
        elif ports == [theirs, mine]:
            waiting["theirs"] = receiving
    return waiting


def settle(client: TusClient, url: str) -> int:
    """The offset that a request for it is let in at, as a client that reconnects would find it."""
    deadline = time.monotonic() + 20
    while True:
        offset = client.offset(url)
        if client.patch(url, offset, b"").status_code == 204:
            return offset
        assert time.monotonic() < deadline, "locked out for too long"


def finish(client: TusClient, url: str) -> None:
    offset = settle(client, url)
    while offset < SIZE:
        answer = client.patch(url, offset, FILM[offset : offset + 9 * MIB])
        assert answer.status_code == 204
        offset = int(answer.headers["Upload-Offset"])


def is_up(server: Server) -> bool:
    try:
        return requests.get(f"{server.url}/health", timeout=5).ok
    except requests.ConnectionError:
        return False
