"""Taking in a folder, over HTTP."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from config import Environment, Secret, Settings
from services.assembly import Services
from tests.databases import prepared
from tests.routes.clips.cutting import do

ADDRESS = "/api/migrate-clips"


def test_a_folder_is_taken_in_as_a_job_whose_results_tell_of_each_file(client: FlaskClient, parts: Services) -> None:
    answer = client.post(ADDRESS)
    assert answer.status_code == 202
    job = answer.get_json()["job"]
    assert answer.headers["Location"] == f"/api/jobs/{job['id']}"
    assert (job["kind"], job["state"], job["video"]) == ("migration", "queued", None)
    # While it waits, the same folder is the same job.
    assert client.post(ADDRESS, query_string={"batch_size": 2}).get_json()["job"]["id"] == job["id"]
    do(parts, job["id"])
    results = client.get(f"/api/jobs/{job['id']}").get_json()
    assert results["state"] == "done"
    said = {each["id"]: each["status"] for each in results["results"]}
    assert said == {"0.mp4": "taken", "1.mp4": "taken", "2.mp4": "taken", "notes.txt": "refused"}
    videos = client.get("/api/videos").get_json()["videos"]
    assert sorted(video["original_name"] for video in videos) == ["0.mp4", "1.mp4", "2.mp4"]


def test_a_dry_run_says_what_would_come_in(client: FlaskClient, parts: Services, folder: Path) -> None:
    answer = client.post(ADDRESS, query_string={"local_clips_dir": str(folder), "dry_run": "true"})
    assert answer.status_code == 200
    said = answer.get_json()
    assert (said["new"], said["left"], said["whole"]) == (3, {"refused": 1}, True)
    assert [trouble["id"] for trouble in said["troubles"]] == ["notes.txt"]
    assert client.get("/api/jobs").get_json()["jobs"] == []


@pytest.mark.parametrize("wrong", [{"batch_size": each} for each in ("0", "501", "-1", "ten", "", "1.5")])
def test_a_size_that_cannot_be_is_refused(client: FlaskClient, wrong: dict[str, str]) -> None:
    assert client.post(ADDRESS, query_string=wrong).status_code == 400


@pytest.mark.parametrize("asked", ["/etc", "films", "/", "../films", "/proc/self/root/etc"])
def test_other_folders_are_refused(client: FlaskClient, asked: str) -> None:
    answer = client.post(ADDRESS, query_string={"local_clips_dir": asked})
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["field"] == "local_clips_dir"
    assert client.get("/api/jobs").get_json()["jobs"] == []


def test_a_server_without_such_a_folder_says_so(azurite: str, tmp_path: Path) -> None:
    settings = Settings(
        app_env=Environment.TESTING, azure_storage_connection_string=Secret(azurite), data_dir=tmp_path / "data"
    )
    answer = create_app(prepared(settings)).test_client().post(ADDRESS)
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/migration-off")
