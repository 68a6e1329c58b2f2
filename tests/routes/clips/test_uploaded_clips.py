"""Clips that were cut elsewhere and come in by every door, saying what they were cut from."""

import base64
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.assembly import Services
from services.videos.blob_names import parse_blob_name
from tests.videos import mp4

FILE = mp4(5000)


def by_put(client: FlaskClient, said: dict[str, str]) -> TestResponse:
    return client.put("/api/upload/cut.mp4", data=FILE, query_string=said)


def by_form(client: FlaskClient, said: dict[str, str]) -> TestResponse:
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in said.items()
    )
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="cut.mp4"\r\n\r\n'
    body = (fields + head).encode() + FILE + b"\r\n--x--\r\n"
    return client.post("/api/upload", data=body, content_type="multipart/form-data; boundary=x")


def by_tus(client: FlaskClient, said: dict[str, str]) -> TestResponse:
    pairs = {"filename": "cut.mp4"} | said
    header = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(FILE)), "Upload-Metadata": header}
    return client.post("/api/uploads", data=FILE, headers=headers, content_type="application/offset+octet-stream")


def by_direct(client: FlaskClient, said: dict[str, str]) -> TestResponse:
    numbers = {name: value if name == "clip_of" else float(value) for name, value in said.items()}
    wish: dict[str, Any] = {"filename": "cut.mp4", "size": len(FILE)} | numbers
    answer = client.post("/api/v1/videos/generate-upload-url", json=wish)
    if answer.status_code != 201:
        return answer
    permit = answer.json
    assert permit is not None
    requests.put(
        permit["upload_url"], data=FILE, headers={"x-ms-blob-type": "BlockBlob"}, timeout=30
    ).raise_for_status()
    return client.post(permit["complete_url"].removeprefix("http://localhost"))


DOORS = pytest.mark.parametrize("door", [by_put, by_form, by_tus, by_direct])


@DOORS
@pytest.mark.parametrize("words", [("start", "end"), ("start_time", "end_time")])
def test_a_clip_comes_in_by_every_door(door: Any, words: tuple[str, str], client: FlaskClient, video: str) -> None:
    client.patch(f"/api/videos/{video}", json={"visibility": "private"})
    answer = door(client, {"clip_of": video, words[0]: "1.5", words[1]: "3"})
    assert answer.status_code in {201, 204}, answer.get_data(as_text=True)
    listed = client.get(f"/api/videos/{video}/clips").json
    assert listed is not None
    [clip] = listed["clips"]
    assert (clip["video_id"], clip["start"], clip["end"], clip["state"]) == (video, 1.5, 3, "ready")
    name = parse_blob_name(clip["id"])
    assert name is not None
    assert name.is_clip
    shown = client.get(f"/api/videos/{clip['id']}").json
    assert shown is not None
    # It is shown to nobody who may not see its film.
    assert (shown["visibility"], shown["clip_of"]) == ("private", video)


@DOORS
@pytest.mark.parametrize(
    "said", [{"start": "3", "end": "1"}, {"start": "1", "end": "100"}, {"start": "1", "end": "1e300"}, {"start": "1"}]
)
def test_times_that_cannot_be_are_refused_at_every_door(
    door: Any, said: dict[str, str], client: FlaskClient, video: str
) -> None:
    answer = door(client, {"clip_of": video} | said)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "end"
    assert len(client.get("/api/videos").json["videos"]) == 1  # type: ignore[index]


@DOORS
def test_a_clip_of_nothing_is_refused(door: Any, client: FlaskClient) -> None:
    assert door(client, {"clip_of": "nothing", "start": "1", "end": "2"}).status_code == 404


def test_a_number_that_is_none_is_refused(client: FlaskClient, video: str) -> None:
    for text in ("nan", "inf", "-1", "1_0", "one", "0x10", ""):
        answer = by_put(client, {"clip_of": video, "start": text, "end": "2"})
        assert answer.status_code == 400, text


def test_a_field_of_a_form_is_for_the_file_that_follows(client: FlaskClient, parts: Services, video: str) -> None:
    assert by_form(client, {"clip_of": video, "start": "1", "end": "2"}).status_code == 201
    assert by_form(client, {}).status_code == 201
    assert len(client.get(f"/api/videos/{video}/clips").json["clips"]) == 1  # type: ignore[index]
