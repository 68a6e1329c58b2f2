"""Pictures of artists and wanted films over HTTP, and on their pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.artists.candidate import FilmCandidate
from services.assembly import Services
from services.jobs.kinds import Work
from tests.app_here import app_here
from tests.outside_services import Answered, OutsideService, running_outside_service
from tests.pictures import picture
from tests.routes.artists.test_artists_api import add
from tests.routes.artists.test_pages import send, shown

PHOTO = picture("png", "320x180")


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        service.answer = lambda asked: Answered(body=PHOTO) if "none" not in asked.path else Answered(status=404)
        yield service


@pytest.fixture
def app(azurite: str, tmp_path: Path, outside: OutsideService) -> Flask:
    return app_here(azurite, tmp_path, egress_allow_hosts=(outside.host,))


def fetch(parts: Services) -> None:
    work = Work(job=None, tell_progress=lambda _: None)  # type: ignore[arg-type]
    parts.artists.keeping.kind.run(work)


def film(parts: Services, url: str, artist: str | None = None) -> str:
    found = FilmCandidate(title=f"Film {url[-12:]}", service="youtube", source_id=url, picture=url)
    return parts.artists.wanted.found(artist, [found], by=SYSTEM)[0].id


def of(client: FlaskClient, path: str) -> tuple[Any, Any]:
    said = client.get(path).get_json()
    return said["picture"], said["picture_source"]


def test_the_address_of_a_picture_is_the_sources_until_it_is_kept_here(
    client: FlaskClient, parts: Services, outside: OutsideService
) -> None:
    url = f"{outside.url}/crane.png"
    artist = add(client, "Crane School", picture=url)
    assert (artist["picture"], artist["picture_source"]) == (url, url)
    one = f"/api/wanted/{film(parts, url, artist['id'])}"
    assert of(client, one) == (url, url)
    assert client.get(f"{one}/picture").status_code == 404
    assert client.get(f"{one}/picture").get_json()["type"] == "/problems/picture-not-found"
    fetch(parts)
    for path in (f"/api/artists/{artist['id']}", one):
        here, source = of(client, path)
        assert source == url
        assert re.fullmatch(rf"{path}/picture\?v=[0-9a-f]{{16}}", here)
    [listed] = client.get("/api/artists").get_json()["artists"]
    assert listed["picture"].startswith(f"/api/artists/{artist['id']}/picture?v=")
    for path in ("/api/wanted", f"/api/artists/{artist['id']}/videos"):
        [listed] = client.get(path).get_json()["wanted"]
        assert listed["picture"].startswith(f"{one}/picture?v=")


def test_a_picture_is_given_with_what_keeps_browsers_from_taking_it_for_more(
    client: FlaskClient, parts: Services, outside: OutsideService
) -> None:
    one = f"/api/wanted/{film(parts, f'{outside.url}/safe.png')}"
    fetch(parts)
    answer = client.get(f"{one}/picture")
    assert answer.status_code == 200
    assert answer.data[8:12] == b"WEBP"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"{one}/picture", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "immutable" in client.get(of(client, one)[0]).headers["Cache-Control"]
    assert "immutable" not in client.get(f"{one}/picture?v=other").headers["Cache-Control"]
    assert client.head(f"{one}/picture").status_code == 200


def test_what_is_not_there_has_no_picture(client: FlaskClient, parts: Services, outside: OutsideService) -> None:
    without = add(client, "Without")
    failing = add(client, "Failing", picture=f"{outside.url}/none.png")
    fetch(parts)
    for id_, slug in ((without["id"], "picture"), (failing["id"], "picture"), ("none", "artist")):
        answer = client.get(f"/api/artists/{id_}/picture")
        assert (answer.status_code, answer.get_json()["type"]) == (404, f"/problems/{slug}-not-found")
    assert client.get("/api/wanted/none/picture").get_json()["type"] == "/problems/wanted-not-found"
    assert of(client, f"/api/artists/{without['id']}") == (None, None)
    assert of(client, f"/api/artists/{failing['id']}")[0] == f"{outside.url}/none.png"


def test_pages_show_what_is_kept_and_nothing_from_elsewhere(
    client: FlaskClient, parts: Services, outside: OutsideService
) -> None:
    artist = add(client, "Crane School", picture=f"{outside.url}/page.png")
    add(client, "Blue Kiln", picture=f"{outside.url}/none.png")
    film(parts, f"{outside.url}/still.png", artist["id"])
    film(parts, f"{outside.url}/none-2.png", artist["id"])
    fetch(parts)
    one = f"/artists/{artist['id']}"
    for path, faces, stills in (
        *(("/artists", 1, 0), ("/artists?view=list", 1, 0), (one, 1, 1)),
        *(("/wanted", 0, 1), ("/wanted?group=artist", 1, 0)),
    ):
        page = shown(client, path)
        found = re.findall(r"<img [^>]*>", page.partition("<main")[2])
        assert [each.count('class="portrait"') for each in found].count(1) == faces, path
        assert [each.count('class="still"') for each in found].count(1) == stills, path
        for each in found:
            assert 'alt=""' in each
            assert 'loading="lazy"' in each
            assert re.search(r'src="/api/(artists|wanted)/\w+/picture\?v=\w{16}"', each), each
            assert re.search(r'width="\d+" height="\d+"', each)
        assert f'src="{outside.url}' not in page
    assert send(client, "/artists", action="delete", id=artist["id"]).status_code == 303
    gone = re.search(r'src="(/api/artists/\w+/picture\?v=\w{16})"', shown(client, "/artists/trash"))
    assert gone
    assert client.get(gone[1]).status_code == 200


def test_a_person_names_a_picture_in_the_form(client: FlaskClient, parts: Services, outside: OutsideService) -> None:
    artist = add(client, "Crane School")
    path, url = f"/artists/{artist['id']}", f"{outside.url}/form.png"
    assert send(client, path, action="edit", name="Crane School", picture=f" {url} ").status_code == 303
    fetch(parts)
    assert "picture?v=" in shown(client, path)
    assert "web address" in send(client, path, action="edit", name="Crane School", picture="javascript:1").text
    assert send(client, path, action="edit", name="Crane School").status_code == 303
    assert of(client, f"/api{path}")[1] == url
    assert send(client, path, action="edit", name="Crane School", picture="").status_code == 303
    assert of(client, f"/api{path}") == (None, None)
