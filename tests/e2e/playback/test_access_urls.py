"""URLs for people outside: they end with their video, with their time, and by being revoked."""

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.server import Server, running_server
from tests.videos import mp4

CONTENT = mp4(10_007)
FIVE_MINUTES = timedelta(minutes=5, seconds=5)


@pytest.fixture(scope="module", params=["proxy", "redirect"])
def server(azurite: str, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that hands out the bytes itself, and one that sends players to storage."""
    with running_server(azurite, playback_mode=request.param, trash_days=0, trusted_proxies=1) as running:
        yield running


@pytest.fixture
def video(server: Server) -> dict[str, Any]:
    return dict(requests.put(f"{server.url}/api/upload/Übung 1.mp4", data=CONTENT, timeout=60).json())


def address(server: Server, video: dict[str, Any]) -> str:
    return f"{server.url}/api/videos/{video['id']}"


def access(server: Server, video: dict[str, Any], **query: object) -> dict[str, str]:
    answer = requests.get(f"{address(server, video)}/access-url", params=query, timeout=60)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(answer.json())


def status(url: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers=named, timeout=60).status_code


def until(moment: str) -> timedelta:
    return datetime.fromisoformat(moment) - datetime.now(UTC)


@pytest.mark.walk
def test_a_url_of_the_gate_gives_the_bytes_for_as_long_as_asked(server: Server, video: dict[str, Any]) -> None:
    made = access(server, video, expiry_hours=168)
    assert made["url"].startswith(server.url + "/")
    assert timedelta(hours=167.9) < until(made["expires_at"]) <= timedelta(hours=168)
    assert requests.get(made["url"], timeout=60).content == CONTENT
    part = requests.get(made["url"], headers={"Range": "bytes=5-99"}, timeout=60)
    assert (part.status_code, part.content) == (206, CONTENT[5:100])
    assert part.headers["Content-Type"] == "video/mp4"
    head = requests.head(made["url"], allow_redirects=False, timeout=60)
    assert head.status_code in {200, 302}
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        assert requests.request(method, made["url"], data=b"x", timeout=60).status_code == 405


def test_a_download_is_named(server: Server, video: dict[str, Any]) -> None:
    answer = requests.get(access(server, video, download="1")["url"], timeout=60)
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


def test_behind_it_storage_is_open_for_five_minutes_at_most(server: Server, video: dict[str, Any]) -> None:
    for url in (access(server, video)["url"], video["url"]):
        answer = requests.get(url, allow_redirects=False, timeout=60)
        if answer.status_code == 200:
            continue
        assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
        [expiry] = parse_qs(urlsplit(answer.headers["Location"]).query)["se"]
        assert until(expiry) <= FIVE_MINUTES


def test_storages_own_url_is_given_for_five_minutes(server: Server, video: dict[str, Any]) -> None:
    made = access(server, video, direct="true", ip="203.0.113.7", expiry_hours=24)
    assert not made["url"].startswith(server.url)
    assert until(made["expires_at"]) <= FIVE_MINUTES
    signed = {name: values[0] for name, values in parse_qs(urlsplit(made["url"]).query).items()}
    assert (signed["sp"], signed["sip"], signed["sr"]) == ("r", "203.0.113.7", "b")
    assert until(signed["se"]) <= FIVE_MINUTES
    assert requests.get(made["url"], timeout=60).content == CONTENT
    assert requests.put(made["url"], data=b"x", headers={"x-ms-blob-type": "BlockBlob"}, timeout=60).status_code == 403


def test_a_trashed_or_purged_video_cannot_be_read_by_older_urls(server: Server, video: dict[str, Any]) -> None:
    url = access(server, video)["url"]
    assert requests.delete(address(server, video), timeout=60).status_code == 204
    assert status(url) == 404
    assert requests.get(f"{address(server, video)}/access-url", timeout=60).status_code == 404
    # Undoing a deletion brings back all that was deleted with it.
    assert requests.post(f"{address(server, video)}/restore", timeout=60).ok
    assert status(url) == 200
    assert requests.delete(address(server, video), timeout=60).status_code == 204
    server.flask("trash", "purge")
    assert status(url) == 404


def test_revoking_ends_all_urls_of_one_video_for_good(server: Server, video: dict[str, Any]) -> None:
    other = requests.put(f"{server.url}/api/upload/other.mp4", data=CONTENT, timeout=60).json()
    urls, others = (
        [access(server, video, expiry_hours=hours)["url"] for hours in (1, 168)],
        access(server, other)["url"],
    )
    assert {status(url) for url in urls} == {200}
    for _ in range(2):
        assert requests.delete(f"{address(server, video)}/access-urls", timeout=60).status_code == 204
        assert {status(url) for url in urls} == {403}
    assert status(others) == 200
    server.flask("catalogue", "rebuild")
    assert requests.patch(address(server, video), json={"title": "New"}, timeout=60).ok
    requests.delete(address(server, video), timeout=60)
    requests.post(f"{address(server, video)}/restore", timeout=60)
    assert {status(url) for url in urls} == {403}
    assert status(access(server, video)["url"]) == 200
    assert requests.delete(f"{server.url}/api/videos/none.mp4/access-urls", timeout=60).status_code == 404


def test_what_readers_see_of_a_revoked_video_signs_nothing(server: Server, video: dict[str, Any]) -> None:
    url = access(server, video)["url"]
    assert requests.delete(f"{address(server, video)}/access-urls", timeout=60).status_code == 204
    seen = requests.head(access(server, video, direct="true")["url"], timeout=60).headers
    [epoch] = [value for name, value in seen.items() if name.lower() == "x-ms-meta-access_epoch"]
    assert status(f"{url}&version={epoch}") == 403
    assert status(re.sub("version=[^&]*", f"version={epoch}", url)) == 403


def test_a_url_opens_one_video_until_its_time_and_nothing_else(server: Server, video: dict[str, Any]) -> None:
    other = requests.put(f"{server.url}/api/upload/other.mp4", data=CONTENT, timeout=60).json()
    url = access(server, video)["url"]
    assert status(url.replace(video["id"], other["id"])) == 403
    assert status(re.sub(r"expires=(\d)", r"expires=9\1", url)) == 403
    assert status(re.sub(r"expires=\d+", "expires=1", url)) == 403
    assert status(re.sub(r"sig=[\w-]", "sig=%C3%A4", url)) == 403
    assert status(url.partition("?")[0]) == 403
    assert status(url.replace(video["id"], "none.mp4")) == 403
    assert "sig=" not in server.log.replace("sig=…", "")


@pytest.mark.parametrize("address_", ["203.0.113.7", "2001:db8::7"])
def test_a_bound_url_answers_one_address(server: Server, video: dict[str, Any], address_: str) -> None:
    url = access(server, video, ip=address_)["url"]
    assert status(url, X_Forwarded_For=address_) == 200
    assert status(url, X_Forwarded_For="203.0.113.8") == 403
    assert status(url, X_Forwarded_For="2001:db8::8") == 403
    assert status(re.sub("&?ip=[^&]*", "", url), X_Forwarded_For=address_) == 403
    answer = requests.get(url, headers={"X-Forwarded-For": address_}, allow_redirects=False, timeout=60)
    if answer.status_code == 302:
        assert parse_qs(urlsplit(answer.headers["Location"]).query)["sip"] == [address_]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"expiry_hours": "0"}, "expiry_hours"),
        ({"expiry_hours": "169"}, "expiry_hours"),
        ({"ip": "example.org"}, "ip"),
        ({"ip": "203.0.113.0/24"}, "ip"),
        ({"ip": "2001:db8::7", "direct": "true"}, "ip"),
        ({"direct": "perhaps"}, "direct"),
    ],
)
def test_what_cannot_be_signed_is_refused(
    server: Server, video: dict[str, Any], query: dict[str, str], field: str
) -> None:
    answer = requests.get(f"{address(server, video)}/access-url", params=query, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_desk_keeps_a_key_of_its_own_and_a_given_one_counts(azurite: str, tmp_path: Path) -> None:
    urls: dict[str, str] = {}
    for name, settings in {
        "first": {},
        "again": {},
        "given": {"secret_key": "a secret of sixteen"},
        "given again": {"secret_key": "a secret of sixteen"},
        "another": {"secret_key": "another of sixteen letters"},
    }.items():
        with running_server(
            azurite,
            data_dir=tmp_path / "data",
            azure_storage_container_name=f"videos-{os.getpid()}-desk",
            web_concurrency=2,
            **settings,
        ) as server:
            if not urls:
                video = requests.put(f"{server.url}/api/upload/a.mp4", data=CONTENT, timeout=60).json()
            urls[name] = access(server, video)["url"].replace(server.url, "")
            works = {each for each, path in urls.items() if status(server.url + path) == 200}
        expected = {"first": {"first"}, "again": {"first", "again"}, "given": {"given"}, "another": {"another"}}
        assert works == expected.get(name, {"given", "given again"})
    [key] = (tmp_path / "data").glob("*.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
