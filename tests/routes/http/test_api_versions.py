"""`/api/v1/<path>` is `/api/<path>`, and a list is a list with a slash at its end too."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from werkzeug.test import TestResponse

from app import create_app
from config import AuthMode, Environment, Secret, Settings
from routes.http.api_versions import spellings, unversioned
from tests.databases import prepared

LISTS = ["/api/videos", "/api/trash"]
OWN_TO_EACH = {"X-Request-ID", "Date", "Upload-Expires"}


@pytest.fixture
def app_with(azurite: str, tmp_path: Path) -> Callable[..., Flask]:
    """Makes an app with some settings of its own."""

    def make(**settings: object) -> Flask:
        return create_app(
            prepared(
                Settings(
                    app_env=Environment.TESTING,
                    auth_mode=AuthMode.NONE,
                    azure_storage_connection_string=Secret(azurite),
                    azure_storage_container_name="videos-of-version-tests",
                    data_dir=tmp_path,
                    **settings,  # type: ignore[arg-type]
                )
            )
        )

    return make


def essence(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """An answer without what no two answers share."""
    headers = {name: value for name, value in answer.headers if name not in OWN_TO_EACH}
    own = rb'"(request_id|device_code|user_code|verification_uri_complete)": ?"[^"]+"|retry: \d+\n\nid: \S+'
    return answer.status_code, headers, re.sub(own, b"", answer.data)


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every method and address of the API, with something in the place of each variable."""
    return sorted(
        (method, re.sub(r"<[^>]+>", "none.mp4", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods or ()
    )


@pytest.mark.thorough
def test_every_operation_answers_alike_under_its_version(app: Flask) -> None:
    client = app.test_client()
    found = addresses(app)
    assert len(found) > 20
    for method, path in found:
        plain, versioned = (client.open(each, method=method) for each in spellings(path))
        assert essence(versioned) == essence(plain), (method, path)


def test_no_address_has_two_versions_or_another_one(client: FlaskClient) -> None:
    for path in ("/api/v1/v1/videos", "/api/v2/videos", "/api/v1", "/api/v1/", "/v1/api/videos", "/api/v1videos"):
        assert client.get(path).status_code == 404, path
    assert client.get("/videos//api/v1/videos").status_code in {308, 404}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_answers_with_a_slash_at_its_end(client: FlaskClient, path: str) -> None:
    for spelling in spellings(path):
        assert essence(client.get(f"{spelling}/?limit=3")) == essence(client.get(f"{spelling}?limit=3"))


def test_uploads_begin_at_every_spelling(client: FlaskClient) -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": "filename ZmlsbS5tcDQ="}
    for path in spellings("/api/uploads"):
        for address in (path, f"{path}/"):
            assert client.post(address, headers=headers).status_code == 201, address
            assert client.options(address).headers["Tus-Version"] == "1.0.0", address
    assert client.post("/api/upload/").status_code == client.post("/api/upload").status_code == 400


def test_an_id_that_looks_like_a_version_is_an_id() -> None:
    assert unversioned("/videos/api/v1/film.mp4") == "/videos/api/v1/film.mp4"
    assert unversioned("/api/videos/api/v1/film.mp4") == "/api/videos/api/v1/film.mp4"


def test_both_spellings_are_one_count_and_one_route(app_with: Callable[..., Flask]) -> None:
    client = app_with(rate_limit="3 per hour").test_client()
    label = {"method": "GET", "route": "/api/videos", "status": "429"}
    before = REGISTRY.get_sample_value("reelgate_http_requests_total", label) or 0

    def status(path: str) -> int:
        with client.get(path) as answer:  # Counted when it has been sent, which is when it is closed.
            return answer.status_code

    answers = [status(path) for path in ("/api/v1/videos", "/api/videos", "/api/v1/videos/")]
    assert 429 not in answers
    assert status("/api/v1/videos") == status("/api/videos") == 429
    assert REGISTRY.get_sample_value("reelgate_http_requests_total", label) == before + 2


def test_pages_of_other_origins_meet_the_same_rules(app_with: Callable[..., Flask]) -> None:
    client = app_with(cors_origins=("https://friend.example",)).test_client()
    for path in spellings("/api/videos/none.mp4"):
        friend = client.delete(path, headers={"Origin": "https://friend.example"})
        assert (friend.status_code, friend.headers["Access-Control-Allow-Origin"]) == (404, "https://friend.example")
        assert client.delete(path, headers={"Origin": "https://evil.example"}).status_code == 403
    anyone = app_with(cors_origins=("*",)).test_client()
    for path in spellings("/api/upload"):
        answer = anyone.post(path, headers={"Origin": "https://evil.example"}, data={"title": "x"})
        assert answer.status_code == 403
