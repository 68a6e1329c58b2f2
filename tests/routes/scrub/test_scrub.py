"""What reading everything again has found: over HTTP, on its page, by its command and for the doctor."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient
from flask import Flask

from app import create_app
from config import Environment, Secret, Settings
from services.actors.actor import NOBODY, SYSTEM
from services.scrub.pace import Pace
from tests.databases import prepared
from tests.routes.test_people import ADMIN, AMINA, MANAGER, READER, House
from tests.server import eventually

ROOT = Path(__file__).resolve().parents[3]
SCRUB = "/api/storage/scrub"


@pytest.fixture
def container() -> str:
    return f"whole-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def app(azurite: str, tmp_path: Path, container: str) -> Flask:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=container,
        data_dir=tmp_path,
    )
    return create_app(prepared(settings))


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def replace_content(azurite: str, container: str, name: str) -> None:
    """Write something else over a video past the house, with all that makes it one."""
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        blob = service.get_blob_client(container, name)
        properties = blob.get_blob_properties()
        blob.upload_blob(b"x" * properties.size, overwrite=True, metadata=properties.metadata)


def test_whoever_manages_sees_what_was_found(house: House, app: Flask, azurite: str, container: str) -> None:
    for by, status in ((AMINA, 403), (READER, 403), (NOBODY, 401), (MANAGER, 200), (ADMIN, 200)):
        assert house.ask(by, "GET", SCRUB).status_code == status
    assert house.ask(AMINA, "GET", "/storage/scrub").status_code == 403
    empty = house.ask(MANAGER, "GET", SCRUB).get_json()
    assert (empty["state"], empty["began_at"], empty["damaged_videos"]) == ("waiting", None, [])
    assert b"Nothing has been read again yet." in house.ask(MANAGER, "GET", "/storage/scrub").data
    run = app.test_cli_runner().invoke
    assert "Nothing has been read again yet." in run(args=["storage", "scrub"]).output
    good, bad = house.upload(AMINA), house.upload(AMINA, title="<The boat>")
    assert run(args=["storage", "scrub", "--once"]).exit_code == 0
    assert "✓ scrubbing: Nothing is damaged; 2 videos" in run(args=["doctor"]).output
    replace_content(azurite, container, bad["id"])
    result = run(args=["storage", "scrub", "--once", "--pace", "0"])
    assert result.exit_code == 1
    assert f"damaged: {bad['id']}" in result.output
    assert good["id"] not in result.output
    assert run(args=["storage", "scrub"]).exit_code == 1
    found = house.ask(MANAGER, "GET", SCRUB).get_json()
    assert (found["right"], found["damaged"], found["videos"], found["progress"]) == (1, 1, 2, 1)
    assert [each["id"] for each in found["damaged_videos"]] == [bad["id"]]
    assert found["damaged_videos"][0]["expected"] == bad["sha256"]
    page = house.ask(MANAGER, "GET", "/storage/scrub").get_data(as_text=True)
    assert "1 damaged video" in page
    assert "&lt;The boat&gt;" in page
    result = run(args=["doctor"])
    assert result.exit_code == 1
    assert "✗ scrubbing: 1 stored videos are damaged: /storage/scrub names them." in result.output
    house.services.platform.events.deliver()
    entries = house.ask(ADMIN, "GET", f"/api/audit?target={bad['id']}&action=video.damaged").get_json()["entries"]
    assert [each["actor"]["id"] for each in entries] == ["system"]


def test_it_is_turned_off_by_the_setting(house: House) -> None:
    assert house.ask(ADMIN, "PUT", "/api/settings/scrub_pace", json={"value": 0}).status_code == 200
    assert house.ask(MANAGER, "GET", SCRUB).get_json()["state"] == "off"
    assert b"This is turned off in the settings." in house.ask(MANAGER, "GET", "/storage/scrub").data
    assert house.ask(ADMIN, "PUT", "/api/settings/scrub_pace", json={"value": -1}).status_code == 400


def test_a_command_that_was_killed_is_gone_on_with(house: House, azurite: str, tmp_path: Path, container: str) -> None:
    videos = sorted(house.upload(AMINA)["id"] for _ in range(4))
    environment = os.environ | {
        "APP_ENV": "testing",
        "AZURE_STORAGE_CONNECTION_STRING": azurite,
        "AZURE_STORAGE_CONTAINER_NAME": container,
        "DATA_DIR": str(tmp_path),
    }
    # A video has 3 kB: a second each, so that the first is written down before the last is reached.
    command = [sys.executable, "-m", "flask", "--app", "app", "storage", "scrub", "--once", "--pace", "0.002"]
    scrubber = house.services.scrub.scrubber

    def reached() -> str:
        last = scrubber.report(by=SYSTEM).last
        return last.reached if last else ""

    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: reached() != "", patience=60)
        process.kill()
    where = reached()
    assert where in videos[:-1]
    # What was killed cannot give its right back: it ends by itself, in a minute and a half.
    house.services.platform.databases.notes.remember("scrub.until", 0)
    looked: list[object] = []
    found = scrubber.run(looked.append, by=SYSTEM, pace=Pace(lambda: 0))
    assert looked.count(0) == sum(each > where for each in videos)  # It is told of 0 bytes before each.
    assert (found.videos, found.right) == (4, 4)
