"""Collections over HTTP, where nobody is asked who they are."""

from typing import Any

from flask.testing import FlaskClient

from tests.routes.artists.test_videos_of_artists import upload


def add(client: FlaskClient, title: str = "Series", **said: Any) -> dict[str, Any]:
    answer = client.post("/api/collections", json={"title": title, **said})
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def collect(client: FlaskClient, collection: str, *videos: str) -> Any:
    return client.post(f"/api/collections/{collection}/videos", json={"ids": list(videos)})


def of(client: FlaskClient, collection: str) -> list[str]:
    return [each["id"] for each in client.get(f"/api/videos?collection={collection}").get_json()["videos"]]


def test_a_collection_is_made_shown_changed_deleted_and_brought_back(client: FlaskClient) -> None:
    answer = client.post("/api/collections", json={"title": "Series"})
    made = answer.get_json()
    one = f"/api/collections/{made['id']}"
    assert answer.headers["Location"] == one
    assert (made["title"], made["description"], made["visibility"], made["videos"]) == ("Series", "", "team", 0)
    assert (made["owner"], made["standing"], made["deleted_at"]) == ("system", None, None)
    changed = client.patch(one, json={"description": "All of it.", "visibility": "private"}).get_json()
    assert (changed["title"], changed["description"], changed["visibility"]) == ("Series", "All of it.", "private")
    assert client.get(one).get_json() == changed
    assert client.get("/api/collections/?q=seri").get_json() == {"collections": [changed], "next": None}
    assert client.delete(one).status_code == 204
    assert (
        client.get(one).status_code == client.delete(one).status_code == client.get(f"{one}/videos").status_code == 404
    )
    assert client.get("/api/v1/collections").get_json()["collections"] == []
    [trashed] = client.get("/api/collections?trash=true").get_json()["collections"]
    assert (trashed["id"], trashed["deleted_at"] is None) == (made["id"], False)
    assert client.post(f"{one}/restore").get_json()["deleted_at"] is None
    assert client.post(f"{one}/restore").status_code == 200


def test_what_cannot_be_used_is_refused(client: FlaskClient) -> None:
    one = f"/api/collections/{add(client)['id']}"
    for said in ({}, {"title": ""}, {"title": "x", "visibility": "public"}, {"title": "x", "owner": "me"}):
        assert client.post("/api/collections", json=said).status_code == 400
    for change in ({}, {"title": " "}, {"title": 5}):
        assert client.patch(one, json=change).status_code == 400
    for ids in ([], ["x"] * 201):
        assert client.post(f"{one}/videos", json={"ids": ids}).status_code == 400
    assert client.put(f"{one}/members/nobody", json={"role": "viewer"}).get_json()["errors"][0]["field"] == "user"
    assert client.put(f"{one}/members/nobody", json={"role": "owner"}).status_code == 400
    for asked in ("editable=no", "limit=0", "cursor=x", f"q={'x' * 201}"):
        assert client.get(f"/api/collections?{asked}").status_code == 400, asked
    assert client.get("/api/collections?q=---").get_json()["collections"] == []
    assert collect(client, "none", "film.mp4").status_code == 404


def test_videos_are_put_in_listed_and_taken_out(client: FlaskClient) -> None:
    made = add(client)["id"]
    videos = [upload(client, f"{n}.mp4") for n in range(3)]
    results = collect(client, made, *videos[:2], "none.mp4", videos[0]).get_json()["results"]
    assert [each["status"] for each in results] == [200, 200, 404]
    assert set(of(client, made)) == set(videos[:2])
    assert of(client, "none") == []
    assert client.get(f"/api/videos/{videos[0]}").get_json()["collections"] == [made]
    assert client.get(f"/api/collections/{made}").get_json()["videos"] == 2
    path = f"/api/collections/{made}/videos"
    first = client.get(f"{path}?sort=title&limit=1").get_json()
    second = client.get(f"{path}?cursor={first['next']}").get_json()
    assert [first["videos"][0]["id"], second["videos"][0]["id"], second["next"]] == [*videos[:2], None]
    assert client.get(f"{path}?collection=other&sort=title").get_json()["videos"][0]["id"] == videos[0]
    other = add(client, "Other")["id"]
    assert client.get(f"/api/collections/{other}/videos?cursor={first['next']}").status_code == 400
    assert client.delete(f"{path}/{videos[0]}").status_code == 204
    assert client.delete(f"{path}/{videos[0]}").status_code == 404
    assert of(client, made) == videos[1:2]
    # Deleting the collection deletes no video.
    client.delete(f"/api/collections/{made}")
    assert client.get(f"/api/videos/{videos[1]}").status_code == 200
    assert of(client, made) == []


def test_the_list_goes_on_where_it_ended(client: FlaskClient) -> None:
    for title in ("a", "b", "c"):
        add(client, title)
    first = client.get("/api/collections?limit=2").get_json()
    assert [each["title"] for each in first["collections"]] == ["a", "b"]
    second = client.get(f"/api/collections?limit=2&cursor={first['next']}").get_json()
    assert ([each["title"] for each in second["collections"]], second["next"]) == (["c"], None)
    assert client.get(f"/api/collections?q=x&cursor={first['next']}").status_code == 400


def test_more_collections_than_a_video_has_room_for_are_refused(client: FlaskClient) -> None:
    video = upload(client)
    made = [add(client, f"{n}")["id"] for n in range(51)]
    for each in made[:50]:
        assert collect(client, each, video).get_json()["results"][0]["status"] == 200
    [refused] = collect(client, made[50], video).get_json()["results"]
    assert refused["status"] == 400
    assert "50" in refused["detail"]
