"""A direct upload that storage takes its time to copy: it is waited for, through killed servers too."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.direct import complete, everything_by, listed, permit, put
from tests.server import Server, eventually, running_server
from tests.slow_copies import SlowCopies, running_slow_copies
from tests.videos import mp4

CONTENT = mp4(5000)


@pytest.fixture
def copies(azurite: str) -> Iterator[SlowCopies]:
    with running_slow_copies(azurite) as running:
        yield running


@pytest.fixture
def server(copies: SlowCopies) -> Iterator[Server]:
    with running_server(copies.proxy.connection_string) as running:
        # A new server makes its index by itself. One that is killed at that leaves word for two minutes that it is at
        # it, in which a command that makes it again is refused.
        eventually(lambda: "housekeeping: drift" in running.log, patience=60)
        yield running


def arrived(server: Server) -> dict[str, str]:
    permitted = permit(server, len(CONTENT))
    assert put(permitted["upload_url"], CONTENT).ok
    return permitted


def finishing(permitted: dict[str, str]) -> None:
    answer = complete(permitted)
    assert (answer.status_code, answer.json()) == (202, {"status": "finishing"})
    assert int(answer.headers["Retry-After"]) > 0


def test_a_long_copy_is_asked_for_again_until_it_is_a_video(server: Server, copies: SlowCopies) -> None:
    permitted = arrived(server)
    finishing(permitted)
    finishing(permitted)
    server.flask("catalogue", "drift")
    assert listed(server) == set()
    copies.release()
    answer = complete(permitted)
    assert answer.status_code == 201, answer.text
    assert requests.get(answer.json()["url"], timeout=30).content == CONTENT
    assert server.blob_names(uncommitted=True) == [answer.json()["id"]]
    assert copies.proxy.count("PUT", answer.json()["id"]) <= 3  # One copy, its type, and what makes it a video.
    again = complete(permitted)
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])


@pytest.mark.parametrize("asked_again", [True, False])
def test_a_server_killed_while_storage_copies_loses_nothing(
    server: Server, copies: SlowCopies, *, asked_again: bool
) -> None:
    # A rebuild that the kill hit would keep others from rebuilding for two minutes.
    eventually(lambda: "housekeeping: forms" in server.log)
    permitted = arrived(server)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(complete, permitted)
        assert copies.asked.wait(30)
        [worker] = server.workers
        os.kill(worker.pid, signal.SIGKILL)
        assert isinstance(waiting.exception(60), requests.ConnectionError)
    eventually(lambda: [each.pid for each in server.workers if each.pid != worker.pid] != [])
    server.flask("catalogue", "rebuild")
    assert listed(server) == set()
    copies.release()
    if asked_again:
        assert complete(permitted).status_code in {200, 201}
    else:
        server.flask("uploads", "sweep")
    [name] = server.blob_names(uncommitted=True)
    assert listed(server) == {name}
    assert server.content(name) == CONTENT
    assert complete(permitted).json()["id"] == name


def test_an_upload_can_be_given_up_while_storage_copies(server: Server) -> None:
    permitted = arrived(server)
    finishing(permitted)
    assert requests.delete(permitted["renew_url"], timeout=30).status_code == 204
    assert server.blob_names(uncommitted=True) == []
    assert complete(permitted).status_code == 410


def test_a_copy_that_fails_is_begun_again(server: Server, copies: SlowCopies) -> None:
    permitted = arrived(server)
    finishing(permitted)
    copies.fail()
    answer = complete(permitted)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage-unavailable")
    answer = complete(permitted)
    assert answer.status_code == 201, answer.text
    assert server.content(answer.json()["id"]) == CONTENT
    assert everything_by(server, permitted["id"]) == []


def test_what_is_copied_is_checked_after_the_copy(server: Server, copies: SlowCopies) -> None:
    permitted = permit(server, len(CONTENT))
    assert put(permitted["upload_url"], b"<!doctype html>".ljust(len(CONTENT))).ok
    finishing(permitted)
    put(permitted["upload_url"], CONTENT)
    copies.release()
    assert complete(permitted).status_code == 400
    assert server.blob_names(uncommitted=True) == []
