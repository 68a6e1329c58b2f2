"""The list, one video, its changes and the trash, over HTTP and down to what storage holds."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.server import Server, running_server
from tests.videos import mp4


@pytest.fixture(scope="module")
def server(azurite: str) -> Any:
    """A server with a library of its own."""
    with running_server(azurite) as running:
        yield running


def upload(server: Server, name: str, *, title: str | None = None) -> dict[str, Any]:
    params = {"title": title} if title else {}
    answer = requests.put(f"{server.url}/api/upload/{name}", data=mp4(3000), params=params, timeout=60)
    assert answer.status_code == 201
    return dict(answer.json())


def ask(server: Server, method: str, path: str, **options: Any) -> requests.Response:
    return requests.request(method, server.url + path, timeout=60, **options)


def listed(server: Server, **params: object) -> list[str]:
    answer = ask(server, "GET", "/api/videos", params=params)
    assert answer.status_code == 200
    return [video["id"] for video in answer.json()["videos"]]


@pytest.mark.walk
def test_every_upload_is_listed_newest_first(server: Server) -> None:
    first, second = upload(server, "a.mp4"), upload(server, "b.mp4")
    ids = listed(server)
    assert ids.index(second["id"]) < ids.index(first["id"])
    [shown] = [v for v in ask(server, "GET", "/api/videos").json()["videos"] if v["id"] == first["id"]]
    alone = ask(server, "GET", first["links"]["self"]).json()
    # The list leaves out what has to be looked for, and films of the same content have come in since.
    assert shown == {name: value for name, value in alone.items() if name not in {"copies", "near_duplicates"}}
    assert alone == first | {"copies": alone["copies"]}


def test_pages_are_followed_by_cursor_alone(server: Server) -> None:
    wanted = {upload(server, f"{n}.mp4", title=f"paged {n}")["id"] for n in range(5)}
    seen: list[str] = []
    params: dict[str, object] = {"q": "paged", "limit": 2, "sort": "title"}
    while params:
        body = ask(server, "GET", "/api/videos", params=params).json()
        seen += [video["id"] for video in body["videos"]]
        params = {"cursor": body["next"], "limit": 2} if body["next"] else {}
    assert len(seen) == 5
    assert set(seen) == wanted


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"sort": ""}, "sort"),
        ({"limit": "201"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": "1" * 50}, "limit"),
        ({"sort": "colour"}, "sort"),
        ({"sort": "--size"}, "sort"),
        ({"sort": "-deleted_at"}, "sort"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "\0"}, "cursor"),
        ({"q": "x" * 201}, "q"),
        ({"tag": "x" * 201}, "tag"),
    ],
)
def test_a_bad_parameter_is_named(server: Server, params: dict[str, str], field: str) -> None:
    answer = ask(server, "GET", "/api/videos", params=params)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_cursor_is_good_for_its_own_question_only(server: Server) -> None:
    for n in range(2):
        upload(server, f"{n}.mp4")
    cursor = ask(server, "GET", "/api/videos", params={"limit": 1}).json()["next"]
    for other in ({"sort": "size"}, {"q": "x"}, {"tag": "x"}):
        assert ask(server, "GET", "/api/videos", params={"cursor": cursor, **other}).status_code == 400
    assert ask(server, "GET", "/api/trash", params={"cursor": cursor}).status_code == 400


@pytest.mark.parametrize("q", ["\0", "\u202e", "%00", "*", '"', "a" * 200, "\ud800".encode("utf-8", "surrogatepass")])
def test_no_search_breaks_the_server(server: Server, q: str) -> None:
    assert ask(server, "GET", "/api/videos", params={"q": q}).status_code == 200


@pytest.mark.walk
def test_an_edit_reaches_storage_and_the_list(server: Server) -> None:
    video = upload(server, "old.mp4")
    change = {"title": "  Ein neuer\nTitel — 映画 ", "tags": ["Ferien", "b c", "ferien"]}
    answer = ask(server, "PATCH", video["links"]["self"], json=change, headers={"If-Match": f'"{video["etag"]}"'})
    assert answer.status_code == 200
    edited = answer.json()
    assert (edited["title"], edited["tags"]) == ("Ein neuer Titel — 映画", ["Ferien", "b c"])
    assert edited["etag"] != video["etag"]
    assert answer.headers["ETag"] == f'"{edited["etag"]}"'
    assert video["id"] in listed(server, tag="FERIEN", q="titel")
    with server.container() as container:
        properties = container.get_blob_client(video["id"]).get_blob_properties()
    assert all(value.isascii() for value in properties.metadata.values())
    assert properties.etag.strip('"') == edited["etag"]
    again = ask(server, "PATCH", video["links"]["self"], json={"tags": []}).json()
    assert (again["title"], again["tags"]) == (edited["title"], [])


def test_ten_thousand_letters_are_kept_shown_and_found(server: Server) -> None:
    video = upload(server, "old.mp4")
    description = "Ölandsbrücke\n" + "ö" * 9900
    change = {"description": description, "language": "sv"}
    answer = ask(server, "PATCH", video["links"]["self"], json=change, headers={"If-Match": f'"{video["etag"]}"'})
    assert answer.status_code == 200
    assert (answer.json()["description"], answer.json()["language"]) == (description, "sv")
    assert answer.json()["etag"] != video["etag"]
    assert ask(server, "GET", video["links"]["self"]).json() == answer.json()
    assert listed(server, q="olandsbrucke") == [video["id"]]
    for field, wrong in (("description", "x" * 10_001), ("language", "Swedish!"), ("language", None)):
        refused = ask(server, "PATCH", video["links"]["self"], json={field: wrong})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"] == field
    assert ask(server, "PATCH", video["links"]["self"], json={"language": ""}).json()["language"] is None


def test_if_match_holds_off_an_edit_of_another_version(server: Server) -> None:
    video = upload(server, "film.mp4")
    path = video["links"]["self"]
    for good in (video["etag"], "*"):
        assert ask(server, "PATCH", path, json={"title": good}, headers={"If-Match": good}).status_code == 200
    current = ask(server, "GET", path).json()["etag"]
    for bad in (video["etag"], f'"{video["etag"]}"', f'W/"{current}"', '"', ""):
        answer = ask(server, "PATCH", path, json={"title": "lost"}, headers={"If-Match": bad})
        assert answer.status_code == 412
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert ask(server, "DELETE", path, headers={"If-Match": bad}).status_code == 412
    assert ask(server, "GET", path).json()["title"] == "*"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b"[" * 50_000, 400),
        (b'{"title": ""}', 400),
        (b'{"title": 7}', 400),
        (b'{"title": null}', 400),
        (b'{"title": "' + b"x" * 201 + b'"}', 400),
        (b'{"title": "' + b"x" * 70_000 + b'"}', 413),
        (b'{"tags": "a"}', 400),
        (b'{"tags": ["a,b"]}', 400),
        (b'{"\\ud800": 1}', 400),
        (b'{"\xed\x9f": 1}', 400),
        (b'{"title": "\xff"}', 400),
        (b'{"tags": ["\\ud800"]}', 400),
        (b'{"size": 5}', 400),
        (b'{"title": "x", "id": "other"}', 400),
    ],
)
def test_an_edit_that_cannot_be_kept_is_refused(server: Server, body: bytes, status: int) -> None:
    video = upload(server, "film.mp4")
    answer = ask(server, "PATCH", video["links"]["self"], data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert ask(server, "GET", video["links"]["self"]).json() == video


def test_metadata_beyond_8_kib_is_refused_in_words(server: Server) -> None:
    video = upload(server, "film.mp4")
    tags = [f"{n:02}" + "映" * 48 for n in range(20)]
    answer = ask(server, "PATCH", video["links"]["self"], json={"tags": tags})
    assert answer.status_code == 400
    assert "8192" in answer.json()["detail"]


def test_edits_at_the_same_time_all_land(server: Server) -> None:
    video = upload(server, "film.mp4")
    path = video["links"]["self"]

    def edit(number: int) -> int:
        change = {"title": f"title {number}"} if number % 2 else {"tags": [f"tag {number}"]}
        return ask(server, "PATCH", path, json=change).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(edit, range(4))) == {200}
    edited = ask(server, "GET", path).json()
    assert edited["title"].startswith("title ")
    assert edited["tags"][0].startswith("tag ")


@pytest.mark.walk
def test_a_deleted_video_can_be_had_back(server: Server) -> None:
    video = upload(server, "film.mp4")
    path = video["links"]["self"]
    assert ask(server, "DELETE", path).status_code == 204
    assert video["id"] not in listed(server)
    for method in ("GET", "PATCH", "DELETE"):
        assert ask(server, method, path, json={"title": "x"}).status_code == 404
    [trashed] = [each for each in ask(server, "GET", "/api/trash").json()["videos"] if each["id"] == video["id"]]
    assert trashed["deleted_at"] < trashed["restorable_until"]
    restored = ask(server, "POST", f"{path}/restore")
    assert restored.status_code == 200
    assert {**restored.json(), "etag": None} == {**video, "etag": None}
    assert ask(server, "POST", f"{path}/restore").json() == restored.json()
    assert video["id"] in listed(server)
    assert all(each["id"] != video["id"] for each in ask(server, "GET", "/api/trash").json()["videos"])


@pytest.mark.parametrize(
    "id_",
    [
        "x.mp4",
        "..",
        "%2e%2e/x.mp4",
        "a/..%2f..%2fuploads/x",
        "..%5cuploads",
        "a%00b.mp4",
        "x" * 2000,
        "?comp=list",
        "%3Fcomp=list&restype=container",
        "%252e%252e%252fuploads",
        "a//b.mp4",
        "%E2%80%AE.mp4",
        "content",
    ],
)
def test_no_id_reaches_anything_but_a_video(server: Server, id_: str) -> None:
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/restore"), ("GET", "/content")):
        request = requests.Request(method, server.url, json={"title": "x"} if method == "PATCH" else None).prepare()
        request.url = f"{server.url}/api/videos/{id_}{path}"  # As it is, without a client's clean-up.
        with requests.Session() as session:
            answer = session.send(request, allow_redirects=False, timeout=60)
        listing = id_.startswith("?") and method == "GET"
        assert answer.status_code in ({200, 404, 308} if listing else {308, 404, 405})


def test_a_catalogue_that_cannot_be_opened_stops_no_upload(azurite: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with running_server(azurite, database_url=f"sqlite:///{tmp_path}/file/index.sqlite3") as server:
        video = upload(server, "film.mp4")
        assert server.content(video["id"]) == mp4(3000)
        assert ask(server, "GET", video["links"]["self"]).json() == video
        edited = ask(server, "PATCH", video["links"]["self"], json={"title": "still"})
        assert edited.json()["title"] == "still"
        answer = ask(server, "GET", "/api/videos")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/catalogue-unavailable")
        assert answer.headers["Retry-After"]
        checks = ask(server, "GET", "/health/ready")
        assert checks.status_code == 503
        assert json.loads(checks.text)["checks"]["database"]["status"] == "down"
        assert "not listed yet" in server.log
