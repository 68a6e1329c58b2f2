"""Imports over HTTP."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from routes.http.actors import register_resolver
from services.actors.actor import ANYONE, Actor, ActorKind, Role
from services.assembly import Services
from tests.film_site import Site, file
from tests.media_films import make_film
from tests.routes.clips.cutting import do

ADDRESS = "/api/imports"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4").read_bytes()


def test_a_film_is_asked_for_fetched_and_told_of(client: FlaskClient, parts: Services, site: Site, film: bytes) -> None:
    site.pages["/film.mp4"] = file(film)
    answer = client.post(ADDRESS, json={"url": site.url("/film.mp4"), "title": "The sea", "tags": ["summer"]})
    assert answer.status_code == 202
    said = answer.get_json()
    begun, job = said["import"], said["job"]
    assert answer.headers["Location"] == f"{ADDRESS}/{begun['id']}"
    assert (begun["state"], begun["progress"], begun["video_id"]) == ("queued", 0.0, None)
    assert (begun["job"], job["kind"], job["video"]) == (job["id"], "import", None)
    assert client.post(ADDRESS, json={"url": site.url("/film.mp4")}).get_json()["import"]["id"] == begun["id"]
    do(parts, job["id"])
    done = client.get(f"{ADDRESS}/{begun['id']}").get_json()
    assert (done["state"], done["progress"], done["bytes"], done["error"]) == ("done", 1.0, len(film), None)
    video = client.get(done["links"]["video"]).get_json()
    assert (video["id"], video["title"], video["tags"]) == (done["video_id"], "The sea", ["summer"])
    again = client.post(ADDRESS, json={"url": site.url("/film.mp4")})
    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/already-here")
    assert again.get_json()["video_id"] == video["id"]
    assert client.post(f"{ADDRESS}/{begun['id']}/cancel").status_code == 409
    assert client.post(f"{ADDRESS}/{begun['id']}/retry").get_json()["video_id"] == video["id"]


def test_it_is_cancelled_and_tried_again(client: FlaskClient, parts: Services, site: Site) -> None:
    begun = client.post(ADDRESS, json={"url": site.url("/film.mp4")}).get_json()["import"]
    cancelled = client.post(f"{ADDRESS}/{begun['id']}/cancel")
    assert (cancelled.status_code, cancelled.get_json()["state"]) == (200, "cancelled")
    assert client.get(f"/api/jobs/{begun['job']}").get_json()["state"] == "cancelled"
    retried = client.post(f"{ADDRESS}/{begun['id']}/retry")
    assert (retried.status_code, retried.get_json()["import"]["state"]) == (202, "queued")
    assert retried.get_json()["job"]["id"] == begun["job"]
    assert client.get(f"{ADDRESS}/none").status_code == 404
    assert client.post(f"{ADDRESS}/none/cancel").status_code == 404


def test_the_list_goes_on_where_it_ended(client: FlaskClient, parts: Services, site: Site) -> None:
    asked = [client.post(ADDRESS, json={"url": site.url(f"/{n}.mp4")}).get_json()["import"]["id"] for n in range(5)]
    found, address = [], f"{ADDRESS}?limit=2"
    while address:
        page = client.get(address).get_json()
        found += [each["id"] for each in page["imports"]]
        address = f"{ADDRESS}?limit=2&cursor={page['next']}" if page["next"] else ""
    assert sorted(found) == sorted(asked)
    assert client.get(f"{ADDRESS}?cursor=x").status_code == 400
    assert client.get(f"{ADDRESS}/").get_json()["imports"]


def test_the_list_is_narrowed_to_states(client: FlaskClient, parts: Services, site: Site, film: bytes) -> None:
    site.pages["/film.mp4"] = file(film)
    done, fetching, cancelled, waiting = (
        client.post(ADDRESS, json={"url": site.url(path)}).get_json()["import"]
        for path in ("/film.mp4", "/slow.mp4", "/other.mp4", "/later.mp4")
    )
    do(parts, done["job"])
    assert parts.jobs.store.claim_one(fetching["job"], worker="a test")
    # What ends its job ends it, though the import itself does not know of that yet.
    assert client.post(f"/api/jobs/{cancelled['job']}/cancel").status_code == 200
    for state, found in (
        ("done", [done]),
        ("cancelled", [cancelled]),
        ("queued", [waiting]),
        ("running", [fetching]),
        ("failed", []),
        ("queued,cancelled", [waiting, cancelled]),
    ):
        shown = client.get(f"{ADDRESS}?state={state}").get_json()["imports"]
        assert sorted(each["id"] for each in shown) == sorted(each["id"] for each in found), state
    assert len(client.get(f"{ADDRESS}?state=").get_json()["imports"]) == 4
    assert client.get(f"{ADDRESS}?state=nowhere").status_code == 400


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"url": "http://127.0.0.1/film.mp4"}, "address-not-allowed"),
        ({"url": "file:///etc/passwd"}, "address-not-allowed"),
        ({"url": "http://["}, "invalid-import"),
        ({"url": "https://[films.example/a.mp4"}, "invalid-import"),
        ({"url": 7}, "invalid-import"),
        ({}, "invalid-import"),
        ({"url": "http://films.example/a.mp4", "quality": "4k"}, "invalid-import"),
        ({"url": "http://films.example/a.mp4", "tags": ["a,b"]}, "invalid-import"),
    ],
)
def test_what_cannot_be_is_refused(client: FlaskClient, body: dict[str, object], problem: str) -> None:
    answer = client.post(ADDRESS, json=body)
    assert (answer.status_code, answer.get_json()["type"]) == (400, f"/problems/{problem}")
    assert client.get(ADDRESS).get_json()["imports"] == []


def test_a_video_is_named_to_those_who_may_see_it(
    app: Flask, client: FlaskClient, parts: Services, site: Site, film: bytes
) -> None:
    who = [ANYONE]
    register_resolver(app, lambda: who[0])
    site.pages["/film.mp4"] = file(film)
    begun = client.post(ADDRESS, json={"url": site.url("/film.mp4"), "tags": ["sea"]}).get_json()
    do(parts, begun["job"]["id"])
    one = f"{ADDRESS}/{begun['import']['id']}"
    video = client.get(one).get_json()["video_id"]
    for visibility in ("team", "private"):
        who[0] = ANYONE
        assert client.patch(f"/api/videos/{video}", json={"visibility": visibility}).status_code == 200
        for role in Role:
            who[0] = Actor(kind=ActorKind.PERSON, id="rita", name="Rita", role=role)
            is_seen = visibility == "team" or role in {Role.MANAGER, Role.ADMIN}
            for answer in (client.get(one), client.get(ADDRESS), client.get(f"{ADDRESS}?state=done")):
                assert ("film" in answer.text, video in answer.text) == (is_seen, is_seen), (role, answer.text)
            shown = client.get(one).get_json()
            assert shown["links"]["video"] == (f"/api/videos/{video}" if is_seen else None)
            assert shown["url"] == (site.url("/film.mp4") if is_seen else site.url("/…"))
            assert (shown["title"], shown["tags"]) == (("film", ["sea"]) if is_seen else (None, []))
            assert (shown["state"], shown["bytes"]) == ("done", len(film))


def test_whoever_asked_for_a_film_knows_its_address_when_it_is_no_longer_theirs(
    app: Flask, client: FlaskClient, parts: Services, site: Site, film: bytes
) -> None:
    who = [Actor(kind=ActorKind.PERSON, id="0" * 16, name="Rita", role=Role.USER)]
    register_resolver(app, lambda: who[0])
    site.pages["/film.mp4"] = file(film)
    begun = client.post(ADDRESS, json={"url": site.url("/film.mp4")}).get_json()
    do(parts, begun["job"]["id"])
    one = f"{ADDRESS}/{begun['import']['id']}"
    video = client.get(one).get_json()["video_id"]
    mine, who[0] = who[0], ANYONE
    assert client.delete(f"/api/videos/{video}").status_code in {200, 204}
    who[0] = mine
    shown = client.get(one).get_json()
    assert (shown["url"], shown["title"], shown["video_id"]) == (site.url("/film.mp4"), "film", None)
