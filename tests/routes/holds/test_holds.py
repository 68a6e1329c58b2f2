"""Legal holds over HTTP: nobody deletes what is held, and only administrators lift the hold."""

import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient

from app import create_app
from config import Environment, Secret, Settings
from services.actors.actor import NOBODY, SYSTEM, Role
from services.events.catalogue import EVENTS
from services.events.envelope import Said
from services.events.listener import Listener
from tests.databases import prepared
from tests.routes.test_people import ADMIN, AMINA, BELA, GONE, MANAGER, READER, House, person

REASON = "Case 2026-118: keep <everything>."
WORDS = b"WEBVTT\n\n00:01.000 --> 00:03.000\nHello.\n"


def house_in(folder: Path, azurite: str, container: str) -> House:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=container,
        data_dir=folder,
    )
    return House(create_app(prepared(settings)))


@pytest.fixture
def container() -> str:
    return f"held-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def house(azurite: str, tmp_path: Path, container: str) -> House:
    return house_in(tmp_path, azurite, container)


def hold(house: House, video: dict[str, Any], *, reason: str = REASON) -> dict[str, Any]:
    answer = house.ask(MANAGER, "PUT", f"{video['links']['self']}/hold", json={"reason": reason})
    assert answer.status_code == 200, answer.get_json()
    shown: dict[str, Any] = answer.get_json()
    return shown


def lift(house: House, video: dict[str, Any]) -> None:
    assert house.ask(ADMIN, "DELETE", f"{video['links']['self']}/hold").status_code == 204


def purge_what_is_due(house: House) -> int:
    """Empty the trash as if the time of all that is in it were over."""
    trash = house.services.library.trash
    trash._deadlines = replace(trash._deadlines, lifetime=timedelta(days=-1))
    return trash.purge(by=SYSTEM)


def test_who_manages_puts_a_hold_and_only_administrators_lift_it(house: House) -> None:
    video = house.upload(AMINA)
    path = f"{video['links']['self']}/hold"
    for by, status in ((AMINA, 403), (BELA, 403), (READER, 403), (NOBODY, 401)):
        assert house.ask(by, "PUT", path, json={"reason": REASON}).status_code == status
        assert house.ask(by, "DELETE", path).status_code == status
    shown = hold(house, video)
    assert shown["hold"]["reason"] == REASON
    assert shown["hold"]["by"] == MANAGER.id
    assert house.ask(MANAGER, "DELETE", path).status_code == 403
    lift(house, video)
    lift(house, video)
    assert house.ask(AMINA, "GET", video["links"]["self"]).get_json()["hold"] is None
    for method in ("PUT", "DELETE"):
        assert house.ask(ADMIN, method, f"{GONE}/hold", json={"reason": REASON}).status_code == 404


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " \n"}, {"reason": 7}, {"reason": "x" * 1001}])
def test_a_hold_needs_a_reason(house: House, body: dict[str, Any]) -> None:
    video = house.upload(AMINA)
    answer = house.ask(ADMIN, "PUT", f"{video['links']['self']}/hold", json=body)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (400, "reason")
    assert house.ask(AMINA, "GET", video["links"]["self"]).get_json()["hold"] is None


def test_nothing_of_a_held_video_is_deleted_and_words_can_be_written(house: House) -> None:
    video = house.upload(AMINA)
    sign = house.upload(AMINA, title="signs")
    path = video["links"]["self"]
    made: list[tuple[str, dict[str, Any]]] = [
        (f"{path}/captions/en", {"data": WORDS, "content_type": "text/vtt"}),
        (f"{path}/sign/ase", {"json": {"video_id": sign["id"]}}),
        (f"{path}/poster", {"data": b"\x89PNG\r\n\x1a\n", "content_type": "image/png"}),
    ]
    for address, sent in made:
        assert house.ask(AMINA, "PUT", address, **sent).status_code < 300, address
    assert house.ask(AMINA, "POST", f"{path}/documents?name=a.pdf", data=b"%PDF-1").status_code == 201
    hold(house, video)
    beside = [*(address for address, _ in made), f"{path}/documents/a.pdf", path]
    for address in beside:
        answer = house.ask(AMINA, "DELETE", address)
        assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/held"), address
    forms: list[tuple[str, dict[str, Any]]] = [
        (video["links"]["page"], {"action": "delete"}),
        (f"{video['links']['page']}/captions", {"action": "delete", "language": "en", "kind": "captions"}),
        (f"{video['links']['page']}/documents", {"action": "delete", "name": "a.pdf"}),
        (f"{video['links']['page']}/sign-tracks", {"action": "remove", "language": "ase"}),
    ]
    for address, fields in forms:
        sent = {"data": fields, "content_type": "multipart/form-data"}
        assert house.ask(AMINA, "POST", address, **sent).status_code == 409, address
    assert house.ask(BELA, "DELETE", path).status_code == 403
    assert house.ask(AMINA, "PATCH", path, json={"title": "The boat", "description": "More"}).status_code == 200
    assert house.ask(AMINA, "PUT", f"{path}/captions/en", data=WORDS, content_type="text/vtt").status_code == 200
    shown = house.ask(MANAGER, "GET", path).get_json()
    assert (shown["title"], shown["hold"]["reason"]) == ("The boat", REASON)
    lift(house, video)
    for address in beside:
        assert house.ask(AMINA, "DELETE", address).status_code == 204, address


def test_a_hold_in_the_trash_outlasts_its_time_and_the_end_of_it(house: House) -> None:
    video, other = house.upload(AMINA), house.upload(AMINA, title="other")
    for each in (video, other):
        assert house.ask(AMINA, "DELETE", each["links"]["self"]).status_code == 204
    hold(house, video)
    [trashed] = [each for each in house.ask(AMINA, "GET", "/api/trash").get_json()["videos"] if each["hold"]]
    assert (trashed["id"], trashed["restorable_until"]) == (video["id"], None)
    assert b"On legal hold: kept until that is lifted" in house.ask(AMINA, "GET", "/trash").data
    assert purge_what_is_due(house) == 1
    assert house.ask(ADMIN, "POST", f"/api/trash/{video['id']}/purge").status_code == 409
    assert house.ask(AMINA, "POST", f"{video['links']['self']}/restore").status_code == 200
    assert house.ask(AMINA, "DELETE", video["links"]["self"]).status_code == 409
    lift(house, video)
    assert house.ask(AMINA, "DELETE", video["links"]["self"]).status_code == 204
    assert purge_what_is_due(house) == 1


def test_words_of_a_held_video_whose_blob_is_gone_stay(house: House) -> None:
    video = house.upload(AMINA)
    path = video["links"]["self"]
    house.ask(AMINA, "PATCH", path, json={"description": "What was said."})
    house.ask(AMINA, "DELETE", path)
    hold(house, video)
    heard = list[Said]()
    house.services.platform.events.listen(Listener(name="test", wants=EVENTS, take=heard.append, at_once=True))
    blobs = house.services.platform.video_blobs()
    blobs.delete(video["id"], etag=blobs.describe(video["id"]).etag)
    for _ in range(2):
        assert purge_what_is_due(house) == 0
        house.services.library.reconciliation.check_drift(by=SYSTEM)
    assert house.services.platform.track_store().read(f"{video['id']}/about.json") is not None
    assert [said.type for said in heard] == ["video.missing"]


def test_the_sign_track_of_a_held_film_outlasts_the_video_that_signs_it(house: House) -> None:
    film, other, sign = (house.upload(AMINA, title=title) for title in ("film", "other", "signs"))
    for each in (film, other):
        address = f"{each['links']['self']}/sign/ase"
        assert house.ask(AMINA, "PUT", address, json={"video_id": sign["id"]}).status_code == 201
    hold(house, film)
    assert house.ask(AMINA, "DELETE", sign["links"]["self"]).status_code == 204
    assert purge_what_is_due(house) == 1
    house.services.platform.events.deliver()
    records = house.services.platform.track_store()
    kept = {each["title"]: records.read(f"{each['id']}/sign/ase.json") is not None for each in (film, other)}
    assert kept == {"film": True, "other": False}


def test_earlier_pictures_of_a_held_film_stay(house: House) -> None:
    video = house.upload(AMINA)

    def choose(picture: bytes) -> int:
        address = f"{video['links']['self']}/poster"
        assert house.ask(AMINA, "PUT", address, data=picture, content_type="image/png").status_code < 300
        return len(list(house.services.platform.track_store().list(f"{video['id']}/poster-")))

    pictures = [b"\x89PNG\r\n\x1a\n" + bytes([number]) for number in range(4)]
    assert [choose(each) for each in pictures[:2]] == [1, 1]
    hold(house, video)
    assert choose(pictures[2]) == 2
    lift(house, video)
    assert choose(pictures[3]) == 1


def test_an_administrator_deletes_for_good_what_is_in_the_trash(house: House) -> None:
    video = house.upload(AMINA)
    purge = f"/api/trash/{video['id']}/purge"
    assert house.ask(ADMIN, "POST", purge).status_code == 404
    house.ask(AMINA, "PATCH", video["links"]["self"], json={"description": "Words"})
    house.ask(AMINA, "DELETE", video["links"]["self"])
    for by, status in ((AMINA, 403), (MANAGER, 403), (NOBODY, 401)):
        assert house.ask(by, "POST", purge).status_code == status
    assert house.ask(ADMIN, "POST", purge).status_code == 204
    assert house.ask(ADMIN, "POST", purge).status_code == 404
    assert house.ask(AMINA, "POST", f"{video['links']['self']}/restore").status_code == 404
    assert house.ask(AMINA, "GET", "/api/trash").get_json()["videos"] == []
    assert house.services.platform.track_store().read(f"{video['id']}/about.json") is None
    again = house.upload(AMINA)
    house.ask(AMINA, "DELETE", again["links"]["self"])
    assert b"Delete for good" not in house.ask(AMINA, "GET", "/trash").data
    assert b"Delete for good" in house.ask(ADMIN, "GET", "/trash").data
    assert house.ask(ADMIN, "POST", "/trash/purge", data={"id": again["id"]}).status_code == 303
    assert house.ask(AMINA, "GET", "/api/trash").get_json()["videos"] == []


def test_storage_alone_knows_of_a_hold_when_all_databases_are_lost(
    house: House, azurite: str, tmp_path: Path, container: str
) -> None:
    video = house.upload(AMINA)
    before = hold(house, video)["hold"]
    other = house_in(tmp_path / "another", azurite, container)
    other.services.library.reconciliation.rebuild(by=SYSTEM)
    assert other.ask(ADMIN, "GET", video["links"]["self"]).get_json()["hold"] == before
    assert other.ask(AMINA, "DELETE", video["links"]["self"]).status_code == 409
    # What one instance does, another whose index is old finds out from storage.
    lift(other, video)
    assert house.ask(AMINA, "PATCH", video["links"]["self"], json={"title": "mine"}).get_json()["hold"] is None


def test_another_instance_that_does_not_know_of_the_hold_yet_deletes_nothing(
    house: House, azurite: str, tmp_path: Path, container: str
) -> None:
    video = house.upload(AMINA)
    other = house_in(tmp_path / "another", azurite, container)
    other.services.library.reconciliation.rebuild(by=SYSTEM)
    hold(house, video)
    assert other.ask(AMINA, "DELETE", video["links"]["self"]).status_code == 409


def test_all_see_that_it_is_held_and_managers_why(house: House) -> None:
    video, other = house.upload(AMINA), house.upload(AMINA, title="other")
    hold(house, video)
    for by in (AMINA, BELA, READER, person("eva", Role.USER)):
        shown = house.ask(by, "GET", video["links"]["self"]).get_json()["hold"]
        assert shown["held_at"]
        assert (shown["by"], shown["reason"]) == (None, None)
        page = house.ask(by, "GET", video["links"]["page"]).data
        assert b"On legal hold since" in page
        assert b"2026-118" not in page
        assert b"delete-this" not in page
    page = house.ask(MANAGER, "GET", video["links"]["page"]).get_data(as_text=True)
    assert "Case 2026-118: keep &lt;everything&gt;." in page
    assert "Lift the hold" not in page
    assert "Lift the hold" in house.ask(ADMIN, "GET", video["links"]["page"]).get_data(as_text=True)
    assert house.titles(AMINA, "/api/videos?held=true") == {"film"}
    assert house.titles(AMINA, "/api/videos?held=") == {"film", "other"}
    assert house.ask(AMINA, "GET", "/api/videos?held=maybe").status_code == 400
    assert house.ask(AMINA, "GET", "/").data.count(b"held-mark") == 1
    assert b"2026-118" not in house.ask(BELA, "GET", other["links"]["page"]).data


def test_the_page_puts_changes_and_lifts_a_hold_without_scripts(house: House) -> None:
    video = house.upload(AMINA)
    page = f"{video['links']['page']}/hold"
    assert house.ask(AMINA, "POST", page, data={"reason": REASON}).status_code == 403
    assert house.ask(MANAGER, "POST", page, data={"reason": REASON}).status_code == 303
    before = house.ask(MANAGER, "GET", video["links"]["self"]).get_json()["hold"]
    assert house.ask(MANAGER, "POST", page, data={"reason": "Another case"}).status_code == 303
    after = house.ask(MANAGER, "GET", video["links"]["self"]).get_json()["hold"]
    assert after == before | {"reason": "Another case"}
    assert house.ask(MANAGER, "POST", page, data={"action": "lift"}).status_code == 403
    assert house.ask(ADMIN, "POST", page, data={"action": "lift"}).status_code == 303
    assert house.ask(MANAGER, "GET", video["links"]["self"]).get_json()["hold"] is None


def test_holds_are_told_of_and_written_down(house: House) -> None:
    video, heard = house.upload(AMINA), list[Said]()
    house.services.platform.events.listen(Listener(name="test", wants=EVENTS, take=heard.append, at_once=True))
    hold(house, video)
    lift(house, video)
    assert [(said.type, said.actor.id) for said in heard] == [("video.held", "max"), ("video.released", "ada")]
    house.services.platform.events.deliver()
    entries = house.ask(ADMIN, "GET", f"/api/audit?target={video['id']}").get_json()["entries"]
    [held] = [each for each in entries if each["action"] == "video.held"]
    assert (held["actor"]["id"], held["details"]["reason"]) == ("max", REASON)
    assert [each["actor"]["id"] for each in entries if each["action"] == "video.released"] == ["ada"]


def test_metadata_that_is_full_is_held_all_the_same(house: House) -> None:
    video = house.upload(AMINA)
    blobs = house.services.platform.video_blobs()
    blob = blobs.describe(video["id"])
    room = 8192 - sum(len(name) + len(value) for name, value in blob.metadata.items())
    blobs.set_metadata(video["id"], {**blob.metadata, "strange": "x" * (room - len("strange"))}, etag=blob.etag)
    assert hold(house, video)["hold"]
    assert house.ask(AMINA, "DELETE", video["links"]["self"]).status_code == 409


def test_what_lies_in_the_archive_is_brought_back_first(house: House, azurite: str, container: str) -> None:
    video = house.upload(AMINA)
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        service.get_blob_client(container, video["id"]).set_standard_blob_tier("Archive")
    answer = house.ask(MANAGER, "PUT", f"{video['links']['self']}/hold", json={"reason": REASON})
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/archived")
    # Nobody can trash it meanwhile.
    assert house.ask(AMINA, "DELETE", video["links"]["self"]).status_code == 409
