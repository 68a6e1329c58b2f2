"""Work on a clip that is killed in the middle: it takes longer, and the clip is there once, whole."""

from pathlib import Path

import psutil
import requests

from tests.numbered_films import numbered_film, numbers
from tests.server import Server, eventually


def cutting(server: Server) -> list[psutil.Process]:
    """The programs that are cutting right now, and the attempts that have started them."""
    found = []
    for process in psutil.Process(server.pid).children(recursive=True):
        try:
            if "/clip.mp4" in " ".join(process.cmdline()):
                found += [process, process.parent()]
        except psutil.Error:
            continue
    return [each for each in found if each is not None]


def test_a_clip_is_there_once_and_whole_after_its_work_was_killed(pages: Server, tmp_path: Path) -> None:
    film = numbered_film(tmp_path / "film.mp4", seconds=10)
    video = requests.put(f"{pages.url}/api/upload/film.mp4", data=film.read_bytes(), timeout=30).json()
    begun = requests.post(
        f"{pages.url}{video['links']['self']}/clips", json={"start": 1, "end": 9, "exact": True}, timeout=30
    ).json()
    killed: list[int] = []

    def kill_or_done() -> bool:
        state = requests.get(f"{pages.url}/api/jobs/{begun['job']['id']}", timeout=30).json()
        for process in [] if killed else cutting(pages):
            killed.append(process.pid)
            process.kill()
        return bool(killed) or state["state"] == "done"

    eventually(kill_or_done, patience=60)
    address = f"{pages.url}/api/clips/{begun['clip']['id']}"
    eventually(lambda: requests.get(address, timeout=30).json()["state"] == "ready", patience=120)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(requests.get(f"{pages.url}/api/videos/{begun['clip']['id']}/content", timeout=30).content)
    assert numbers(clip) == list(range(25, 225))
    listed = requests.get(f"{pages.url}{video['links']['self']}/clips", timeout=30).json()
    assert [each["id"] for each in listed["clips"]] == [begun["clip"]["id"]]
    assert killed, "It was too quick to be killed: nothing was tried."
