"""Captions that Whisper makes, from a film on a server with a worker to the page; also when the work is killed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from playwright.sync_api import Browser

from tests.server import Server, eventually, running_server
from tests.speech import SAID, need_espeak, need_whisper, speak, speaking_film, word_error_rate

_PATIENCE = 240


@pytest.fixture(scope="module")
def hearing(azurite: str) -> Iterator[Server]:
    """A server whose worker recognises speech, and does nothing else."""
    need_whisper()
    need_espeak()
    settings = {"captions_engine": "whisper", "worker_concurrency": 1, "worker_lanes": "speech"}
    with running_server(azurite, **settings) as server:
        yield server


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory, hearing: Server) -> Path:
    folder = tmp_path_factory.mktemp("spoken")
    return speaking_film(speak(folder / "said.wav"), folder / "spoken.mp4")


def ask(server: Server, film: Path) -> tuple[str, str]:
    """The address of the video, and that of the job for its captions."""
    with film.open("rb") as content:
        answer = requests.put(f"{server.url}/api/upload/{film.name}", data=content, timeout=60)
    video = f"{server.url}/api/videos/{answer.json()['id']}"
    job = requests.post(f"{video}/captions/en/generate", timeout=30).json()["job"]
    return video, f"{server.url}{job['links']['self']}"


def state(job: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(job, timeout=30).json()
    return found


def wait_until_done(job: str) -> None:
    eventually(lambda: state(job)["state"] not in {"queued", "running"}, patience=_PATIENCE)
    assert state(job)["state"] == "done", state(job)["error"]


def whispers(server: Server) -> list[psutil.Process]:
    """The processes below this server that have, or will have, a model in memory."""
    found = []
    for each in psutil.Process(server.pid).children(recursive=True):
        try:
            command = each.cmdline()
        except psutil.Error:
            continue
        if any(part.endswith("whisper_process.py") for part in command):
            found.append(each)
    return found


def test_what_is_said_in_a_film_is_read_on_its_page_and_marked_as_a_machines(
    hearing: Server, spoken: Path, browser: Browser
) -> None:
    video, job = ask(hearing, spoken)
    wait_until_done(job)
    transcript = requests.get(f"{video}/transcript", headers={"Accept": "text/plain"}, timeout=30).text
    assert word_error_rate(SAID, transcript) <= 0.15
    [track] = requests.get(video, timeout=30).json()["captions"]
    assert track["origin"] == "auto"
    rules = {each["rule"] for each in requests.get(f"{video}/captions/en/check", timeout=30).json()["warnings"]}
    assert rules <= {"speakers", "sounds"}
    with browser.new_context(base_url=hearing.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video.replace("/api", ""))
        assert "committee" in (page.locator("#transcript").text_content() or "")
        assert "made by a machine, not checked" in (page.locator(".tracks").text_content() or "")


def test_an_attempt_that_is_killed_is_made_again_and_leaves_no_process_behind(hearing: Server, spoken: Path) -> None:
    video, job = ask(hearing, spoken)
    eventually(lambda: bool(whispers(hearing)), patience=_PATIENCE)
    [whisper] = whispers(hearing)
    attempt = whisper.parent()
    assert attempt is not None
    attempt.kill()
    whisper.wait(timeout=30)
    wait_until_done(job)
    assert state(job)["attempts"] == 2
    assert [each["origin"] for each in requests.get(video, timeout=30).json()["captions"]] == ["auto"]
    assert whispers(hearing) == []


def test_a_job_that_is_cancelled_lets_go_of_the_model(hearing: Server, spoken: Path) -> None:
    video, job = ask(hearing, spoken)
    eventually(lambda: bool(whispers(hearing)), patience=_PATIENCE)
    [whisper] = whispers(hearing)
    requests.post(f"{job}/cancel", timeout=30).raise_for_status()
    whisper.wait(timeout=60)
    assert state(job)["state"] == "cancelled"
    assert requests.get(video, timeout=30).json()["captions"] == []
