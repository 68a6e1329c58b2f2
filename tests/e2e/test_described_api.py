"""Real answers are what the description says: each operation, in success and in failure, then requests at random."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from routes.openapi import document
from tests.server import Server, running_server
from tests.videos import mp4

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}
NAME = "filename " + base64.b64encode(b"film.mp4").decode()
UNKNOWN = "20200101T000000000Z_00000000000000000000000000000000_none.mp4"


class Described:
    """A client that holds every answer to the description."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.document: dict[str, Any] = requests.get(f"{url}/api/openapi.json", timeout=10).json()
        self.met: set[tuple[str, int]] = set()

    def ask(self, operation: str, status: int, *, names: dict[str, str] | None = None, **request: Any) -> Any:
        """Ask, expect the status, and check the answer; `names` fill the address, `request` goes to requests."""
        method, path = operation.split(" ")
        address = re.sub(r"{(\w+)}", lambda match: (names or {})[match[1]], path)
        response = requests.request(
            method, self.url + address + request.pop("query", ""), timeout=30, allow_redirects=False, **request
        )
        assert response.status_code == status, response.text
        described = self.document["paths"][path][method.lower()]["responses"][str(status)]
        self._check(response, described)
        self.met.add((operation, status))
        return response

    def _check(self, response: requests.Response, described: dict[str, Any]) -> None:
        assert set(described["headers"]) - {"Upload-Length", "Content-Location"} <= set(response.headers)
        if not response.content or "content" not in described:
            assert not response.content or response.is_redirect
            return
        kind = response.headers["Content-Type"].split(";")[0]
        if kind.startswith("video/"):
            assert "video/*" in described["content"]
            return
        if kind.startswith("text/"):
            assert kind in described["content"]
            return
        schema = described["content"][kind]["schema"] | {"components": self.document["components"]}
        Draft202012Validator(schema).validate(response.json())


@pytest.fixture(scope="module")
def quiet_server(azurite: str) -> Iterator[Server]:
    """A server whose library no other test fills."""
    with running_server(azurite, upload_block_mb=1, upload_idle_seconds=2) as server:
        yield server


def test_every_operation_answers_as_described(quiet_server: Server) -> None:
    api = Described(quiet_server.url)
    _service(api)
    video = _whole_files(api)
    _library(api, video)
    _playback(api, video)
    _resumable(api)
    _direct(api)
    described = {f"{method.upper()} {path}" for path, ways in api.document["paths"].items() for method in ways}
    assert {operation for operation, _ in api.met} == described


def _service(api: Described) -> None:
    api.ask("GET /health", 200)
    api.ask("GET /health/ready", 200)
    api.ask("GET /metrics", 200)
    api.ask("GET /api/openapi.json", 200)


def _whole_files(api: Described) -> dict[str, str]:
    api.ask("POST /api/upload", 201, files={"file": ("film.mp4", mp4(5000))})
    api.ask("POST /api/upload", 303, files={"file": ("film.mp4", mp4(5000))}, headers={"Accept": "text/html"})
    api.ask("POST /api/upload", 400, files={"file": ("film.txt", b"text")})
    to = {"filename": "film.mp4"}
    video = api.ask("PUT /api/upload/{filename}", 201, names=to, data=mp4(5000)).json()
    api.ask("PUT /api/upload/{filename}", 400, names=to, data=b"")
    api.ask(
        "PUT /api/upload/{filename}", 400, names=to, data=mp4(9), headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}
    )
    api.ask("PUT /api/upload/{filename}", 415, names=to, data=b"x", headers={"Content-Encoding": "gzip"})
    return {"video_id": video["id"]}


def _library(api: Described, video: dict[str, str]) -> None:
    api.ask("GET /api/videos", 200, query="?limit=1&sort=title")
    api.ask("GET /api/videos", 400, query="?limit=0")
    api.ask("GET /api/videos/{video_id}", 200, names=video)
    api.ask("GET /api/videos/{video_id}", 404, names={"video_id": UNKNOWN})
    edit = "PATCH /api/videos/{video_id}"
    api.ask(edit, 200, names=video, json={"title": "A film", "tags": ["x"]})
    api.ask(edit, 400, names=video, json={"size": 1})
    api.ask(edit, 412, names=video, json={"title": "B"}, headers={"If-Match": '"old"'})
    api.ask(edit, 415, names=video, data="title=B")
    api.ask("DELETE /api/videos/{video_id}", 204, names=video)
    api.ask("DELETE /api/videos/{video_id}", 404, names={"video_id": UNKNOWN})
    api.ask("GET /api/trash", 200)
    api.ask("GET /api/trash", 400, query="?cursor=x")
    api.ask("POST /api/videos/{video_id}/restore", 200, names=video)
    api.ask("POST /api/videos/{video_id}/restore", 404, names={"video_id": UNKNOWN})


def _playback(api: Described, video: dict[str, str]) -> None:
    play = "GET /api/videos/{video_id}/content"
    etag = api.ask(play, 200, names=video).headers["ETag"]
    api.ask(play, 206, names=video, headers={"Range": "bytes=0-9"})
    api.ask(play, 304, names=video, headers={"If-None-Match": etag})
    api.ask(play, 412, names=video, headers={"If-Match": '"old"'})
    api.ask(play, 416, names=video, headers={"Range": "bytes=9999-"})
    api.ask(play, 404, names={"video_id": UNKNOWN})
    api.ask("HEAD /api/videos/{video_id}/content", 200, names=video)
    api.ask("GET /api/videos/{video_id}/access-url", 200, names=video)
    api.ask("GET /api/videos/{video_id}/access-url", 400, names=video, query="?expiry_hours=0")


def _resumable(api: Described) -> None:
    api.ask("OPTIONS /api/uploads", 204)
    length = {"Upload-Length": "5000"}
    created = api.ask("POST /api/uploads", 201, headers=TUS | length | {"Upload-Metadata": NAME})
    api.ask("POST /api/uploads", 400, headers=TUS | length)
    api.ask("POST /api/uploads", 412, headers=length)
    upload = {"upload_id": created.headers["Location"].rsplit("/", 1)[1]}
    append = "PATCH /api/uploads/{upload_id}"
    api.ask("OPTIONS /api/uploads/{upload_id}", 204, names=upload)
    api.ask("HEAD /api/uploads/{upload_id}", 200, names=upload, headers=TUS)
    api.ask("HEAD /api/uploads/{upload_id}", 404, names={"upload_id": "none"}, headers=TUS)
    api.ask("GET /api/uploads/{upload_id}", 409, names=upload)
    api.ask(append, 409, names=upload, headers=BYTES | {"Upload-Offset": "7"}, data=b"x")
    api.ask(append, 415, names=upload, headers=TUS | {"Upload-Offset": "0"}, data=b"x")
    wrong = {"Upload-Offset": "0", "Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    api.ask(append, 460, names=upload, headers=BYTES | wrong, data=b"x")
    api.ask(append, 204, names=upload, headers=BYTES | {"Upload-Offset": "0"}, data=mp4(5000))
    api.ask("GET /api/uploads/{upload_id}", 303, names=upload)
    api.ask("POST /api/uploads/{upload_id}", 400, names=upload, headers=TUS)
    api.ask("POST /api/uploads/{upload_id}", 200, names=upload, headers=TUS | {"X-HTTP-Method-Override": "HEAD"})
    created = api.ask("POST /api/uploads", 201, headers=TUS | length | {"Upload-Metadata": NAME})
    upload = {"upload_id": created.headers["Location"].rsplit("/", 1)[1]}
    api.ask("DELETE /api/uploads/{upload_id}", 204, names=upload, headers=TUS)
    api.ask("DELETE /api/uploads/{upload_id}", 404, names={"upload_id": "none"}, headers=TUS)


def _direct(api: Described) -> None:
    generate, complete = "POST /api/v1/videos/generate-upload-url", "POST /api/v1/videos/{upload_id}/complete"
    wanted = {"filename": "film.mp4", "size": 5000}
    api.ask(generate, 400, json={"filename": "film.mp4"})
    api.ask(generate, 413, json=wanted | {"size": 2**62})
    api.ask(generate, 415, data="x")
    renew, cancel = "POST /api/v1/videos/{upload_id}/upload-url", "DELETE /api/v1/videos/{upload_id}/upload-url"
    permission = api.ask(generate, 201, json=wanted).json()
    upload = {"upload_id": permission["id"]}
    api.ask(renew, 201, names=upload)
    api.ask(complete, 409, names=upload, json={"blocks": ["AAAA"]})
    requests.put(permission["upload_url"], data=mp4(5000), headers={"x-ms-blob-type": "BlockBlob"}, timeout=30)
    api.ask(complete, 201, names=upload)
    api.ask(complete, 200, names=upload)
    api.ask(complete, 404, names={"upload_id": UNKNOWN})
    upload = {"upload_id": api.ask(generate, 201, json=wanted).json()["id"]}
    api.ask(cancel, 204, names=upload)
    api.ask(cancel, 410, names=upload)
    api.ask(renew, 410, names=upload)


schemathesis.serializer.alias(BYTES["Content-Type"], "application/octet-stream")
DESCRIPTION = schemathesis.openapi.from_dict(document())
# An address with another method is often no fault here: ids may hold slashes, so PATCH …/content edits a video.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@DESCRIPTION.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_requests_at_random_are_answered_as_described(case: Any, quiet_server: Server) -> None:
    case.call_and_validate(base_url=quiet_server.url, checks=CHECKS, timeout=30)
