"""Artists and wanted films over HTTP."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.artists.artist import WantedState
from services.artists.candidate import FilmCandidate
from services.assembly import Services
from tests.videos import mp4


def add(client: FlaskClient, name: str, **said: Any) -> dict[str, Any]:
    answer = client.post("/api/artists", json={"name": name, **said})
    assert answer.status_code == 201, answer.get_json()
    artist: dict[str, Any] = answer.get_json()
    return artist


def find(parts: Services, artist_id: str | None, *titles: str, **said: Any) -> list[str]:
    films = [FilmCandidate(title=each, service="youtube", source_id=each, **said) for each in titles]
    return [each.id for each in parts.artists.wanted.found(artist_id, films, by=SYSTEM)]


def test_an_artist_is_added_shown_changed_and_deleted(client: FlaskClient) -> None:
    answer = client.post(
        "/api/artists", json={"name": "Björk", "ids": {"spotify": "7w29"}, "links": ["https://b.example/"]}
    )
    artist = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/artists/{artist['id']}"
    assert artist["ids"] == {"imvdb": None, "spotify": "7w29", "musicbrainz": None, "lastfm": None, "youtube": None}
    assert artist["counts"] == {"WANTED": 0, "DOWNLOADING": 0, "DOWNLOADED": 0, "FAILED": 0, "IGNORED": 0}
    one = f"/api/artists/{artist['id']}"
    changed = client.patch(one, json={"text": "Sings.", "ids": {"spotify": None, "imvdb": "5"}}).get_json()
    assert (changed["name"], changed["text"], changed["ids"]["imvdb"], changed["ids"]["spotify"]) == (
        *("Björk", "Sings.", "5"),
        None,
    )
    assert client.get(one).get_json() == changed
    assert [each["id"] for each in client.get("/api/artists/").get_json()["artists"]] == [artist["id"]]
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == client.delete(one).status_code == 404
    assert client.get("/api/v1/artists").get_json() == {"artists": [], "next": None}


def test_a_name_that_is_here_is_409_with_its_id(client: FlaskClient) -> None:
    artist = add(client, "Sigur Rós")
    answer = client.post("/api/artists", json={"name": "SIGUR ROS"})
    assert (answer.status_code, answer.get_json()["id"]) == (409, artist["id"])
    assert answer.get_json()["type"] == "/problems/artist-exists"


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"text": "no name"}, {"name": ""}, {"name": 5}, {"name": "A", "counts": {}}, {"name": "A", "ids": []}),
        *({"name": "A", "ids": {"other": "1"}}, {"name": "A", "picture": "file:///etc/passwd"}),
        *({"name": "A", "other_names": ["b"] * 51}, {"name": "A", "links": "https://x.example"}),
        {"name": "A", "text": "x" * 10_001},
    ],
)
def test_what_cannot_be_kept_is_refused(client: FlaskClient, body: Any) -> None:
    answer = client.post("/api/artists", json=body)
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-artist")


def test_the_list_is_searched_sorted_and_paged(client: FlaskClient, parts: Services) -> None:
    air, beck, cher = (add(client, name) for name in ("Air", "Beck", "Chér"))
    find(parts, beck["id"], "One", "Two")
    find(parts, cher["id"], "Three")

    def names(query: str) -> list[str]:
        return [each["name"] for each in client.get(f"/api/artists?{query}").get_json()["artists"]]

    assert names("q=cher") == ["Chér"]
    assert names("sort=-wanted") == ["Beck", "Chér", "Air"]
    assert names("state=WANTED") == ["Beck", "Chér"]
    assert names("state=FAILED") == []
    first = client.get("/api/artists?limit=2").get_json()
    assert [each["id"] for each in first["artists"]] == [air["id"], beck["id"]]
    assert names(f"limit=2&cursor={first['next']}") == ["Chér"]
    for bad in (f"sort=-name&cursor={first['next']}", "sort=text", "state=wanted", "q=" + "x" * 201, "limit=0"):
        assert client.get(f"/api/artists?{bad}").status_code == 400, bad


def test_wanted_films_are_listed_narrowed_and_paged(client: FlaskClient, parts: Services) -> None:
    air = add(client, "Air")
    find(parts, air["id"], "Kelly", "Sexy Boy", year=1998, kind="music-video", seconds=297.5, confidence=0.75)
    find(parts, None, "Unnamed", url="https://film.example/", reason="In a feed.")
    for path in ("/api/wanted?sort=title", f"/api/artists/{air['id']}/videos?sort=title"):
        kelly = client.get(path).get_json()["wanted"][0]
        assert (kelly["title"], kelly["artist"], kelly["artist_name"]) == ("Kelly", air["id"], "Air")
        assert (kelly["year"], kelly["duration"], kelly["confidence"], kelly["state"]) == (1998, 297.5, 0.75, "WANTED")
        assert kelly["source"] == {"service": "youtube", "id": "Kelly", "url": None}
    [unnamed] = client.get("/api/wanted?q=unn").get_json()["wanted"]
    assert (unnamed["artist"], unnamed["source"]["url"], unnamed["reason"]) == (
        *(None, "https://film.example/"),
        "In a feed.",
    )
    assert client.get(f"/api/wanted/{unnamed['id']}").get_json() == unnamed

    def titles(query: str) -> list[str]:
        return [each["title"] for each in client.get(f"/api/wanted?{query}").get_json()["wanted"]]

    assert titles(f"artist={air['id']}&sort=title") == ["Kelly", "Sexy Boy"]
    assert titles("year=1998&sort=-title") == ["Sexy Boy", "Kelly"]
    assert titles("kind=live") == titles("service=imvdb") == titles("state=FAILED") == titles("artist=none") == []
    first = client.get("/api/wanted?sort=title&limit=2").get_json()
    assert titles(f"sort=title&limit=2&cursor={first['next']}") == ["Unnamed"]
    for bad in (f"sort=year&cursor={first['next']}", "year=x", "year=٢٠٢٦", "kind=%3Cb%3E", "sort=x", "state=x"):
        assert client.get(f"/api/wanted?{bad}").status_code == 400, bad
    assert client.get("/api/artists/none/videos").status_code == 404
    assert client.get("/api/wanted/none").status_code == 404


def test_a_person_decides_about_a_film(client: FlaskClient, parts: Services) -> None:
    air = add(client, "Air")
    [kelly] = find(parts, air["id"], "Kelly")
    path = f"/api/wanted/{kelly}"
    assert client.patch(path, json={"state": "IGNORED"}).get_json()["state"] == "IGNORED"
    assert client.get(f"/api/artists/{air['id']}").get_json()["counts"]["IGNORED"] == 1
    assert find(parts, air["id"], "Kelly") == []
    video = client.put("/api/upload/film.mp4", data=mp4(3000)).get_json()["id"]
    done = client.patch(path, json={"state": "DOWNLOADED", "video_id": video}).get_json()
    assert (done["state"], done["video_id"]) == ("DOWNLOADED", video)
    again = client.patch(path, json={"state": "WANTED"}).get_json()
    assert (again["state"], again["video_id"]) == ("WANTED", None)
    for body in (
        {"state": "DOWNLOADING"},
        {"state": "FAILED"},
        {"state": "DOWNLOADED"},
        {"state": "x"},
        {},
        {"other": 1},
    ):
        assert client.patch(path, json=body).status_code == 400, body
    assert client.patch(path, json={"state": "WANTED", "video_id": video}).status_code == 400
    assert client.patch(path, json={"state": "DOWNLOADED", "video_id": "none.mp4"}).status_code == 404
    assert client.patch("/api/wanted/none", json={"state": "WANTED"}).status_code == 404
    parts.artists.wanted.set_state(kelly, WantedState.DOWNLOADING, by=SYSTEM)
    assert client.patch(path, json={"state": "IGNORED"}).status_code == 400


def test_several_are_deleted_and_brought_back(client: FlaskClient, parts: Services) -> None:
    air, beck = add(client, "Air"), add(client, "Beck")
    find(parts, air["id"], "Kelly")
    ids = [air["id"], "none", beck["id"], air["id"]]
    results = client.post("/api/artists/bulk-delete", json={"ids": ids}).get_json()["results"]
    assert [(each["id"], each["status"]) for each in results] == [(air["id"], 204), ("none", 404), (beck["id"], 204)]
    assert results[1]["detail"] == "There is no such artist."
    assert client.get("/api/artists").get_json()["artists"] == client.get("/api/wanted").get_json()["wanted"] == []
    other = add(client, "BECK")
    results = client.post("/api/artists/restore", json={"ids": ids}).get_json()["results"]
    assert [each["status"] for each in results] == [204, 404, 409]
    assert [each["title"] for each in client.get("/api/wanted").get_json()["wanted"]] == ["Kelly"]
    assert {each["id"] for each in client.get("/api/artists").get_json()["artists"]} == {air["id"], other["id"]}
    refused: list[dict[str, Any]] = [{"ids": []}, {"ids": ["x"] * 201}, {}, {"ids": "x"}]
    for body in refused:
        assert client.post("/api/artists/bulk-delete", json=body).status_code == 400
        assert client.post("/api/artists/restore", json=body).status_code == 400


def test_two_artists_become_one(client: FlaskClient, parts: Services) -> None:
    kept = add(client, "Air", ids={"spotify": "1"}, links=["https://a.example/"])
    gone = add(
        client, "Air (band)", other_names=["AIR French Band"], ids={"spotify": "2", "imvdb": "3"}, text="French."
    )
    [ours] = find(parts, kept["id"], "Kelly")
    [theirs, other] = find(parts, gone["id"], "Kelly", "Sexy Boy")
    parts.artists.wanted.set_state(theirs, WantedState.IGNORED, by=SYSTEM)
    find(parts, gone["id"], "Air - Kelly (Official Video)", kind="music-video")
    answer = client.post("/api/artists/merge", json={"into": kept["id"], "ids": [gone["id"]]})
    merged = answer.get_json()
    assert answer.status_code == 200
    assert (merged["name"], merged["other_names"], merged["text"]) == (
        "Air",
        ["Air (band)", "AIR French Band"],
        "French.",
    )
    assert (merged["ids"]["spotify"], merged["ids"]["imvdb"]) == ("1", "3")
    assert {name: count for name, count in merged["counts"].items() if count} == {"WANTED": 1, "IGNORED": 1}
    films = client.get(f"/api/artists/{gone['id']}/videos?sort=title").get_json()["wanted"]
    assert [(each["id"], each["state"], each["artist"]) for each in films] == [
        (ours, "IGNORED", kept["id"]),
        (other, "WANTED", kept["id"]),
    ]
    assert client.get(f"/api/artists/{gone['id']}").get_json() == merged
    assert find(parts, gone["id"], "Sexy Boy", "Kelly") == []
    assert [each["id"] for each in client.get("/api/artists?q=french").get_json()["artists"]] == [kept["id"]]
    third = add(client, "Third")
    assert client.post("/api/artists/merge", json={"into": third["id"], "ids": [kept["id"]]}).status_code == 200
    assert client.get(f"/api/artists/{gone['id']}").get_json()["id"] == third["id"]


def test_what_cannot_be_one_is_left_as_it_was(client: FlaskClient) -> None:
    air, beck = add(client, "Air"), add(client, "Beck")
    for ids, status in (([air["id"]], 400), ([beck["id"], "none"], 404), ([], 400)):
        assert client.post("/api/artists/merge", json={"into": air["id"], "ids": ids}).status_code == status
    assert client.post("/api/artists/merge", json={"into": "none", "ids": [beck["id"]]}).status_code == 404
    assert len(client.get("/api/artists").get_json()["artists"]) == 2


def test_a_list_comes_in_with_a_preview(client: FlaskClient) -> None:
    air = add(client, "Air")
    text = "name,spotify\nair,\nBeck,2\nbeck,\n,3\n"
    shown = client.post("/api/artists/import", json={"csv": text, "preview": True}).get_json()
    assert {name: shown[name] for name in ("preview", "new", "known", "double", "invalid")} == {
        "preview": True,
        **dict.fromkeys(("new", "known", "double", "invalid"), 1),
    }
    assert [each["id"] for each in shown["artists"]] == [air["id"], None, None, None]
    assert len(client.get("/api/artists").get_json()["artists"]) == 1
    taken = client.post("/api/artists/import", json={"csv": text}).get_json()
    assert (taken["preview"], taken["new"]) == (False, 1)
    assert client.get(f"/api/artists/{taken['artists'][1]['id']}").get_json()["ids"]["spotify"] == "2"
    assert client.post("/api/artists/import", json={"csv": text}).get_json()["new"] == 0
    for body in ({}, {"csv": 5}, {"csv": '"', "preview": True}, {"csv": "a", "preview": "yes"}):
        assert client.post("/api/artists/import", json=body).status_code == 400


def test_an_id_that_no_database_can_be_asked_for_is_refused(client: FlaskClient) -> None:
    artist = add(client, "Air")["id"]
    for address, body, field in (
        ("merge", {"into": artist, "ids": ["a\0"]}, "ids"),
        ("merge", {"into": "a\0", "ids": [artist]}, "into"),
        ("bulk-delete", {"ids": [artist, "a\0"]}, "ids"),
        ("restore", {"ids": ["\0"]}, "ids"),
    ):
        answer = client.post(f"/api/artists/{address}", json=body)
        assert (answer.status_code, [each["field"] for each in answer.get_json()["errors"]]) == (400, [field])
    assert client.get(f"/api/artists/{artist}").status_code == 200


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "A\0ir"}, "name"),
        ({"name": "Air", "text": "\0"}, "text"),
        ({"name": "Air", "other_names": ["A\0"]}, "other_names"),
        ({"name": "Air", "ids": {"lastfm": "a\0"}}, "ids"),
    ],
)
def test_a_text_that_no_database_keeps_is_refused(client: FlaskClient, said: dict[str, object], field: str) -> None:
    answer = client.post("/api/artists", json=said)
    assert (answer.status_code, [each["field"] for each in answer.get_json()["errors"]]) == (400, [field])
    # Six letters that only stand for it somewhere are a text like any other.
    assert client.post("/api/artists", json={"name": "Air", "text": "\\u0000"}).status_code == 201
