"""A form whose process is killed between its commits leaves all of its videos, or none, and never shows some."""

import itertools
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import pytest
import requests

from tests.fault_proxy import Fault, FaultProxy, running_fault_proxy
from tests.server import Server, eventually, running_server
from tests.videos import mp4

COMMIT = re.compile(r"_film\d\.mp4\?.*comp=blocklist")


@dataclass
class Held:
    """The request to storage that waits in the proxy until it is let go, and what then becomes of it."""

    method: str
    path: re.Pattern[str]
    which: int
    fate: Fault | None
    reached: Event
    go_on: Event

    def __call__(self, method: str, path: str) -> Fault | None:
        if method != self.method or not self.path.search(path) or next(self._seen) != self.which:
            return None
        self.reached.set()
        self.go_on.wait(timeout=60)
        return self.fate

    def __post_init__(self) -> None:
        self._seen = itertools.count(1)


def held(method: str, path: str | re.Pattern[str], *, which: int = 1, fate: Fault | None = None) -> Held:
    return Held(method, re.compile(path), which, fate, Event(), Event())


@dataclass(frozen=True)
class Scene:
    """A server whose storage is behind the proxy, and somebody who sends it a form of three files."""

    server: Server
    proxy: FaultProxy
    pool: ThreadPoolExecutor

    def send(self) -> "Future[requests.Response]":
        files = [("file", (f"film{number}.mp4", mp4(3000 + number))) for number in range(3)]
        return self.pool.submit(requests.post, f"{self.server.url}/api/upload", files=files, timeout=60)

    def killed_at(self, hold: Held) -> None:
        """Send the form, and kill the only worker with the held request under way."""
        self.proxy.choose = hold
        answer = self.send()
        assert hold.reached.wait(timeout=60)
        assert self.listed() == []
        self.server.workers[0].kill()
        hold.go_on.set()
        with pytest.raises(requests.RequestException):
            answer.result()

    def listed(self) -> list[str]:
        answer = requests.get(f"{self.server.url}/api/videos", timeout=60)
        answer.raise_for_status()
        return sorted(video["title"] for video in answer.json()["videos"])

    def is_served(self, name: str) -> bool:
        return requests.get(f"{self.server.url}/api/videos/{name}", timeout=60).status_code == 200


@pytest.fixture
def scene(azurite: str) -> Iterator[Scene]:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, storage_timeout_seconds=3) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        eventually(lambda: "housekeeping: drift" in server.log)
        yield Scene(server, proxy, pool)


@pytest.mark.parametrize("fate", ["reset", None], ids=["lost", "arrives later"])
def test_killed_between_two_commits_it_leaves_none(scene: Scene, fate: Fault | None) -> None:
    scene.killed_at(held("PUT", COMMIT, which=2, fate=fate))
    server = scene.server
    for name in server.blob_names():
        assert not scene.is_served(name)
    for command in (("catalogue", "drift"), ("catalogue", "rebuild")):
        server.flask(*command)
        assert scene.listed() == []

    def is_taken_back() -> bool:
        server.flask("uploads", "sweep")
        assert scene.listed() == []
        return server.blob_names(uncommitted=True) == [] and records(server) == []

    eventually(is_taken_back, patience=60)


def test_killed_after_all_commits_and_before_the_last_word_it_leaves_none(scene: Scene) -> None:
    hold = held("PUT", r"/forms/[^/?]+(\?|$)", which=2, fate="reset")
    scene.killed_at(hold)
    assert len(scene.server.blob_names()) == 3
    eventually(lambda: bool(scene.server.flask("uploads", "sweep")) and scene.server.blob_names() == [], patience=60)
    assert scene.listed() == []


def test_killed_after_the_last_word_it_leaves_all(scene: Scene) -> None:
    scene.killed_at(held("DELETE", "/forms/", fate="reset"))
    eventually(lambda: scene.listed() == ["film0", "film1", "film2"], patience=60)
    eventually(lambda: bool(scene.server.flask("uploads", "sweep")) and records(scene.server) == [], patience=60)
    assert scene.listed() == ["film0", "film1", "film2"]


def test_a_form_of_one_file_needs_no_record(scene: Scene) -> None:
    files = {"file": ("film.mp4", mp4(3000))}
    requests.post(f"{scene.server.url}/api/upload", files=files, timeout=60).raise_for_status()
    assert scene.proxy.count("PUT", "/forms/") == 0
    assert scene.send().result().status_code == 201
    assert scene.proxy.count("PUT", "/forms/") == 2
    assert records(scene.server) == []


def records(server: Server) -> list[str]:
    """What is remembered of forms under way."""
    return server.record_names("forms/")
