"""The pages of imports, by plain forms."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from routes.http.actors import register_resolver
from services.actors.actor import ANYONE, Actor, ActorKind, Role
from services.assembly import Services
from services.imports.record import ImportRequest
from services.imports.store import ImportStore
from services.jobs.job import State
from tests.film_site import Site, file
from tests.import_lists import make_list
from tests.media_films import make_film
from tests.routes.clips.cutting import do

PAGE = "/imports"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4").read_bytes()


def shown(client: FlaskClient, path: str = PAGE, status: int = 200) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == status, (path, answer.status_code)
    return unescape(answer.text)


def send(client: FlaskClient, path: str = PAGE, **fields: Any) -> Any:
    return client.post(path, data=fields, headers=HTML)


def asked(client: FlaskClient, url: str, **fields: str) -> str:
    """The id of an import that was asked for by the form."""
    answer = send(client, url=url, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location.partition("#")[2])


def person(name: str, role: Role) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=name, name=name.title(), role=role)


def fail(parts: Services, import_id: str, reason: str) -> None:
    """What is written down when the last attempt has failed."""
    found = parts.imports.imports.get(import_id, by=ANYONE)
    assert found.job is not None
    claim = parts.jobs.store.claim_one(found.job.id, worker="a test")
    assert claim is not None
    parts.jobs.store.fail(claim, reason, for_good=True)


def test_a_film_is_asked_for_and_shown_until_it_can_be_watched(
    client: FlaskClient, parts: Services, site: Site, film: bytes
) -> None:
    assert "Nothing has been imported yet" in shown(client)
    site.pages["/film.mp4"] = file(film)
    found = asked(client, site.url("/film.mp4"), title="The <b>sea</b>", tags="a, b", quality="720")
    page = shown(client)
    for words in ("The <b>sea</b>", site.url("/film.mp4"), "720 lines", "Waiting to be fetched"):
        assert words in page
    assert "The &lt;b&gt;sea&lt;/b&gt;" in client.get(PAGE, headers=HTML).text
    job = client.get(f"/api/imports/{found}").get_json()["job"]
    do(parts, job)
    video = client.get(f"/api/imports/{found}").get_json()["video_id"]
    assert client.get(f"/api/videos/{video}").get_json()["tags"] == ["a", "b"]
    for path in (PAGE, f"{PAGE}/{found}", f"{PAGE}?state=done"):
        assert f'href="/videos/{video}"' in shown(client, path)
    again = send(client, url=site.url("/film.mp4"))
    assert again.status_code == 409
    assert "It is in the library already." in again.text
    assert f'href="/videos/{video}"' in again.text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"url": "http://127.0.0.1/film.mp4"}, "not of the public network"),
        ({"url": "ftp://films.example/film.mp4"}, "http"),
        ({"url": "https://films.example/a.mp4", "quality": "4k"}, "quality must be"),
        ({}, "http"),
    ],
)
def test_what_is_refused_is_said_above_what_was_typed(client: FlaskClient, fields: dict[str, str], reason: str) -> None:
    answer = send(client, title="Kept", **fields)
    assert answer.status_code == 400
    assert reason in answer.text
    assert 'value="Kept"' in answer.text
    assert client.get("/api/imports").get_json()["imports"] == []


def test_one_is_cancelled_and_tried_again_where_it_stands(client: FlaskClient, parts: Services, site: Site) -> None:
    found = asked(client, site.url("/film.mp4"))
    assert f"{PAGE}/{found}/cancel" in shown(client)
    answer = send(client, f"{PAGE}/{found}/cancel")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}#{found}")
    assert "Cancelled" in shown(client, f"{PAGE}/{found}")
    # Cancelled twice is cancelled.
    assert send(client, f"{PAGE}/{found}/cancel").status_code == 303
    answer = send(client, f"{PAGE}/{found}/retry?state=cancelled")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?state=cancelled#{found}")
    assert "No import is in this state" in shown(client, f"{PAGE}?state=cancelled")
    refused = send(client, f"{PAGE}/{found}/retry")
    assert refused.status_code == 409
    assert "once it is over" in refused.text
    fail(parts, found, "It is not there.")
    assert "It is not there." in shown(client, f"{PAGE}?state=failed")
    shown(client, f"{PAGE}/none", 404)
    shown(client, f"{PAGE}?state=nowhere", 400)
    assert send(client, f"{PAGE}/none/cancel").status_code == 404


def test_the_films_of_a_list_stand_below_it_and_are_found_by_their_state(
    client: FlaskClient, parts: Services, site: Site
) -> None:
    found = asked(client, site.url("/list"), title="Ten films")
    store = ImportStore(parts.platform.databases.durable)
    for place in range(3):
        wanted = ImportRequest(url=site.url(f"/{place}"), title=f"Part {place}")
        state = State.FAILED if place == 1 else State.QUEUED
        said: dict[str, Any] = {"owner": "u", "by_name": "Mira", "url": wanted.url, "known_by": f"k{place}"}
        store.add(wanted, parent=found, place=place, state=state.value, **said)
    make_list(store, found)
    page = shown(client)
    assert "0 of 3 films" in page
    assert "1 of 3 films could not be fetched." in page
    assert "Part 1" not in page
    assert "Part 1" in shown(client, f"{PAGE}?state=failed")
    whole = shown(client, f"{PAGE}/{found}")
    assert re.findall(r"<h3[^>]*>\s*(Part \d)", whole) == ["Part 0", "Part 1", "Part 2"]
    first = shown(client, f"{PAGE}/{found}?limit=2")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert "Part 2" in shown(client, following[1])


def test_a_long_list_goes_on(client: FlaskClient, parts: Services, site: Site) -> None:
    for number in range(3):
        asked(client, site.url(f"/{number}.mp4"))
    first = shown(client, f"{PAGE}?limit=2&state=queued")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert "state=queued" in following[1]
    assert site.url("/0.mp4") in shown(client, following[1])


def test_a_page_offers_what_a_role_may_do(app: Flask, client: FlaskClient, parts: Services, site: Site) -> None:
    who = [person("mira", Role.USER)]
    register_resolver(app, lambda: who[0])
    found = asked(client, site.url("/film.mp4"))
    form, cancel = f'action="{PAGE}" method="post"', f"{PAGE}/{found}/cancel"
    for actor, begins, ends in (
        (who[0], True, True),
        (person("otto", Role.USER), True, False),
        (person("rita", Role.READONLY), False, False),
        (person("max", Role.MANAGER), True, True),
    ):
        who[0] = actor
        page = shown(client)
        assert (form in page, cancel in page) == (begins, ends), actor
        if not begins:
            assert send(client, url=site.url("/other.mp4")).status_code == 403
        if not ends:
            assert send(client, cancel).status_code == 403
    who[0] = ANYONE
    assert client.put("/api/settings/imports_by", json={"value": "MANAGER"}).status_code == 200
    who[0] = person("mira", Role.USER)
    assert form not in shown(client)
    assert "imported for fewer people" in shown(client)
    assert send(client, url=site.url("/other.mp4")).status_code == 403


def test_a_page_tells_nothing_of_a_private_video(
    app: Flask, client: FlaskClient, parts: Services, site: Site, film: bytes
) -> None:
    who = [ANYONE]
    register_resolver(app, lambda: who[0])
    site.pages["/secret.mp4"] = file(film)
    found = asked(client, site.url("/secret.mp4"), title="Merger")
    do(parts, client.get(f"/api/imports/{found}").get_json()["job"])
    video = client.get(f"/api/imports/{found}").get_json()["video_id"]
    assert client.patch(f"/api/videos/{video}", json={"visibility": "private"}).status_code == 200
    for role in Role:
        who[0] = person("rita", role)
        is_seen = role in {Role.MANAGER, Role.ADMIN}
        for path in (PAGE, f"{PAGE}/{found}", f"{PAGE}?state=done"):
            page = shown(client, path)
            assert [each in page for each in ("Merger", "secret", video)] == [is_seen] * 3, (role, path)
