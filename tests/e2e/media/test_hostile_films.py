"""Files that mean harm go through a real server and its worker, harm nothing, and are told of in plain words."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests import hostile_films
from tests.asked import Asked
from tests.media_films import make_film
from tests.server import Server, eventually, running_server
from utils.sizes import MIB

_PATIENCE = 240.0
_MOST_MEMORY = 1024 * MIB
"""That one ffmpeg may occupy: less than it would take to decode the largest of these pictures."""

Make = Callable[[Path, Path, str], object]
"""Makes a file at the first path, out of the film at the second, with that address in it."""


def _before_a_broadcast(disguise: Callable[[Path, str], Path], path: Path, url: str) -> Path:
    return hostile_films.before_a_broadcast(path, disguise(path, url).read_text())


REFUSED: Mapping[str, Make] = {
    "hls.mp4": lambda path, _, url: hostile_films.hls_in_disguise(path, url),
    "dash.mp4": lambda path, _, url: hostile_films.dash_in_disguise(path, url),
    "concat.mp4": lambda path, _, url: hostile_films.concat_in_disguise(path, url),
}
"""What no door lets in."""
UNPLAYABLE: Mapping[str, Make] = {
    "dash-behind-a-box.mov": lambda path, _, url: hostile_films.dash_behind_a_box(path, url),
    "hls.ts": lambda path, _, url: _before_a_broadcast(hostile_films.hls_in_disguise, path, url),
    "concat.ts": lambda path, _, url: _before_a_broadcast(hostile_films.concat_in_disguise, path, url),
    "dash.ts": lambda path, _, url: _before_a_broadcast(hostile_films.dash_in_disguise, path, url),
    "bomb.avi": lambda path, *_: hostile_films.pixel_bomb(path),
    "endless.mkv": lambda path, film, _: hostile_films.endless(path, film),
    "cut-off.mp4": lambda path, film, _: hostile_films.cut_off(path, film),
    "no-tracks.mp4": lambda path, *_: hostile_films.without_tracks(path),
    "deep.mov": lambda path, *_: hostile_films.deep_atoms(path),
}
"""What comes in and cannot be watched, which is said."""
HARMLESS: Mapping[str, Make] = {
    "months.mkv": lambda path, film, _: hostile_films.endless(path, film, hours=900),
    "greedy.mp4": lambda path, film, _: hostile_films.greedy_index(path, film),
    "elsewhere.mp4": hostile_films.film_of_another_file,
    "streams.mov": lambda path, film, _: hostile_films.many_streams(path, film),
    "subtitles.mkv": lambda path, _, url: hostile_films.subtitles_that_name_files(path, url),
    "svg.mp4": lambda path, film, _: hostile_films.with_a_picture_that_runs_scripts(path, film),
    "zip.mp4": lambda path, film, _: hostile_films.with_an_archive(path, film),
    "id3.ts": lambda path, *_: hostile_films.behind_a_tag(path),
    "-filter_complex.mp4": lambda path, film, _: path.write_bytes(film.read_bytes()),
    "concat:a|b.mp4": lambda path, film, _: path.write_bytes(film.read_bytes()),
    "%d$(touch x)`.mp4": lambda path, film, _: path.write_bytes(film.read_bytes()),
}
"""What may or may not be watched, as long as it ends."""


@dataclass
class Aftermath:
    """What was seen while the worker had them."""

    server: Server
    asked: Asked
    refusals: dict[str, requests.Response] = field(default_factory=dict)
    videos: dict[str, Any] = field(default_factory=dict)
    workers: list[set[int]] = field(default_factory=list)
    """The worker's processes before and after."""
    most_memory: int = 0
    """That one ffmpeg occupied."""


class Watch(threading.Thread):
    """Looks at what every ffmpeg below a process occupies."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.over = threading.Event()
        self.most_memory = 0

    def run(self) -> None:
        """Look until it is over."""
        while not self.over.wait(0.1):
            for each in ffmpegs(self._pid):
                try:
                    self.most_memory = max(self.most_memory, each.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue


def ffmpegs(pid: int) -> list[psutil.Process]:
    found = []
    for each in psutil.Process(pid).children(recursive=True):
        try:
            if "ffmpeg" in each.name():
                found.append(each)
        except psutil.NoSuchProcess:
            continue
    return found


def workers(server: Server) -> set[int]:
    found = set()
    for each in psutil.Process(server.pid).children(recursive=True):
        try:
            if any(part.startswith("services.jobs") for part in each.cmdline()):
                found.add(each.pid)
        except psutil.NoSuchProcess:
            continue
    return found


def upload(server: Server, path: Path) -> requests.Response:
    fields = {"file": (path.name, path.read_bytes(), "application/octet-stream")}
    return requests.post(f"{server.url}/api/upload", files=fields, timeout=60)


def is_settled(server: Server, video: Any) -> bool:
    video |= requests.get(server.url + video["links"]["self"], timeout=30).json()
    return all(each["state"] not in {"queued", "running"} for each in video["processing"].values())


@pytest.fixture(scope="module")
def aftermath(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """All of them at once, and a film after them."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "film").mkdir()
    film = make_film(folder / "film" / "h264.mp4", seconds=2)
    end = make_film(folder / "film" / "h264.m4v", seconds=2)
    with Asked() as asked, running_server(azurite, worker_concurrency=2) as server:
        seen = Aftermath(server, asked)
        eventually(lambda: len(workers(server)) == 2, patience=60)
        seen.workers.append(workers(server))
        watch = Watch(server.pid)
        watch.start()
        for name, make in {**REFUSED, **UNPLAYABLE, **HARMLESS}.items():
            path = folder / name
            make(path, end if name == "cut-off.mp4" else film, asked.url)
            answer = upload(server, path)
            if answer.status_code == 201:
                seen.videos[name] = answer.json()["videos"][0]
            else:
                seen.refusals[name] = answer
        for video in seen.videos.values():
            eventually(lambda video=video: is_settled(server, video), patience=_PATIENCE)  # type: ignore[misc]
        watch.over.set()
        watch.join()
        seen.most_memory = watch.most_memory
        seen.workers.append(workers(server))
        yield seen


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_film_at_all_is_not_let_in(aftermath: Aftermath, name: str) -> None:
    answer = aftermath.refusals[name]
    assert 400 <= answer.status_code < 500
    assert answer.json()["detail"]


@pytest.mark.parametrize("name", [*UNPLAYABLE, *HARMLESS])
def test_it_comes_to_an_end_that_is_told_plainly(aftermath: Aftermath, name: str) -> None:
    video = aftermath.videos[name]
    assert video["playable"] in {"native", "hls", "no"}
    faults = [each["error"] for each in video["processing"].values() if each["state"] != "done"]
    said = [*faults, *([video["playable_reason"]] if video["playable"] == "no" else [])]
    assert all(said)
    for each in said:
        # Neither a fault of ours, nor anything that only an operator understands or may know.
        assert not any(word in each for word in ("foreseen", "without a word", "127.0.0.1", "sig=", "0x", "/tmp"))
    jobs = requests.get(f"{aftermath.server.url}/api/jobs", params={"video": video["id"]}, timeout=30).json()["jobs"]
    assert {job["attempts"] for job in jobs} == {1}
    if name in UNPLAYABLE:
        assert video["playable"] == "no"


def test_no_other_address_was_asked(aftermath: Aftermath) -> None:
    assert aftermath.asked.paths == []


def test_none_took_more_memory_than_a_film_does(aftermath: Aftermath) -> None:
    assert 0 < aftermath.most_memory < _MOST_MEMORY


def test_nothing_is_left_and_the_worker_goes_on(aftermath: Aftermath, tmp_path: Path) -> None:
    server = aftermath.server
    scratch = Path(server.environment["DATA_DIR"]) / "scratch"
    eventually(lambda: not [each for each in scratch.iterdir() if each.is_dir()] and not ffmpegs(server.pid))
    before, after = aftermath.workers
    assert before == after
    assert "Traceback" not in server.log
    video = upload(server, make_film(tmp_path / "h264.mp4", seconds=2)).json()["videos"][0]
    eventually(lambda: is_settled(server, video), patience=60)
    assert {each["state"] for each in video["processing"].values()} == {"done"}


def test_what_is_something_else_too_is_served_as_a_film_alone(aftermath: Aftermath) -> None:
    for name in ("svg.mp4", "zip.mp4", "id3.ts", "dash-behind-a-box.mov"):
        answer = requests.get(aftermath.server.url + aftermath.videos[name]["links"]["content"], timeout=30)
        assert answer.headers["Content-Type"].startswith("video/")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
