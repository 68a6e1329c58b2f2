"""Outside services over HTTP and on their page: how they are, and a try."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.jobs.kinds import Work
from services.jobs.store import JobQuery
from tests.app_here import app_here, services_of
from tests.outside_services import OutsideService, running_outside_service, said


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture
def app(azurite: str, tmp_path: Path, outside: OutsideService) -> Flask:
    outside.first, outside.asked = [], []
    outside.answer = lambda _: said({"recordings": [], "count": 0, "results": [], "total_pages": 1})
    where: dict[str, Any] = dict.fromkeys(("musicbrainz_url", "imvdb_url", "youtube_url"), outside.url)
    return app_here(azurite, tmp_path, egress_allow_hosts=(outside.host,), **where)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def source(client: FlaskClient, name: str) -> dict[str, Any]:
    found = {each["name"]: each for each in client.get("/api/sources").get_json()["sources"]}
    return dict(found[name])


def test_each_service_is_told_of(client: FlaskClient) -> None:
    names = [each["name"] for each in client.get("/api/sources").get_json()["sources"]]
    assert names == ["youtube", "youtube-search", "musicbrainz", "imvdb", "lastfm", "spotify", "plex", "lidarr"]
    musicbrainz, plex = source(client, "musicbrainz"), source(client, "plex")
    assert (musicbrainz["state"], musicbrainz["needs_key"], musicbrainz["key_set"]) == ("unknown", False, False)
    assert musicbrainz["rate"] == {"per_minute": 60, "this_hour": 0}
    assert (plex["state"], plex["needs_key"], plex["key_set"]) == ("off", True, False)
    assert "PLEX_URL" in plex["last_error"]


def test_a_service_is_tried_with_the_key_that_is_set(client: FlaskClient, outside: OutsideService) -> None:
    address = "/api/sources/imvdb/test"
    refused = client.post(address)
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/source-off")
    assert outside.asked == []
    assert client.put("/api/settings/imvdb_key", json={"value": "a-key-of-ours"}).status_code == 200
    tried = client.post(address)
    assert (tried.status_code, tried.get_json()["state"], tried.get_json()["key_set"]) == (200, "ok", True)
    assert outside.asked[0].headers["imvdb-app-key"] == "a-key-of-ours"
    outside.first = [said({}, status=401)]
    tried = client.post(address)
    assert (tried.status_code, tried.get_json()["state"]) == (200, "failing")
    assert "key" in tried.get_json()["last_error"]
    for answer in (tried, client.get("/api/sources"), client.get("/sources"), client.get("/api/settings")):
        assert "a-key-of-ours" not in answer.get_data(as_text=True)


def test_a_service_that_is_none_is_not_found(client: FlaskClient) -> None:
    assert client.post("/api/sources/nothing/test").status_code == 404
    assert client.post("/sources", data={"name": "nothing"}).status_code == 404
    assert client.post("/sources", data={}).status_code == 404


def test_a_service_that_asks_for_a_pause_is_shown_so_and_tried_all_the_same(
    client: FlaskClient, outside: OutsideService
) -> None:
    outside.first = [said({}, status=429, Retry_After="3600")]
    assert client.post("/api/sources/musicbrainz/test").get_json()["state"] == "slow"
    shown = re.sub(r"\s+", " ", client.get("/sources").get_data(as_text=True))
    assert "Asked for a pause" in shown
    assert "It is asked again" in shown
    answer = client.post("/sources", data={"name": "musicbrainz"})
    assert (answer.status_code, answer.location) == (303, "/sources?tried=musicbrainz#tried")
    assert "last answer" in client.get(answer.location).get_data(as_text=True)
    assert source(client, "musicbrainz")["state"] == "ok"


def test_metrics_count_what_was_asked(client: FlaskClient) -> None:
    client.post("/api/sources/musicbrainz/test")
    text = client.get("/metrics").get_data(as_text=True)
    assert re.search(r'reelgate_source_requests_total\{outcome="answered",source="musicbrainz"\} [1-9]', text)
    assert 'reelgate_source_well{source="musicbrainz"} 1.0' in text


def test_the_page_is_there_in_german(client: FlaskClient) -> None:
    answer = client.get("/sources", headers={"Accept-Language": "de"})
    assert "Fremde Dienste" in answer.get_data(as_text=True)


def test_an_artists_page_has_it_looked_up_and_says_what_came_of_it(app: Flask, client: FlaskClient) -> None:
    parts = services_of(app)
    artist = client.post("/api/artists", json={"name": "Crane School"}).get_json()["id"]
    address = f"/artists/{artist}"
    assert "Look for films now" in client.get(address).text
    answer = client.post(address, data={"action": "discover"})
    assert (answer.status_code, answer.location) == (303, address)
    looking = client.get(address).text
    assert "are being asked for films" in looking
    assert "Look for films now" not in looking
    [job] = parts.jobs.store.page(JobQuery(kind="discover")).jobs
    claim = parts.jobs.store.claim_one(job.id, worker="a test")
    assert claim is not None
    results = parts.sources.discovery.kind.run(Work(job=claim.job, tell_progress=lambda _: None))
    parts.jobs.store.finish(claim, results=results)
    done = client.get(address).text
    assert "Look for films now" in done
    assert "MusicBrainz: 0 found, 0 of them new" in " ".join(done.split())
    parts.platform.events.deliver()
    assert "Last looked up" in client.get(address).text
    assert client.post("/artists/none", data={"action": "discover"}).status_code == 404
