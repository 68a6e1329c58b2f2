"""The upload door when memory is short, storage fails, clients vanish and places run out."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import requests

from tests.fault_proxy import Fault, running_fault_proxy
from tests.server import Server, eventually, in_flight, running_server
from tests.videos import mp4
from tests.wire import END, answer_of, connect, file_part, form_head, request_head
from utils.sizes import MIB


def put(server: Server, content: bytes) -> requests.Response:
    return requests.put(f"{server.url}/api/upload/film.mp4", data=content, timeout=120)


def test_200_uploads_finish_on_a_budget_for_ten_blocks(azurite: str) -> None:
    with running_server(
        azurite,
        upload_block_mb=1,
        upload_memory_mb=10,
        max_concurrent_uploads=200,
        client_share_percent=100,
        upload_idle_seconds=300,
    ) as server:
        contents = [mp4(700_000 + 5000 * index, seed=index) for index in range(200)]
        gate = threading.Barrier(200)

        def upload(content: bytes) -> str:
            """Send the head and half of the body, wait for all others to be there too, and send the rest."""
            # 240 MB go through 10: the last answer takes as long as the machine needs for all.
            with connect(server.port, patience=300) as connection:
                half = len(content) // 2
                connection.sendall(request_head("PUT", "/api/upload/film.mp4", Content_Length=str(len(content))))
                connection.sendall(content[: half // 2])
                gate.wait(timeout=300)
                connection.sendall(content[half // 2 :])
                status, video = answer_of(connection)
            assert status == 201, video
            return str(video["id"])

        with ThreadPoolExecutor(200) as pool:
            names = list(pool.map(upload, contents))
        assert all(server.content(name) == content for name, content in zip(names, contents, strict=True))


def test_one_more_upload_than_there_are_places_is_sent_away_whatever_worker_it_meets(azurite: str) -> None:
    settings = {"max_concurrent_uploads": 2, "client_share_percent": 100, "web_concurrency": 2}
    with running_server(azurite, **settings) as server, ExitStack() as stack:
        content = mp4(100_000)
        head = request_head("PUT", "/api/upload/film.mp4", Content_Length=str(len(content)))
        waiting = [stack.enter_context(connect(server.port)) for _ in range(2)]
        for connection in waiting:
            connection.sendall(head + content[:50_000])
        # Only then are the places theirs: one of the uploads below could have been faster.
        eventually(lambda: in_flight(server) == 2)
        answers = [put(server, content) for _ in range(10)]
        assert {answer.status_code for answer in answers} == {503}
        assert int(answers[0].headers["Retry-After"]) > 0
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200
        for connection in waiting:
            connection.sendall(content[50_000:])
            assert answer_of(connection)[0] == 201
        assert put(server, content).status_code == 201


def test_a_killed_worker_leaves_no_place_taken_and_nothing_to_see(azurite: str) -> None:
    with running_server(azurite, max_concurrent_uploads=1, upload_block_mb=1) as server:
        content = mp4(3 * MIB)
        with connect(server.port) as connection:
            connection.sendall(request_head("PUT", "/api/upload/film.mp4", Content_Length=str(len(content))))
            connection.sendall(content[: 2 * MIB])
            eventually(lambda: len(server.blob_names(uncommitted=True)) == 1)
            [worker] = server.workers
            worker.kill()
        assert server.blob_names() == []
        eventually(lambda: _status(server, content) == 201)


def _status(server: Server, content: bytes) -> int:
    try:
        return put(server, content).status_code
    except requests.ConnectionError:
        return 0  # The new worker is not there yet.


@pytest.mark.parametrize("seed", range(6))
def test_clients_that_vanish_anywhere_leave_nothing(server: Server, seed: int) -> None:
    before, answered = set(server.blob_names(uncommitted=True)), server.log.count("POST /api/upload ")
    chance = random.Random(seed)
    body = file_part(mp4(3 * MIB, seed=seed)) + file_part(mp4(MIB), filename="b.mp4") + END
    head = form_head(len(body))
    for _ in range(4):
        with connect(server.port) as connection:
            connection.sendall(head + body[: chance.randrange(len(body))])
    eventually(lambda: server.log.count("POST /api/upload ") == answered + 4)
    assert set(server.blob_names(uncommitted=True)) <= before


def test_an_upload_survives_storage_that_stumbles(azurite: str) -> None:
    with running_fault_proxy(azurite) as proxy, running_server(proxy.connection_string, upload_block_mb=1) as server:
        assert put(server, mp4(1000)).status_code == 201
        faults: Iterator[Fault | None] = iter(["503", None, "reset", None, "500", None, "lost answer"])
        proxy.choose = lambda method, path: next(faults, None) if "comp=block" in path else None
        content = mp4(5 * MIB)
        answer = put(server, content)
        assert answer.status_code == 201
        assert server.content(answer.json()["id"]) == content


def test_a_commit_whose_answer_is_lost_is_one_video(azurite: str) -> None:
    with running_fault_proxy(azurite) as proxy, running_server(proxy.connection_string) as server:
        lost: Iterator[Fault] = iter(["lost answer"])
        proxy.choose = lambda _method, path: next(lost, None) if "comp=blocklist" in path else None
        content = mp4(50_000)
        answer = put(server, content)
        assert answer.status_code == 201
        assert proxy.count("PUT", "comp=blocklist") == 2
        assert server.blob_names() == [answer.json()["id"]]
        assert server.content(answer.json()["id"]) == content


def test_a_commit_that_arrived_although_the_client_was_told_that_it_failed_is_taken_back(azurite: str) -> None:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, storage_timeout_seconds=1) as server,
    ):
        proxy.choose = lambda _method, path: "lost answer" if "comp=blocklist" in path else None
        assert put(server, mp4(50_000)).status_code == 503
        assert proxy.count("PUT", "comp=blocklist") >= 1
        assert server.blob_names() == []


@pytest.mark.parametrize("part", ["comp=block&", "comp=blocklist"])
def test_storage_that_fails_for_good_is_a_503_and_leaves_nothing(azurite: str, part: str) -> None:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, upload_block_mb=1, storage_timeout_seconds=1) as server,
    ):
        assert put(server, mp4(1000)).status_code == 201
        before = server.blob_names()
        proxy.choose = lambda _method, path: "503" if part in path + "&" else None
        answer = put(server, mp4(4 * MIB))
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/storage-unavailable"
        assert int(answer.headers["Retry-After"]) > 0
        assert server.blob_names() == before


def test_what_is_not_staged_yet_when_a_request_is_refused_never_is(azurite: str) -> None:
    with running_fault_proxy(azurite) as proxy, running_server(proxy.connection_string) as server:

        def slowly(_method: str, path: str) -> None:
            if "comp=block&" in path:
                time.sleep(0.2)

        proxy.choose = slowly
        body = b"".join(file_part(mp4(50, seed=index), filename=f"{index}.mp4") for index in range(900)) + file_part(
            b""
        )
        with connect(server.port) as connection:
            connection.sendall(form_head(len(body)) + body)
            assert answer_of(connection)[0] == 400
        assert proxy.count("PUT", "comp=block&") < 450
        assert server.blob_names(uncommitted=True) == []


def test_when_a_later_commit_of_a_request_fails_its_committed_siblings_are_deleted(azurite: str) -> None:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, storage_timeout_seconds=1) as server,
    ):
        commits: Iterator[Fault | None] = iter([None])
        proxy.choose = lambda _method, path: next(commits, "503") if "comp=blocklist" in path else None
        body = file_part(mp4(9000)) + file_part(mp4(9001), filename="b.mp4") + END
        with connect(server.port) as connection:
            connection.sendall(form_head(len(body)) + body)
            assert answer_of(connection)[0] == 503
        assert proxy.count("PUT", "comp=blocklist") >= 2
        proxy.choose = lambda _method, _path: None
        assert server.blob_names() == []
