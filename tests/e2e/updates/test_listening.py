"""Listening to what changes, on a real server: told at once, gone on with, bounded, and no thread for it."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
import requests

from tests.event_streams import Listening, events_of, last_id, listening
from tests.server import Server, eventually, running_server
from tests.videos import mp4

LISTENERS = 200


@pytest.fixture(scope="module")
def server(azurite: str) -> Iterator[Server]:
    """A server of its own: what other tests change would be told of."""
    with running_server(azurite, client_share_percent=100) as running:
        yield running


def stored(server: Server, title: str = "a film") -> dict[str, Any]:
    answer = requests.put(f"{server.url}/api/upload/{title}.mp4", data=mp4(2000), timeout=30)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def rename(server: Server, video: dict[str, Any], title: str) -> None:
    address = server.url + video["links"]["self"]
    requests.patch(address, json={"title": title}, timeout=30).raise_for_status()


def test_all_that_happens_to_a_video_is_told_as_it_happens(server: Server) -> None:
    with listening(server) as stream:
        assert stream.response.headers["Content-Type"].startswith("text/event-stream")
        assert stream.response.headers["Cache-Control"] == "no-store"
        assert stream.response.headers["X-Accel-Buffering"] == "no"
        video = stored(server)
        rename(server, video, "Another title")
        requests.delete(server.url + video["links"]["self"], timeout=30).raise_for_status()
        requests.post(f"{server.url}{video['links']['self']}/restore", timeout=30).raise_for_status()
        names = ("video.uploaded", "video.changed", "video.trashed", "video.restored")
        stream.wait_for(lambda: stream.videos() == [(name, video["id"]) for name in names])
        stream.wait_for(lambda: any(each.type == "job.changed" for each in stream.told))


def test_who_was_away_is_told_what_it_has_missed(server: Server) -> None:
    video = stored(server)
    with listening(server) as stream:
        rename(server, video, "One")
        stream.wait_for(lambda: stream.videos() == [("video.changed", video["id"])])
    reached = last_id(stream.text)
    rename(server, video, "Two")
    rename(server, video, "Three")
    with listening(server, after=reached) as again:
        again.wait_for(lambda: len([each for each in again.told if each.type == "video.changed"]) == 2)
        rename(server, video, "Four")
        again.wait_for(lambda: len([each for each in again.told if each.type == "video.changed"]) == 3)
    with listening(server, query=f"?after={reached}") as by_query:
        by_query.wait_for(lambda: len([each for each in by_query.told if each.type == "video.changed"]) == 3)
    with listening(server, after="7-1000") as late:
        late.wait_for(lambda: "event: reset" in late.text)


def test_who_would_rather_ask_is_told_the_same_and_let_go(server: Server) -> None:
    first = requests.get(f"{server.url}/api/events?once", timeout=30)
    video = stored(server)
    second = requests.get(f"{server.url}/api/events?once&after={last_id(first.text)}", timeout=30)
    assert ("video.uploaded", video["id"]) in [(each.type, each.data["id"]) for each in events_of(second.text)]
    third = requests.get(f"{server.url}/api/events?once&after={last_id(second.text)}", timeout=30)
    assert "video.uploaded" not in third.text
    assert requests.head(f"{server.url}/api/events", timeout=30).ok


def test_a_client_of_http_1_0_gets_the_bare_stream(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(b"GET /api/events HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        received = [b""]
        # What happens before it has begun is not told.
        read_until([connection], received, b"retry: ")
        video = stored(server)
        read_until([connection], received, f'"type":"video.uploaded","kind":"video","id":"{video["id"]}"'.encode())
        # An event is whole when the empty line behind it is there.
        while not received[0].endswith(b"\n\n"):
            received[0] += more_of(connection)
    body = received[0].partition(b"\r\n\r\n")[2].decode()
    assert body.startswith("retry: ")
    assert {line.partition(":")[0] for line in body.splitlines()} <= {"retry", "event", "id", "data", ""}
    # Of jobs that others have made shortly before, it may be told as well.
    told = [each.type for each in events_of(body) if each.data["id"] == video["id"]]
    assert [each for each in told if each != "video.processing"] == ["video.uploaded"]


def test_listeners_take_no_threads_and_leave_room_for_requests(azurite: str) -> None:
    with running_server(azurite, client_share_percent=100) as server, contextlib.ExitStack() as open_streams:
        [worker] = server.workers
        connections: list[socket.socket] = []
        received: list[bytes] = []
        for _ in range(LISTENERS):
            connection = open_streams.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
            connection.sendall(b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            connections.append(connection)
            received.append(b"")
            # One after the other: as many threads as requests at once are no matter of listeners.
            read_until(connections, received, b"retry:")
        video = stored(server)
        read_until(connections, received, video["id"].encode())
        assert worker.num_threads() < LISTENERS / 2
        open_streams.close()
        eventually(lambda: len(worker.net_connections("tcp")) < LISTENERS / 2)


def read_until(connections: list[socket.socket], received: list[bytes], wanted: bytes) -> None:
    for index, connection in enumerate(connections):
        while wanted not in received[index]:
            received[index] += more_of(connection)


def more_of(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    assert piece, "It has been hung up on."
    return piece


def test_one_too_many_is_asked_to_come_later_and_a_place_comes_back(azurite: str) -> None:
    with running_server(azurite, event_listeners=2, client_share_percent=100) as server:
        address = f"{server.url}/api/events"
        with listening(server), listening(server) as second:
            refused = requests.get(address, timeout=30)
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) > 0
            assert refused.headers["Content-Type"] == "application/problem+json"
            assert requests.get(f"{address}?once", timeout=30).status_code == 200
            second.close()
            eventually(lambda: is_free(address))


def is_free(address: str) -> bool:
    with requests.get(address, stream=True, timeout=30) as response:
        return response.ok


def test_one_client_does_not_get_all_places(azurite: str) -> None:
    with running_server(azurite, event_listeners=4) as server, listening(server), listening(server):
        assert requests.get(f"{server.url}/api/events", timeout=30).status_code == 503


def test_all_are_let_go_when_the_server_stops(azurite: str) -> None:
    with running_server(azurite, client_share_percent=100) as server, contextlib.ExitStack() as stack:
        streams = [stack.enter_context(listening(server)) for _ in range(20)]
        psutil.Process(server.pid).terminate()
        for stream in streams:
            stream.wait_for(lambda each=stream: each.is_over)  # type: ignore[misc]
        assert all(stream.has_ended for stream in streams), "as HTTP wants it, so that browsers come again"


def test_what_one_worker_does_is_told_by_the_others(azurite: str) -> None:
    with (
        running_server(azurite, web_concurrency=2, client_share_percent=100) as server,
        contextlib.ExitStack() as stack,
    ):
        streams: list[Listening] = []
        # The kernel chooses who accepts.
        eventually(lambda: _both_have_listeners(server, streams, stack), patience=60)
        video = stored(server)
        for stream in streams:
            stream.wait_for(lambda each=stream: ("video.uploaded", video["id"]) in each.videos())  # type: ignore[misc]


def _both_have_listeners(server: Server, streams: list[Listening], stack: contextlib.ExitStack) -> bool:
    streams.append(stack.enter_context(listening(server)))
    return all(
        any(each.status == "ESTABLISHED" for each in worker.net_connections("tcp") if each.laddr.port == server.port)
        for worker in server.workers
    )
