"""Requests for other hosts, and changes that foreign pages send, are refused at every route."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import AuthMode, Environment, Secret, Settings
from tests.databases import prepared

SAFE = {"GET", "HEAD", "OPTIONS"}
FOREIGN = {"Origin": "https://evil.example"}
AppWith = Callable[..., Flask]


@pytest.fixture
def app_with(azurite: str, tmp_path: Path) -> AppWith:
    """Makes an app with some settings of its own."""

    def make(**settings: object) -> Flask:
        return create_app(
            prepared(
                Settings(
                    azure_storage_connection_string=Secret(azurite),
                    azure_storage_container_name="videos-of-guard-tests",
                    data_dir=tmp_path,
                    # Who asks is another question (tests/routes/accounts).
                    **{"app_env": Environment.TESTING, "auth_mode": AuthMode.NONE} | settings,  # type: ignore[arg-type]
                )
            )
        )

    return make


def changing_routes(app: Flask) -> list[tuple[str, str]]:
    """Every method and address that may change something."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        found += [(method, path) for method in (rule.methods or set()) - SAFE]
    return found


@pytest.mark.parametrize(
    "headers",
    [
        FOREIGN,
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
    ids=str,
)
def test_no_route_takes_a_change_from_a_page_of_another_site(app: Flask, headers: dict[str, str]) -> None:
    routes = changing_routes(app)
    assert len(routes) > 8
    for method, path in routes:
        answer = app.test_client().open(path, method=method, headers=headers)
        assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/cross-site"), (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        # Behind a proxy that names another host, the browser still knows.
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://videos.example"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_our_own_pages_and_scripts_pass(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.delete("/api/videos/none.mp4", headers=headers).status_code == 404


def test_reading_is_not_refused(app_with: AppWith) -> None:
    assert app_with().test_client().get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("site", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_pages_of_named_origins_pass(app_with: AppWith, site: dict[str, str]) -> None:
    client = app_with(cors_origins=("https://friend.example",)).test_client()
    friend = {"Origin": "https://friend.example"} | site
    assert client.delete("/api/videos/none.mp4", headers=friend).status_code == 404
    assert client.delete("/api/videos/none.mp4", headers=FOREIGN | site).status_code == 403
    anyone = app_with(cors_origins=("*",)).test_client()
    assert anyone.delete("/api/videos/none.mp4", headers=FOREIGN | site).status_code == 404


SIMPLE = [
    {},
    {"Content-Type": "multipart/form-data; boundary=a"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "text/plain"},
    {"Content-Type": "Text/Plain; application/json"},
    {"Authorization": "Basic YTpi"},
]
ASKED_FOR = [{"Content-Type": "application/json"}, {"Authorization": "Bearer x"}, {"Tus-Resumable": "1.0.0"}]


@pytest.mark.parametrize("site", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}], ids=str)
@pytest.mark.parametrize("simple", SIMPLE, ids=str)
def test_a_foreign_form_is_refused_even_where_any_origin_may_call(
    app_with: AppWith, site: dict[str, str], simple: dict[str, str]
) -> None:
    app = app_with(cors_origins=("*",))
    posts = [path for method, path in changing_routes(app) if method == "POST"]
    assert len(posts) > 5
    for path in posts:
        answer = app.test_client().post(path, headers=FOREIGN | site | simple)
        assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/cross-site"), path


@pytest.mark.parametrize("asked_for", ASKED_FOR, ids=str)
def test_what_a_browser_has_asked_leave_for_passes_where_any_origin_may_call(
    app_with: AppWith, asked_for: dict[str, str]
) -> None:
    client = app_with(cors_origins=("*",)).test_client()
    answer = client.post("/api/videos/none.mp4/restore", headers=FOREIGN | asked_for)
    assert answer.status_code == 404
    # What no form can send is no form, but a page's own form posts are for our own pages alone.
    assert client.post("/trash", headers=FOREIGN | asked_for).status_code == 403


def test_a_person_is_told_on_a_page(client: FlaskClient) -> None:
    answer = client.post("/api/upload", headers=FOREIGN | {"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Refused from another site" in answer.text


@pytest.mark.parametrize("path", ["/", "/api/videos", "/nowhere", "/docs", "/static/none.css"])
def test_another_host_is_refused_everywhere_but_for_health(app_with: AppWith, path: str) -> None:
    client = app_with(allowed_hosts=("videos.example", "*.videos.example")).test_client()
    for host, refused in (("evil.example", True), ("videos.example:8000", False), ("a.videos.example", False)):
        answer = client.get(path, headers={"Host": host})
        assert ((answer.status_code, answer.content_type) == (400, "application/problem+json")) is refused
        assert client.get("/health", headers={"Host": host}).status_code == 200


def test_production_answers_to_the_name_that_app_service_gives(app_with: AppWith) -> None:
    production = {"app_env": Environment.PRODUCTION, "secret_key": Secret("x" * 32)}
    client = app_with(website_hostname="a.azurewebsites.net", **production).test_client()
    assert client.get("/docs", headers={"Host": "a.azurewebsites.net"}).status_code == 200
    assert client.get("/docs", headers={"Host": "evil.example"}).status_code == 400
    own = app_with(website_hostname="a.azurewebsites.net", allowed_hosts=("own.example",), **production).test_client()
    assert own.get("/docs", headers={"Host": "own.example"}).status_code == 200
    assert own.get("/docs", headers={"Host": "a.azurewebsites.net"}).status_code == 400


def test_https_is_remembered_in_production_alone(app_with: AppWith) -> None:
    production = {"app_env": Environment.PRODUCTION, "secret_key": Secret("x" * 32), "trusted_proxies": 1}
    production |= {"allowed_hosts": ("localhost",)}
    https = {"X-Forwarded-Proto": "https"}
    client = app_with(**production).test_client()
    assert client.get("/docs", headers=https).headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/docs").headers
    desk = app_with(trusted_proxies=1).test_client()
    assert "Strict-Transport-Security" not in desk.get("/docs", headers=https).headers


@pytest.mark.parametrize("path", ["/", "/docs", "/trash", "/api/videos", "/health", "/nowhere", "/static/none.css"])
def test_every_answer_is_guarded_and_sets_no_cookie(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(("origins", "policy"), [((), "same-origin"), (("https://a.example",), "cross-origin")])
def test_videos_may_be_embedded_where_other_origins_are_let_in(
    app_with: AppWith, origins: tuple[str, ...], policy: str
) -> None:
    client = app_with(cors_origins=origins).test_client()
    content = client.get("/api/videos/none.mp4/content")
    assert content.headers["Cross-Origin-Resource-Policy"] == policy
    assert client.get("/api/videos").headers["Cross-Origin-Resource-Policy"] == "same-origin"
