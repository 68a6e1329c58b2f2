"""`flask --app app doctor` against storage that works, that refuses, and that is not there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient
from click.testing import Result
from flask import Flask

from app import create_app
from config import Environment, Secret, Settings, UploadMode
from routes.http.wiring import SERVICES
from services.jobs.job import Lane
from tests.databases import prepared

pytestmark = pytest.mark.thorough

ORIGIN = "https://videos.example.org"


@pytest.fixture
def service(azurite: str) -> Iterator[BlobServiceClient]:
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        service.set_service_properties(cors=[])
        yield service
        service.set_service_properties(cors=[])


def app_on(azurite: str, tmp_path: Path, **changes: Any) -> Flask:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name="videos-of-the-doctor",
        upload_mode=UploadMode.DIRECT,
        data_dir=tmp_path,
    )
    return create_app(prepared(replace(settings, **changes)))


def ask(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["doctor", *arguments])


def signs(result: Result) -> dict[str, str]:
    lines = [line for line in result.output.splitlines() if not line.startswith(" ")]
    return {line[2:].partition(":")[0]: line[0] for line in lines}


@pytest.mark.usefixtures("service")
def test_a_fresh_account_lacks_containers_and_the_commands_are_given(azurite: str, tmp_path: Path) -> None:
    result = ask(app_on(azurite, tmp_path, azure_storage_container_name="videos-never-made"))
    assert result.exit_code == 1
    assert "az storage container create --name videos-never-made --account-name devstoreaccount1" in result.output


def test_everything_is_found_right_once_cors_is_fixed(azurite: str, tmp_path: Path, service: BlobServiceClient) -> None:
    app = app_on(azurite, tmp_path)
    app.extensions[SERVICES].platform.blob_storage().prepare()
    before = ask(app, "--origin", ORIGIN)
    assert (before.exit_code, signs(before)["CORS"]) == (1, "✗")
    assert "az storage cors add --services b --methods PUT --account-name devstoreaccount1" in before.output
    after = ask(app, "--fix-cors", "--origin", ORIGIN)
    assert after.exit_code == 0, after.output
    assert set(signs(after).values()) == {"✓"}
    assert signs(after).keys() >= {"credentials", "clock", "permissions", "signed URL", "CORS", "database"}
    assert ask(app, "--origin", "https://other.example.org").exit_code == 1
    assert ask(app, "--fix-cors", "--origin", ORIGIN).exit_code == 0
    assert len(service.get_service_properties()["cors"]) == 1
    assert list(service.get_container_client("videos-of-the-doctor").list_blob_names()) == []


@pytest.mark.usefixtures("service")
def test_missing_cors_is_no_fault_where_nothing_is_sent_directly(azurite: str, tmp_path: Path) -> None:
    app = app_on(azurite, tmp_path, upload_mode=UploadMode.PROXY)
    app.extensions[SERVICES].platform.blob_storage().prepare()
    result = ask(app, "--origin", ORIGIN)
    assert (result.exit_code, signs(result)["CORS"]) == (0, "!")


def test_a_wrong_key_is_named_and_never_shown(azurite: str, tmp_path: Path) -> None:
    wrong = azurite.replace("AccountKey=Eby8", "AccountKey=AAAA")
    result = ask(app_on(azurite, tmp_path, azure_storage_connection_string=Secret(wrong)))
    assert (result.exit_code, signs(result)["credentials"]) == (1, "✗")
    assert "az storage account show-connection-string --name devstoreaccount1" in result.output
    assert "AAAA" not in result.output


@pytest.mark.usefixtures("service")
def test_a_database_that_cannot_be_used_is_found(azurite: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    app = app_on(azurite, tmp_path, database_url=Secret(f"sqlite:///{tmp_path}/file/x.sqlite3"))
    app.extensions[SERVICES].platform.blob_storage().prepare()
    assert signs(ask(app))["database"] == "✗"


def test_the_ffmpeg_that_is_used_is_named(azurite: str, tmp_path: Path) -> None:
    output = ask(app_on(azurite, tmp_path)).output
    assert re.search(r"✓ ffmpeg: ffmpeg \S+ from (PyPI|PATH), .* It writes H.264, AAC and WebP, and shows HDR", output)


@pytest.mark.parametrize("program", ["no-such-program", "true"])
def test_an_ffmpeg_that_is_none_is_a_fault(program: str, azurite: str, tmp_path: Path) -> None:
    result = ask(app_on(azurite, tmp_path, ffmpeg=program))
    assert (result.exit_code, signs(result)["ffmpeg"]) == (1, "✗")


@pytest.mark.parametrize("changes", [{"worker_lanes": ("quick", "media", "speech")}, {"worker_concurrency": 0}])
def test_a_lane_in_which_jobs_wait_and_nobody_works_is_named(
    azurite: str, tmp_path: Path, changes: dict[str, Any]
) -> None:
    app = app_on(azurite, tmp_path, upload_mode=UploadMode.PROXY, egress_allow_hosts=("127.0.0.1:9",), **changes)
    app.extensions[SERVICES].platform.blob_storage().prepare()
    before = ask(app)
    assert (signs(before)["lanes"], before.exit_code) == ("✓", 0)
    assert "fetch must be worked in elsewhere" in before.output
    assert app.test_client().post("/api/imports", json={"url": "http://127.0.0.1:9/film.mp4"}).status_code == 202
    after = ask(app)
    assert (signs(after)["lanes"], after.exit_code) == ("✗", 1)
    assert "Jobs wait in fetch, and nobody works there." in after.output
    store = app.extensions[SERVICES].jobs.store
    assert store.claim(Lane.FETCH, worker="elsewhere") is not None
    assert app.test_client().post("/api/imports", json={"url": "http://127.0.0.1:9/other.mp4"}).status_code == 202
    assert signs(ask(app))["lanes"] == "✓"
