"""Videos that artists are given: by PATCH, by the form of the watch page, and by what is fetched for them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.library.errors import InvalidChangeError
from tests.routes.artists.test_artists_api import add, find
from tests.routes.artists.test_pages import send, shown
from tests.videos import mp4


def upload(client: FlaskClient, name: str = "film.mp4") -> str:
    answer = client.put(f"/api/upload/{name}", data=mp4(3000))
    assert answer.status_code == 201
    id_: str = answer.get_json()["id"]
    return id_


def give(client: FlaskClient, video: str, *artists: str) -> Any:
    return client.patch(f"/api/videos/{video}", json={"artists": list(artists)})


def of(client: FlaskClient, artist: str) -> list[str]:
    return [each["id"] for each in client.get(f"/api/videos?artist={artist}").get_json()["videos"]]


def test_a_video_is_given_to_artists_by_id_or_name(client: FlaskClient) -> None:
    air, beck, video = add(client, "Air", other_names=["French Band"]), add(client, "Beck"), upload(client)
    named = [{"id": air["id"], "name": "Air"}, {"id": beck["id"], "name": "Beck"}]
    assert give(client, video, air["id"], " BECK ", "french band").get_json()["artists"] == named
    assert client.get(f"/api/videos/{video}").get_json()["artists"] == named
    assert of(client, air["id"]) == of(client, beck["id"]) == [video]
    assert client.get(f"/api/videos?artist={air['id']}&q=film").get_json()["videos"][0]["artists"] == named
    assert give(client, video, "Beck").get_json()["artists"] == named[1:]
    assert (of(client, air["id"]), of(client, "none"), of(client, beck["id"])) == ([], [], [video])
    # What is said besides is left alone.
    assert client.patch(f"/api/videos/{video}", json={"title": "Other"}).get_json()["artists"] == named[1:]
    assert give(client, video).get_json()["artists"] == []


def test_who_is_not_here_is_refused(client: FlaskClient) -> None:
    video = upload(client)
    for named in (["Nobody"], ["a\0"], [""], ["x" * 300], [f"{n}" for n in range(21)]):
        answer = give(client, video, *named)
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (400, "artists"), named
    assert client.patch(f"/api/videos/{video}", json={"artists": "Air"}).status_code == 400
    assert give(client, "none.mp4", "Air").status_code == 404


def test_who_is_in_the_trash_takes_no_room(client: FlaskClient, parts: Services) -> None:
    video, ids = upload(client), [add(client, f"Artist {n}")["id"] for n in range(22)]
    assert give(client, video, ids[0]).status_code == 200
    client.delete(f"/api/artists/{ids[0]}")
    shown = give(client, video, *ids[1:21])
    assert (shown.status_code, len(shown.get_json()["artists"])) == (200, 20)
    kept = give(client, video, *ids[1:21])
    assert (kept.status_code, len(kept.get_json()["artists"])) == (200, 20)
    assert client.patch(f"/api/videos/{video}", json={"title": "Other", "artists": ids[1:21]}).status_code == 200
    assert parts.library.videos.get(video, by=SYSTEM).about.artists == (*ids[1:21], ids[0])
    # One more is too many, by whatever way.
    assert give(client, video, *ids[1:22]).status_code == 400
    one = {"action": "artist", "value": [ids[21]], "ids": [video]}
    assert client.post("/api/bulk", json=one).get_json()["results"][0]["status"] == 400
    with pytest.raises(InvalidChangeError, match="at most 20"):
        parts.artists.crediting.give(video, [ids[21]], by=SYSTEM)


def test_the_list_goes_on_for_one_artist_alone(client: FlaskClient) -> None:
    air, videos = add(client, "Air")["id"], [upload(client, f"{n}.mp4") for n in range(3)]
    for each in videos[:2]:
        give(client, each, air)
    first = client.get(f"/api/videos?artist={air}&sort=title&limit=1").get_json()
    second = client.get(f"/api/videos?cursor={first['next']}").get_json()
    assert [first["videos"][0]["id"], second["videos"][0]["id"], second["next"]] == [*videos[:2], None]
    assert client.get(f"/api/videos?artist=other&cursor={first['next']}").status_code == 400


def test_videos_follow_artists_that_are_merged_deleted_and_brought_back(client: FlaskClient) -> None:
    air, other, video = add(client, "Air")["id"], add(client, "Air (band)")["id"], upload(client)
    give(client, video, other)
    assert client.post("/api/artists/merge", json={"into": air, "ids": [other]}).status_code == 200
    assert of(client, air) == of(client, other) == [video]
    assert client.get(f"/api/videos/{video}").get_json()["artists"] == [{"id": air, "name": "Air"}]
    assert client.delete(f"/api/artists/{air}").status_code == 204
    assert (of(client, air), client.get(f"/api/videos/{video}").get_json()["artists"]) == ([], [])
    # One that is in the trash keeps its videos, whatever is said of them meanwhile.
    beck = add(client, "Beck")["id"]
    assert [each["name"] for each in give(client, video, beck).get_json()["artists"]] == ["Beck"]
    client.post("/api/artists/restore", json={"ids": [air]})
    names = [each["name"] for each in client.get(f"/api/videos/{video}").get_json()["artists"]]
    assert (names, of(client, air)) == (["Beck", "Air"], [video])


def test_a_video_in_the_trash_is_not_listed_and_keeps_its_artists(client: FlaskClient) -> None:
    air, video = add(client, "Air")["id"], upload(client)
    give(client, video, air)
    client.delete(f"/api/videos/{video}")
    assert of(client, air) == []
    assert client.post(f"/api/videos/{video}/restore").get_json()["artists"][0]["id"] == air


def test_a_film_that_is_said_to_be_here_is_its_artists_video(client: FlaskClient, parts: Services) -> None:
    air, video = add(client, "Air")["id"], upload(client)
    [kelly] = find(parts, air, "Kelly")
    client.patch(f"/api/wanted/{kelly}", json={"state": "DOWNLOADED", "video_id": video})
    assert of(client, air) == [video]


def test_what_is_given_and_taken_is_written_once(client: FlaskClient, parts: Services) -> None:
    air, beck, video = add(client, "Air")["id"], add(client, "Beck")["id"], upload(client)
    crediting = parts.artists.crediting
    for _ in range(2):
        crediting.give(video, [air, beck], by=SYSTEM)
    assert parts.library.videos.get(video, by=SYSTEM).about.artists == (air, beck)
    etag = parts.library.videos.get(video, by=SYSTEM).etag
    crediting.give(video, [beck], by=SYSTEM)
    assert parts.library.videos.get(video, by=SYSTEM).etag == etag
    crediting.take(video, [air], by=SYSTEM)
    assert parts.library.videos.get(video, by=SYSTEM).about.artists == (beck,)
    crediting.give_found("none.mp4", air, by=SYSTEM)


def test_pages_show_whose_a_video_is_and_change_it(client: FlaskClient) -> None:
    air, video = add(client, "Air <b>")["id"], upload(client)
    page = f"/videos/{video}"
    assert send(client, page, action="edit", title="Film", artists="air b\n\n").status_code == 303
    watch = shown(client, page)
    assert f"/artists/{air}" in watch
    assert '<textarea name="artists"' in watch
    assert "Air &lt;b&gt;" in client.get(page, headers={"Accept": "text/html"}).text
    assert page in shown(client, f"/artists/{air}")
    library = shown(client, f"/?artist={air}")
    assert page in library
    assert "Air <b>: show all" in library
    assert page not in shown(client, "/?artist=none")
    assert send(client, page, action="edit", title="Film", artists="Nobody").status_code == 400
    assert send(client, page, action="edit", title="Film", artists="").status_code == 303
    assert page not in shown(client, f"/artists/{air}")


def test_many_are_given_to_an_artist_and_taken_from_it(client: FlaskClient) -> None:
    air, videos = add(client, "Air")["id"], [upload(client, f"{n}.mp4") for n in range(2)]
    answer = client.post("/api/bulk", json={"action": "artist", "ids": [*videos, "none.mp4"], "value": "air"})
    assert [each["status"] for each in answer.get_json()["results"]] == [200, 200, 404]
    assert set(of(client, air)) == set(videos)
    query = {"query": {"artist": air}}
    assert client.post("/api/bulk/preview", json=query).get_json()["videos"] == 2
    assert client.post("/api/bulk/preview", json={"query": {"artist": "none"}}).get_json()["videos"] == 0
    assert 'name="artists"' in send(client, "/bulk/choose", all="true", artist=air).text
    assert send(client, "/bulk", action="unartist", id=videos[:1], artists="AIR\n").status_code == 303
    assert of(client, air) == videos[1:]
    assert send(client, "/bulk", action="artist", id=videos[:1], artists="Nobody").status_code == 400
    taken = client.post("/api/bulk", json={"action": "unartist", **query, "value": [air]}).get_json()
    assert ([each["status"] for each in taken["results"]], of(client, air)) == ([200], [])
