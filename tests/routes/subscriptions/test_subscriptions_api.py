"""Schedules over HTTP and on their page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.jobs.kinds import Work
from tests.app_here import app_here, services_of
from tests.outside_services import OutsideService, running_outside_service, said

ADDRESS = "/api/subscriptions"


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture(scope="module")
def app(azurite: str, tmp_path_factory: pytest.TempPathFactory, outside: OutsideService) -> Flask:
    where: dict[str, Any] = {"musicbrainz_url": outside.url, "youtube_url": outside.url}
    return app_here(azurite, tmp_path_factory.mktemp("schedules"), egress_allow_hosts=(outside.host,), **where)


@pytest.fixture
def client(app: Flask, outside: OutsideService) -> Iterator[FlaskClient]:
    outside.answer = lambda _: said({}, status=404)
    client = app.test_client()
    yield client
    for each in client.get(ADDRESS).get_json()["subscriptions"]:
        client.delete(f"{ADDRESS}/{each['id']}")


def do(app: Flask, job: dict[str, Any]) -> Any:
    """Do the job in this process."""
    services = services_of(app)
    found = services.jobs.store.get(job["id"])
    assert found is not None
    kind = services.jobs.kinds.get(found.kind)
    assert kind is not None
    return kind.run(Work(job=found, tell_progress=lambda _: None))


def page(client: FlaskClient) -> str:
    return re.sub(r"\s+", " ", client.get("/schedules").get_data(as_text=True))


def test_a_feed_is_subscribed_to_looked_at_and_let_go(app: Flask, client: FlaskClient, outside: OutsideService) -> None:
    item = {"id": "1", "title": "Hand signals", "url": "/1.mp4"}
    outside.answer = lambda _: said({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [item]})
    asked = {"kind": "feed", "url": f"{outside.url}/feed.json", "interval_minutes": 5, "quiet_hours": "22:00-06:00"}
    answer = client.post(ADDRESS, json=asked)
    new = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{ADDRESS}/{new['id']}")
    assert {name: new[name] for name in asked} == asked
    assert (new["last_run_at"], new["last_error"], new["artist"]) == (None, None, None)
    assert new["next_run_at"]
    begun = client.post(f"{ADDRESS}/{new['id']}/run")
    assert begun.status_code == 202
    assert client.post(f"{ADDRESS}/{new['id']}/run").get_json()["job"]["id"] == begun.get_json()["job"]["id"]
    do(app, begun.get_json()["job"])
    found = {each["title"]: each for each in client.get("/api/wanted").get_json()["wanted"]}
    assert (found["Hand signals"]["state"], found["Hand signals"]["artist"]) == ("WANTED", None)
    seen = client.get(f"{ADDRESS}/{new['id']}").get_json()
    assert (seen["last_found"], seen["last_error"]) == (1, None)
    assert seen["last_run_at"]
    assert client.delete(f"{ADDRESS}/{new['id']}").status_code == 204
    for ask in (client.get, client.delete):
        assert ask(f"{ADDRESS}/{new['id']}").status_code == 404
    assert client.post(f"{ADDRESS}/{new['id']}/run").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "feed"},
        {"kind": "search", "query": " "},
        {"kind": "artist"},
        {"kind": "other", "url": "https://signs.example/"},
        {"kind": "feed", "url": "https://signs.example/", "interval_minutes": 4},
        {"kind": "feed", "url": "https://signs.example/", "quiet_hours": "late"},
        {"kind": "feed", "url": "http://10.0.0.1/feed"},
        {"kind": "feed", "url": "file:///etc/passwd"},
        {"kind": "feed", "url": "https://signs.example/", "surprise": 1},
        {"kind": "feed", "url": "https://signs.example/", "keep": 0},
        [],
    ],
)
def test_what_makes_no_sense_is_refused(client: FlaskClient, body: Any) -> None:
    assert client.post(ADDRESS, json=body).status_code == 400
    assert client.get(ADDRESS).get_json() == {"subscriptions": []}


def test_limits_are_set_and_taken_away(client: FlaskClient) -> None:
    asked = {"kind": "search", "query": "crane school", "keep": 5, "quiet_hours": "07:00-12:00"}
    new = client.post(ADDRESS, json=asked).get_json()
    where = f"{ADDRESS}/{new['id']}"
    paused = client.patch(where, json={"paused": True, "max_per_day": 3}).get_json()
    assert (paused["next_run_at"], paused["max_per_day"], paused["keep"]) == (None, 3, 5)
    freed = client.patch(where, json={"paused": False, "keep": None, "quiet_hours": None}).get_json()
    assert (freed["keep"], freed["quiet_hours"], freed["max_per_day"]) == (None, None, 3)
    assert freed["next_run_at"]
    assert client.patch(where, json={"time_zone": "Nowhere"}).status_code == 400
    again = client.post(ADDRESS, json={"kind": "search", "query": " crane  school"})
    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/subscription-exists")


def test_an_artist_is_looked_up_and_each_service_says_what_came_of_it(
    app: Flask, client: FlaskClient, outside: OutsideService
) -> None:
    credit = [{"name": "Crane School", "artist": {"id": "x", "name": "Crane School"}}]
    film = {"id": "r", "title": "Lifting over water", "video": True, "artist-credit": credit}
    outside.answer = lambda _: said({"count": 1, "recordings": [film]})
    artist = client.post("/api/artists", json={"name": "Crane School"}).get_json()["id"]
    begun = client.post(f"/api/artists/{artist}/discover")
    assert begun.status_code == 202
    results = {each["id"]: each for each in do(app, begun.get_json()["job"])}
    assert results["musicbrainz"]["status"] == "done"
    assert "1 of them new" in results["musicbrainz"]["detail"]
    assert "imvdb" not in results
    [wanted] = client.get(f"/api/artists/{artist}/videos").get_json()["wanted"]
    assert (wanted["title"], wanted["state"]) == ("Lifting over water", "WANTED")
    assert wanted["source"]["service"] == "musicbrainz"
    assert "MusicBrainz" in wanted["reason"]
    assert client.post("/api/artists/nobody/discover").status_code == 404


def test_the_page_adds_pauses_runs_and_removes(client: FlaskClient) -> None:
    assert "Nothing is looked at on a schedule yet." in page(client)
    form = {"action": "add", "kind": "feed", "target": "http://10.0.0.1/<x>", "interval": "60", "quiet_from": "22:00"}
    refused = re.sub(r"\s+", " ", client.post("/schedules", data=form).get_data(as_text=True))
    assert "10.0.0.1 is not of the public network" in refused
    assert 'value="http://10.0.0.1/&lt;x&gt;"' in refused
    form |= {"target": "https://signs.example/feed", "quiet_to": "06:00", "keep": "3"}
    assert client.post("/schedules", data=form).status_code == 303
    [new] = client.get(ADDRESS).get_json()["subscriptions"]
    assert (new["url"], new["quiet_hours"], new["keep"]) == ("https://signs.example/feed", "22:00-06:00", 3)
    shown = page(client)
    assert "every hour" in shown
    assert "keeps the last 3" in shown
    assert "Next look:" in shown
    for action in ("pause", "run", "resume"):
        assert client.post("/schedules", data={"action": action, "id": new["id"]}).status_code == 303
        assert ("Paused" in page(client)) == (action != "resume")
    assert client.post("/schedules", data={"action": "remove", "id": new["id"]}).status_code == 303
    assert client.post("/schedules", data={"action": "remove", "id": new["id"]}).status_code == 404
    assert client.post("/schedules", data={}).status_code == 400
