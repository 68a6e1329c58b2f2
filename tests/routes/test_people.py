"""What people get who may see some videos and not others: through the app, with a resolver that knows them."""

import base64
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from routes.http.actors import register_resolver
from routes.http.wiring import SERVICES
from services.actors.actor import NOBODY, Actor, ActorKind, LinkKind, LinkRight, Role
from services.assembly import Services
from services.database.errors import CatalogueUnavailableError
from services.events.catalogue import EVENTS
from services.events.envelope import Said
from services.events.listener import Listener
from services.videos.direct_upload_names import new_seal
from tests.app_here import app_here
from tests.videos import mp4


def person(id_: str, role: Role = Role.USER, **rights: Any) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=id_, name=id_.title(), role=role, **rights)


AMINA, BELA = person("amina"), person("bela")
READER, MANAGER, ADMIN = person("rita", Role.READONLY), person("max", Role.MANAGER), person("ada", Role.ADMIN)
GONE = "/api/videos/20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4"


class House:
    """The app, and somebody who asks it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._client: FlaskClient = app.test_client()
        self.who: Actor = AMINA
        register_resolver(app, lambda: self.who)

    @property
    def services(self) -> Services:
        services: Services = self._app.extensions[SERVICES]
        return services

    def ask(self, by: Actor, method: str, path: str, **more: Any) -> TestResponse:
        self.who = by
        return self._client.open(path, method=method, **more)

    def upload(self, by: Actor, *, visibility: str | None = None, title: str = "film") -> dict[str, Any]:
        answer = self.ask(by, "PUT", f"/api/upload/film.mp4?title={title}", data=mp4(3000))
        assert answer.status_code == 201, answer.get_json()
        video: dict[str, Any] = answer.get_json()
        if visibility is not None:
            answer = self.ask(by, "PATCH", video["links"]["self"], json={"visibility": visibility})
            assert answer.status_code == 200, answer.get_json()
            video = answer.get_json()
        return video

    def titles(self, by: Actor, path: str = "/api/videos") -> set[str]:
        return {video["title"] for video in self.ask(by, "GET", path).get_json()["videos"]}


@pytest.fixture
def house(azurite: str, tmp_path: Path) -> House:
    return House(app_here(azurite, tmp_path))


def same(one: TestResponse, other: TestResponse) -> None:
    """Nobody can tell the two answers apart, but for the id of the request."""
    texts = [{k: v for k, v in each.get_json().items() if k != "request_id"} for each in (one, other)]
    assert texts[0] == texts[1]
    assert one.status_code == other.status_code
    names = ("Content-Type", "WWW-Authenticate", "Cache-Control", "ETag")
    assert [one.headers.get(name) for name in names] == [other.headers.get(name) for name in names]


ON_A_VIDEO = [
    ("GET", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("POST", "/restore"),
    ("GET", "/content"),
    ("GET", "/content?download"),
    ("GET", "/access-url"),
    ("GET", "/access-url?direct=true"),
    ("DELETE", "/access-urls"),
]


def test_a_zip_file_holds_nothing_that_is_hidden(house: House) -> None:
    hidden, shown = (house.upload(AMINA, visibility=each)["id"] for each in ("private", "public"))
    for by, status in ((AMINA, 200), (BELA, 404), (READER, 404), (NOBODY, 401)):
        for ids in ((hidden,), (shown, hidden)):
            assert house.ask(by, "GET", "/api/zip", query_string={"id": ids}).status_code == status
            assert house.ask(by, "POST", "/api/zip", json={"ids": ids}).status_code == status
        assert house.ask(by, "GET", "/api/zip", query_string={"id": [shown]}).status_code == 200


@pytest.mark.parametrize(("method", "ending"), ON_A_VIDEO)
def test_what_is_hidden_is_answered_as_if_it_were_not_there(house: House, method: str, ending: str) -> None:
    path = house.upload(AMINA, visibility="private")["links"]["self"]
    body = {"json": {"title": "mine"}} if method == "PATCH" else {}
    for by, status in ((BELA, 404), (READER, 404), (NOBODY, 401)):
        hidden = house.ask(by, method, path + ending, **body)
        assert hidden.status_code == status
        same(hidden, house.ask(by, method, GONE + ending, **body))
        if by is NOBODY:
            assert hidden.headers["WWW-Authenticate"] == "Bearer"
    assert house.ask(AMINA, "GET", path).status_code == 200


@pytest.mark.parametrize(("method", "ending"), [("PATCH", ""), ("DELETE", ""), ("DELETE", "/access-urls")])
def test_who_may_see_and_not_change_is_refused(house: House, method: str, ending: str) -> None:
    path = house.upload(AMINA)["links"]["self"]
    body = {"json": {"title": "mine"}} if method == "PATCH" else {}
    assert house.ask(BELA, method, path + ending, **body).status_code == 403
    assert house.ask(READER, method, path + ending, **body).status_code == 403
    assert house.ask(MANAGER, method, path + ending, **body).status_code in {200, 204}


def test_lists_searches_totals_and_the_trash_show_what_the_actor_may_see(house: House) -> None:
    house.upload(AMINA, title="open", visibility="public")
    house.upload(AMINA, title="ours")
    secret = house.upload(AMINA, title="mine", visibility="private")
    house.upload(BELA, title="bela", visibility="private")

    assert house.titles(AMINA) == {"open", "ours", "mine"}
    assert house.titles(BELA) == {"open", "ours", "bela"}
    assert house.titles(READER) == {"open", "ours"}
    assert house.titles(MANAGER) == {"open", "ours", "mine", "bela"}
    assert house.titles(BELA, "/api/videos?q=mine") == set()
    assert house.titles(AMINA, "/api/videos?q=mine") == {"mine"}
    library = house.services.library.videos
    assert [library.totals(by=by).count for by in (AMINA, BELA, READER, MANAGER)] == [3, 3, 2, 4]

    assert house.ask(AMINA, "DELETE", secret["links"]["self"]).status_code == 204
    assert house.titles(AMINA, "/api/trash") == house.titles(MANAGER, "/api/trash") == {"mine"}
    assert house.titles(BELA, "/api/trash") == house.titles(READER, "/api/trash") == set()
    for path in ("/api/videos", "/api/trash", "/"):
        assert house.ask(NOBODY, "GET", path).status_code == 401


def test_what_is_public_is_played_by_nobody_and_changed_by_nobody(house: House) -> None:
    path = house.upload(AMINA, visibility="public")["links"]["self"]
    assert house.ask(NOBODY, "GET", path).status_code == 200
    assert house.ask(NOBODY, "GET", f"{path}/content").data == mp4(3000)
    assert house.ask(NOBODY, "DELETE", path).status_code == 401


def test_a_video_belongs_to_who_brings_it_in_and_the_blob_says_so(house: House) -> None:
    video = house.upload(AMINA)
    assert (video["owner"], video["visibility"], video["collections"]) == ("amina", "team", [])
    video = house.ask(AMINA, "PATCH", video["links"]["self"], json={"visibility": "private"}).get_json()
    assert video["visibility"] == "private"

    stored = house.services.platform.video_blobs().describe(video["id"]).metadata
    assert (stored["owner"], stored["visibility"]) == ("amina", "private")
    house.services.library.reconciliation.rebuild(by=ADMIN)
    assert house.titles(BELA) == set()
    assert house.titles(AMINA) == {"film"}


def test_the_owner_is_changed_by_managers_alone(house: House) -> None:
    path = house.upload(AMINA)["links"]["self"]
    assert house.ask(AMINA, "PATCH", path, json={"owner": "bela"}).status_code == 403
    assert house.ask(MANAGER, "PATCH", path, json={"owner": "bela"}).get_json()["owner"] == "bela"
    assert house.ask(AMINA, "PATCH", path, json={"title": "mine no more"}).status_code == 403


@pytest.mark.parametrize("change", [{"visibility": "open"}, {"visibility": 7}, {"owner": "a b"}, {"owner": []}])
def test_what_no_video_can_be_is_refused_with_its_field(house: House, change: dict[str, Any]) -> None:
    path = house.upload(MANAGER)["links"]["self"]
    answer = house.ask(MANAGER, "PATCH", path, json=change)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.get_json()["errors"]] == list(change)


def begin(house: House, by: Actor) -> TestResponse:
    name = base64.b64encode(b"film.mp4").decode()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "3000", "Upload-Metadata": f"filename {name}"}
    return house.ask(by, "POST", "/api/uploads", headers=headers)


def test_a_resumable_upload_goes_on_by_who_began_it(house: House) -> None:
    tus = {"Tus-Resumable": "1.0.0"}
    bytes_ = tus | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    path = "/" + begin(house, AMINA).headers["Location"].split("/", 3)[3]
    unknown = "/api/uploads/" + "0" * 32

    for method, headers in (("GET", {}), ("PATCH", bytes_), ("DELETE", tus)):
        theirs = house.ask(BELA, method, path, headers=headers, data=b"x" if method == "PATCH" else b"")
        assert theirs.status_code == 404
        same(theirs, house.ask(BELA, method, unknown, headers=headers, data=b"x" if method == "PATCH" else b""))
        assert house.ask(READER, method, path, headers=headers).status_code == 403
        assert house.ask(NOBODY, method, path, headers=headers).status_code == 401
    assert house.ask(MANAGER, "HEAD", path, headers=tus).status_code == 200

    assert house.ask(AMINA, "PATCH", path, headers=bytes_, data=mp4(3000)).status_code == 204
    [video] = house.ask(AMINA, "GET", "/api/videos").get_json()["videos"]
    assert video["owner"] == "amina"


def test_a_direct_upload_goes_on_by_who_began_it(house: House) -> None:
    wanted = {"filename": "film.mp4", "size": 3000, "content_type": "video/mp4"}
    assert house.ask(NOBODY, "POST", "/api/v1/videos/generate-upload-url", json=wanted).status_code == 401
    assert house.ask(READER, "POST", "/api/v1/videos/generate-upload-url", json=wanted).status_code == 403
    permit = house.ask(AMINA, "POST", "/api/v1/videos/generate-upload-url", json=wanted).get_json()
    for method, ending, body in (
        ("POST", "upload-url", None),
        ("DELETE", "upload-url", None),
        ("POST", "complete", {}),
    ):
        path = f"/api/v1/videos/{permit['id']}/{ending}"
        assert house.ask(BELA, method, path, json=body).status_code == 404
        assert house.ask(NOBODY, method, path, json=body).status_code == 401
    assert house.ask(AMINA, "DELETE", f"/api/v1/videos/{permit['id']}/upload-url").status_code == 204


@pytest.mark.parametrize("by", [READER, NOBODY])
def test_who_may_not_upload_is_told_before_a_byte_is_read(house: House, by: Actor) -> None:
    status = 401 if by is NOBODY else 403
    assert house.ask(by, "PUT", "/api/upload/film.mp4", data=mp4(3000)).status_code == status
    form = {"file": (io.BytesIO(mp4(3000)), "film.mp4")}
    assert house.ask(by, "POST", "/api/upload", data=form).status_code == status
    assert begin(house, by).status_code == status


def test_a_link_opens_what_it_names_and_an_inbox_only_takes(house: House) -> None:
    video = house.upload(AMINA, visibility="private")
    right = LinkRight(kind=LinkKind.VIEW, videos=frozenset({video["id"]}))
    link = Actor(kind=ActorKind.LINK, id="l1", name="a link", link=right)
    path = video["links"]["self"]
    assert house.ask(link, "GET", f"{path}/content").status_code == 200
    assert house.ask(link, "GET", f"{path}/content?download").status_code == 403
    assert house.ask(link, "PATCH", path, json={"title": "mine"}).status_code == 403
    assert house.ask(link, "GET", "/api/videos").status_code == 403
    inbox = Actor(kind=ActorKind.LINK, id="l2", name="an inbox", link=LinkRight(kind=LinkKind.INBOX))
    same(house.ask(inbox, "GET", path), house.ask(inbox, "GET", GONE))
    assert house.upload(inbox)["owner"] == "l2"


def test_a_ticket_plays_whoever_brings_it(house: House) -> None:
    path = house.upload(AMINA, visibility="private")["links"]["self"]
    url = house.ask(AMINA, "GET", f"{path}/access-url").get_json()["url"]
    assert house.ask(NOBODY, "GET", "/" + url.split("/", 3)[3]).data == mp4(3000)


def test_what_people_do_is_said_in_their_name(house: House) -> None:
    heard: list[Said] = []
    house.services.platform.events.listen(Listener(name="test", wants=EVENTS, take=heard.append))
    path = house.upload(AMINA)["links"]["self"]
    house.ask(MANAGER, "PATCH", path, json={"title": "new"}, headers={"X-Request-ID": "a-request-1"})
    house.ask(AMINA, "DELETE", path)
    house.ask(AMINA, "POST", f"{path}/restore")
    house.services.platform.events.deliver()

    assert [(said.type, said.actor.id) for said in heard] == [
        ("video.uploaded", "amina"),
        ("video.changed", "max"),
        ("video.trashed", "amina"),
        ("video.restored", "amina"),
    ]
    assert heard[1].request_id == "a-request-1"
    assert heard[1].data["video"]["title"] == "new"


def test_collections_that_are_shared_with_somebody_open_what_is_in_them(house: House) -> None:
    video = house.upload(AMINA, visibility="private", title="series")
    blobs = house.services.platform.video_blobs()
    blob = blobs.describe(video["id"])
    blobs.set_metadata(video["id"], {**blob.metadata, "collections": "c1,c2"}, etag=blob.etag)
    house.services.library.reconciliation.check_drift(by=ADMIN)

    viewer, editor = replace(BELA, views=frozenset({"c2"})), replace(BELA, edits=frozenset({"c1"}))
    assert house.titles(viewer) == house.titles(editor) == {"series"}
    assert house.ask(viewer, "GET", video["links"]["self"]).get_json()["collections"] == ["c1", "c2"]
    assert house.ask(viewer, "PATCH", video["links"]["self"], json={"title": "b"}).status_code == 403
    assert house.ask(editor, "PATCH", video["links"]["self"], json={"title": "b"}).status_code == 200


def test_what_is_there_already_is_named_by_every_door_to_those_who_may_see_it(house: House) -> None:
    first = house.upload(AMINA, title="first")
    hidden = house.upload(BELA, visibility="private", title="hidden")
    assert first["copies"] == []
    # Bela's is Bela's alone, so that Amina and her readers hear of the first one only.
    again = house.upload(AMINA, title="again")
    assert again["copies"] == [first["id"]]
    form = house.ask(AMINA, "POST", "/api/upload", data={"file": (io.BytesIO(mp4(3000)), "film.mp4")})
    assert form.get_json()["videos"][0]["copies"] == [first["id"], again["id"]]
    assert house.ask(BELA, "GET", again["links"]["self"]).get_json()["copies"][:2] == [first["id"], hidden["id"]]
    assert hidden["id"] in house.ask(MANAGER, "GET", first["links"]["self"]).get_json()["copies"]
    assert hidden["id"] not in house.ask(READER, "GET", first["links"]["self"]).get_json()["copies"]


def test_who_may_ask_for_no_list_hears_of_no_copy(house: House) -> None:
    public = house.upload(AMINA, visibility="public")
    house.upload(BELA, visibility="public")
    inbox = person("box", link=LinkRight(kind=LinkKind.INBOX))
    assert house.ask(NOBODY, "GET", public["links"]["self"]).get_json()["copies"] == []
    assert house.upload(inbox)["copies"] == []


def test_no_more_than_five_copies_are_named_and_none_that_is_in_the_trash(house: House) -> None:
    films = [house.upload(AMINA)["id"] for _ in range(7)]
    newest = house.upload(AMINA)
    assert newest["copies"] == films[:5]
    assert house.ask(AMINA, "DELETE", f"/api/videos/{films[0]}").status_code == 204
    shown = house.ask(AMINA, "GET", newest["links"]["self"]).get_json()
    assert shown["copies"] == films[1:6]
    assert all("copies" not in video for video in house.ask(AMINA, "GET", "/api/videos").get_json()["videos"])


def test_an_upload_is_answered_where_the_list_cannot_say_what_is_there(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise CatalogueUnavailableError("The list is away.")

    monkeypatch.setattr(house.services.library.catalogue, "copies", away)
    assert house.upload(AMINA)["copies"] == []


def test_that_a_hidden_video_was_written_over_is_not_told(house: House) -> None:
    video = house.upload(AMINA, visibility="private")
    known = house.services.library.videos.get(video["id"], by=AMINA)
    # As an earlier version has left it, which let clients write where the video then lay.
    sealed = video["id"].replace(video["id"].split("_")[1], new_seal().token.hex)
    house.services.library.catalogue.put(replace(known, id=sealed))
    platform = house.services.platform
    platform.client.service.get_blob_client(platform.videos, sealed).upload_blob(b"something else")
    path = f"/api/videos/{sealed}/access-url"
    assert house.ask(AMINA, "GET", path).status_code == 410
    same(house.ask(BELA, "GET", path), house.ask(BELA, "GET", f"{GONE}/access-url"))


def test_nobody_is_led_from_a_hidden_page_to_the_sign_in_as_from_one_that_is_not_there(house: House) -> None:
    path = house.upload(AMINA, visibility="private")["links"]["page"]
    for address in (path, GONE.removeprefix("/api")):
        answer = house.ask(NOBODY, "GET", address, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")
