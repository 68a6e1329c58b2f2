"""A sign job that is killed between its steps: its film signs the video in the end, or is taken away."""

import os
import shlex
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.assembly import Services
from tests.app_here import app_here, services_of
from tests.media_films import make_film
from tests.routes.sign_engine.test_sign_engine import ask, do, library, script, tracks, with_words

pytestmark = pytest.mark.thorough


@dataclass
class World:
    """An app whose jobs are worked on by processes that die."""

    app: Flask
    environment: dict[str, str]
    runs: Path

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def services(self) -> Services:
        return services_of(self.app)

    @property
    def engine_runs(self) -> int:
        return self.runs.read_text().count("run") if self.runs.exists() else 0

    def die(self, video: str, place: str) -> str:
        """Ask for signs, and have a process of its own work on the job and die there; returns the job's id."""
        job = str(ask(self.client, video).get_json()["job"]["id"])
        command = [sys.executable, "-m", "tests.routes.sign_engine.killed_attempt", job, place]
        ended = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True, timeout=120)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        return job

    def settle(self) -> str:
        """What housekeeping does."""
        return self.services.sign_engine.settling.run(lambda _: None)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4")


@pytest.fixture
def world(azurite: str, tmp_path: Path) -> World:
    container, runs = f"killed-{uuid.uuid4().hex[:12]}", tmp_path / "runs"
    engine = script(tmp_path, f"open({str(runs)!r}, 'a').write('run ')")
    app = app_here(azurite, tmp_path / "data", azure_storage_container_name=container, sign_engine=engine)
    environment = {
        "PATH": os.environ["PATH"],
        "APP_ENV": "testing",
        "AZURE_STORAGE_CONNECTION_STRING": azurite,
        "AZURE_STORAGE_CONTAINER_NAME": container,
        "DATA_DIR": str(tmp_path / "data"),
        "SIGN_ENGINE": shlex.join(engine),
    }
    return World(app=app, environment=environment, runs=runs)


@pytest.mark.parametrize("place", ["committed", "uploaded", "track set"])
def test_the_next_attempt_finds_the_film_and_finishes(world: World, film: Path, place: str) -> None:
    client, video = world.client, with_words(world.client, film)
    world.die(video, place)
    assert [each["video_id"] for each in tracks(client, video)] == [] or place == "track set"
    [result] = do(world.app, ask(client, video)) or []
    [track] = tracks(client, video)
    assert (result["status"], result["detail"]) == ("made", track["video_id"])
    assert sorted(library(client)) == sorted([video, track["video_id"]])
    assert world.engine_runs == 1
    assert world.settle() == ""


def test_what_was_said_otherwise_meanwhile_is_made_anew_and_the_killed_film_goes(world: World, film: Path) -> None:
    client, video = world.client, with_words(world.client, film)
    world.die(video, "uploaded")
    client.put(f"/api/videos/{video}/captions/en", data="WEBVTT\n\n00:01.000 --> 00:03.000\nGoodbye.\n")
    do(world.app, ask(client, video))
    [track] = tracks(client, video)
    assert sorted(library(client)) == sorted([video, track["video_id"]])
    assert world.engine_runs == 2


def test_the_film_that_was_replaced_goes_too(world: World, film: Path) -> None:
    client, video = world.client, with_words(world.client, film)
    do(world.app, ask(client, video))
    [first] = tracks(client, video)
    job = world.die(video, "track set")
    [second] = tracks(client, video)
    assert first["video_id"] in library(client)
    assert world.settle() == ""
    client.post(f"/api/jobs/{job}/cancel")
    assert world.settle() == "1 taken away"
    assert tracks(client, video) == [second]
    assert sorted(library(client)) == sorted([video, second["video_id"]])


@pytest.mark.parametrize("place", ["committed", "uploaded"])
def test_the_film_of_a_job_that_goes_no_further_is_taken_away(world: World, film: Path, place: str) -> None:
    client, video = world.client, with_words(world.client, film)
    job = world.die(video, place)
    assert world.settle() == ""
    client.post(f"/api/jobs/{job}/cancel")
    assert world.settle() == "1 taken away"
    assert library(client) == [video]
    assert world.settle() == ""
