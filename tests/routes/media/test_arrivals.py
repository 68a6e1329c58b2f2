"""What is queued for a film that comes in, by every door, and what its uploader may choose."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.job import Lane
from services.media.job_kinds import STANDARD
from tests.media_films import make_film

_TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    return make_film(tmp_path / "h264.mp4", seconds=1).read_bytes()


def by_form(client: FlaskClient, film: bytes, processing: str | None) -> Any:
    fields: dict[str, Any] = {} if processing is None else {"processing": processing}
    answer = client.post("/api/upload", data=fields | {"file": (io.BytesIO(film), "film.mp4")})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.json is not None
    return answer.json["videos"][0]


def by_put(client: FlaskClient, film: bytes, processing: str | None) -> Any:
    question = {} if processing is None else {"processing": processing}
    answer = client.put("/api/upload/film.mp4", data=film, query_string=question)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.json


def by_tus(client: FlaskClient, film: bytes, processing: str | None) -> Any:
    said = {"filename": "film.mp4"} | ({} if processing is None else {"processing": processing})
    metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    headers = _TUS | {"Upload-Length": str(len(film)), "Upload-Metadata": metadata}
    answer = client.post("/api/uploads", data=film, headers=headers)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return client.get(answer.headers["Content-Location"]).json


def by_direct(client: FlaskClient, film: bytes, processing: str | None) -> Any:
    wanted: dict[str, Any] = {"filename": "film.mp4", "size": len(film)}
    if processing is not None:
        wanted["processing"] = [] if processing == "none" else processing.split(",")
    permit = client.post("/api/v1/videos/generate-upload-url", json=wanted).json
    assert permit is not None
    requests.put(permit["upload_url"], film, headers={"x-ms-blob-type": "BlockBlob"}, timeout=30).raise_for_status()
    answer = client.post(f"/api/v1/videos/{permit['id']}/complete", json={})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.json


DOORS = pytest.mark.parametrize("door", [by_form, by_put, by_tus, by_direct], ids=lambda door: door.__name__)


@DOORS
def test_the_answer_names_what_was_queued(client: FlaskClient, parts: Services, film: bytes, door: Any) -> None:
    video = door(client, film, None)
    assert list(video["processing"]) == list(STANDARD)
    for kind, state in video["processing"].items():
        assert (state["state"], state["progress"], state["error"]) == ("queued", 0.0, None)
        assert parts.jobs.jobs.get(state["job"], by=SYSTEM).kind == kind


@DOORS
def test_an_uploader_chooses_what_is_done(client: FlaskClient, parts: Services, film: bytes, door: Any) -> None:
    some = door(client, film, "poster,probe")
    assert list(some["processing"]) == ["poster", "probe"]
    nothing = door(client, film, "none")
    assert nothing["processing"] == {}
    # Nor does anybody do it later, when the index has been made from storage again.
    parts.library.reconciliation.rebuild(by=SYSTEM)
    parts.media.processing.queue_missing(by=SYSTEM)
    assert client.get(nothing["links"]["self"]).json == nothing
    assert list(client.get(some["links"]["self"]).json["processing"]) == ["poster", "probe"]  # type: ignore[index]


@pytest.mark.parametrize("order", [["poster", "probe", "storyboard", "preview"], ["preview", "storyboard", "poster"]])
def test_work_is_begun_in_the_order_of_its_kinds_and_what_comes_first_is_done_for_all_films_first(
    client: FlaskClient, parts: Services, film: bytes, order: list[str]
) -> None:
    videos = [by_put(client, film, ",".join(order))["id"] for _ in range(2)]
    begun = []
    while claim := parts.jobs.store.claim(Lane.QUICK, worker="test"):
        begun.append((claim.job.kind, claim.job.video))
    assert begun == [(kind, video) for kind in order for video in videos]


def test_kinds_that_nobody_knows_are_refused_by_name(client: FlaskClient, film: bytes) -> None:
    answers = [
        client.put("/api/upload/film.mp4?processing=poster,magic", data=film),
        client.post("/api/upload", data={"processing": "magic", "file": (io.BytesIO(film), "film.mp4")}),
        client.post(
            "/api/v1/videos/generate-upload-url", json={"filename": "a.mp4", "size": 9, "processing": ["magic"]}
        ),
    ]
    for answer in answers:
        assert answer.status_code == 400
        assert answer.json is not None
        assert answer.json["errors"][0]["field"] == "processing"


def test_clients_that_wait_for_a_job_are_told_the_first(client: FlaskClient, film: bytes) -> None:
    answer = client.post("/api/video/upload", data={"file": (io.BytesIO(film), "film.mp4")})
    assert answer.status_code == 201
    assert answer.json is not None
    [video] = answer.json["videos"]
    assert answer.json["job_id"] == video["processing"]["probe"]["job"]
    assert client.get(f"/api/jobs/{answer.json['job_id']}").status_code == 200
    nothing = client.post(
        "/api/v1/video/upload", data={"processing": "none", "file": (io.BytesIO(film), "film.mp4")}
    ).json
    assert nothing is not None
    assert nothing["job_id"] is None
