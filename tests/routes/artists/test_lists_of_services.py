"""Artists come in from lists that services have, over HTTP and on the page, with a preview."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.app_here import app_here
from tests.outside_services import OutsideService, running_outside_service, said

ADDRESS = "/api/artists/import"
LIDARR = [
    {"id": 1, "artistName": "Air", "foreignArtistId": "cb67438a-7f50-4f2b-a6f1-2bb2729fd538"},
    {"id": 2, "artistName": "Beck", "foreignArtistId": "not an id"},
    {"id": 3, "artistName": "Cher"},
]


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture
def client(azurite: str, tmp_path: Path, outside: OutsideService) -> FlaskClient:
    outside.first, outside.asked = [], []
    outside.answer = lambda _: said(LIDARR)
    where: dict[str, Any] = {"lidarr_url": outside.url, "lastfm_url": outside.url}
    client = app_here(azurite, tmp_path, egress_allow_hosts=(outside.host,), **where).test_client()
    for key in ("lidarr_key", "lastfm_key"):
        assert client.put(f"/api/settings/{key}", json={"value": "a-key-of-ours"}).status_code == 200
    return client


def statuses(answer: Any) -> list[tuple[int, str, str]]:
    assert answer.status_code == 200, answer.text
    return [(each["line"], each["name"], each["status"]) for each in answer.get_json()["artists"]]


def names(client: FlaskClient) -> list[str]:
    return [each["name"] for each in client.get("/api/artists").get_json()["artists"]]


def test_a_service_has_a_list_that_is_looked_at_chosen_from_and_taken_in(client: FlaskClient) -> None:
    client.post("/api/artists", json={"name": "CHER"})
    would = [(1, "Air", "new"), (2, "Beck", "new"), (3, "Cher", "known")]
    assert statuses(client.post(ADDRESS, json={"service": "lidarr", "preview": True})) == would
    assert names(client) == ["CHER"]
    asked = {"service": "lidarr", "only": [2, "cher", 90]}
    assert statuses(client.post(ADDRESS, json=asked)) == would[1:]
    assert names(client) == ["Beck", "CHER"]
    assert statuses(client.post(ADDRESS, json={"service": "lidarr"}))[0] == (1, "Air", "new")
    [air] = client.get("/api/artists?q=air").get_json()["artists"]
    assert air["ids"]["musicbrainz"] == LIDARR[0]["foreignArtistId"]


def test_the_page_shows_what_would_come_and_takes_in_who_is_ticked(client: FlaskClient) -> None:
    client.post("/api/artists", json={"name": "CHER"})
    asked = {"service": "lidarr", "list": ""}
    page = client.post("/artists", data=asked | {"action": "preview"}).text
    ticks = re.findall(r'name="only"\s+value="(\w+)" (checked|disabled)', page)
    assert ticks == [("Air", "checked"), ("Beck", "checked"), ("Cher", "disabled")]
    assert names(client) == ["CHER"]
    assert client.post("/artists", data=asked | {"action": "import-chosen"}).status_code == 303
    assert names(client) == ["CHER"]
    client.post("/artists", data=asked | {"action": "import-chosen", "only": "Beck"})
    assert names(client) == ["Beck", "CHER"]
    assert "leave out which" in client.post("/artists", data=asked | {"action": "preview", "list": "x"}).text


def test_whom_a_person_has_heard_the_most_comes_in_by_the_api_and_the_page(
    client: FlaskClient, outside: OutsideService
) -> None:
    top = [{"name": "Low Sun", "mbid": ""}, {"name": "Air", "mbid": ""}]
    outside.answer = lambda _: said({"topartists": {"artist": top}})
    asked = {"service": "lastfm", "list": "RJ", "period": "3month"}
    would = [(1, "Low Sun", "new"), (2, "Air", "new")]
    assert statuses(client.post(ADDRESS, json=asked | {"preview": True})) == would
    page = client.post("/artists", data=asked | {"action": "preview"}).text
    assert re.search(r'<option value="3month"\s+selected>Most heard in the last three months<', page)
    client.post("/artists", data=asked | {"action": "import-chosen", "only": "Air"})
    assert names(client) == ["Air"]
    assert {(each.query["method"], each.query["period"]) for each in outside.asked} == {
        ("user.gettopartists", "3month")
    }
    # The choice stands there beside every service.
    outside.answer = lambda _: said(LIDARR)
    lidarr = client.post("/artists", data={"service": "lidarr", "list": "", "period": "3month", "action": "import"})
    assert lidarr.status_code == 303
    assert "Cher" in names(client)


def test_a_long_list_comes_in_as_a_whole(client: FlaskClient, outside: OutsideService) -> None:
    many = [{"id": number, "artistName": f"Artist {number}"} for number in range(150)]
    outside.answer = lambda _: said(many)
    asked = {"service": "lidarr", "list": ""}
    page = client.post("/artists", data=asked | {"action": "preview"}).text
    assert 'name="only"' not in page
    assert client.post("/artists", data=asked | {"action": "import"}).status_code == 303
    assert len(client.get("/api/artists?limit=200").get_json()["artists"]) == 150


def test_lines_of_a_csv_can_be_chosen_too(client: FlaskClient) -> None:
    asked = {"csv": "Air\nBeck\nCher", "only": ["Beck"]}
    assert statuses(client.post(ADDRESS, json=asked)) == [(2, "Beck", "new")]


@pytest.mark.parametrize(
    ("asked", "status", "type_"),
    [
        ({}, 400, "invalid-artist"),
        ({"csv": "Air", "service": "lidarr"}, 400, "invalid-artist"),
        ({"csv": "Air", "list": "RJ"}, 400, "invalid-artist"),
        ({"service": "musicbrainz"}, 400, "invalid-artist"),
        ({"service": "lidarr", "only": [1.5]}, 400, "invalid-artist"),
        ({"service": "lidarr", "list": "mine"}, 400, "invalid-list"),
        ({"service": "lastfm", "list": "nobody at all"}, 400, "invalid-list"),
        ({"service": "spotify", "list": "3cEYpjA9oz9GiPac4AsH4n"}, 409, "source-off"),
        ({"service": "plex"}, 409, "source-off"),
        ({"service": "lastfm", "list": "RJ", "period": "2day"}, 400, "invalid-artist"),
        ({"service": "lidarr", "period": "7day"}, 400, "invalid-list"),
        ({"csv": "Air", "period": "7day"}, 400, "invalid-artist"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    client: FlaskClient, outside: OutsideService, asked: dict[str, Any], status: int, type_: str
) -> None:
    answer = client.post(ADDRESS, json=asked)
    assert (answer.status_code, answer.get_json()["type"]) == (status, f"/problems/{type_}")
    assert outside.asked == []


def test_what_the_service_says_wrong_has_a_status_of_its_own(client: FlaskClient, outside: OutsideService) -> None:
    outside.first = [
        said({"error": 6}),
        said({"error": 17}),
        said({"error": 10}),
        said({}, status=429, Retry_After="99"),
    ]
    answers = [client.post(ADDRESS, json={"service": "lastfm", "list": "RJ"}) for _ in range(4)]
    assert [each.status_code for each in answers] == [404, 409, 502, 503]
    assert int(answers[3].headers["Retry-After"]) >= 99
    assert all("a-key-of-ours" not in each.text for each in answers)
