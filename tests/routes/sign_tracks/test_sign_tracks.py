"""Sign tracks over HTTP: set, read and taken away, by people who may see both videos, one of them or none."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.actors.actor import NOBODY, SYSTEM, Actor, ActorKind, LinkKind, LinkRight
from services.events.catalogue import EVENTS
from services.events.envelope import Said
from services.events.listener import Listener
from services.library.tracks import folder
from tests.routes.test_people import ADMIN, AMINA, BELA, MANAGER, READER, House, same


def films(house: House, *, film: str = "team", sign: str = "team") -> tuple[dict[str, Any], dict[str, Any]]:
    """A film and a video that can sign it, both Amina's."""
    return house.upload(AMINA, visibility=film, title="film"), house.upload(AMINA, visibility=sign, title="signs")


def address(film: dict[str, Any], language: str = "ase") -> str:
    return f"{film['links']['self']}/sign/{language}"


def tracks(house: House, by: Actor, film: dict[str, Any]) -> Any:
    return house.ask(by, "GET", film["links"]["self"]).get_json()["sign_tracks"]


def signed(house: House, **visibility: str) -> tuple[dict[str, Any], dict[str, Any]]:
    film, sign = films(house, **visibility)
    answer = house.ask(AMINA, "PUT", address(film), json={"video_id": sign["id"], "offset": 1.5, "kind": "avatar"})
    assert answer.status_code == 201, answer.get_json()
    return film, sign


def reindex(house: House) -> Any:
    [step] = house.services.sign_tracks.steps
    return step.run(lambda _: None)


def test_a_track_is_set_read_changed_and_taken_away(house: House) -> None:
    film, sign = signed(house)
    shown = house.ask(BELA, "GET", address(film))
    etag = shown.headers["ETag"]
    assert shown.get_json() == {
        "language": "ase",
        "video_id": sign["id"],
        "offset": 1.5,
        "kind": "avatar",
        "origin": "edited",
        "etag": etag.strip('"'),
    }
    assert house.ask(BELA, "GET", address(film), headers={"If-None-Match": etag}).status_code == 304
    assert tracks(house, BELA, film) == [
        {"language": "ase", "video_id": sign["id"], "offset": 1.5, "kind": "avatar"},
    ]
    listed = {each["title"]: each["sign_tracks"] for each in house.ask(BELA, "GET", "/api/videos").get_json()["videos"]}
    assert listed == {"film": tracks(house, BELA, film), "signs": []}

    changed = house.ask(AMINA, "PUT", address(film), json={"video_id": sign["id"]})
    assert changed.status_code == 200
    assert (changed.get_json()["offset"], changed.get_json()["kind"]) == (0.0, "signer")
    assert house.ask(AMINA, "DELETE", address(film)).status_code == 204
    assert house.ask(AMINA, "DELETE", address(film)).status_code == 404
    assert tracks(house, AMINA, film) == []


@pytest.mark.parametrize(
    ("said", "tag"), [("ASL", "ase"), ("bsl", "bfi"), ("DGS", "gsg"), ("sgn-ase", "ase"), ("GSG_at", "gsg-AT")]
)
def test_what_people_call_a_sign_language_is_understood(house: House, said: str, tag: str) -> None:
    film, sign = films(house)
    assert house.ask(AMINA, "PUT", address(film, said), json={"video_id": sign["id"]}).get_json()["language"] == tag
    assert house.ask(AMINA, "GET", address(film, said)).get_json()["language"] == tag


@pytest.mark.parametrize("language", ["en", "deu", "x", "ase-", "a..e", "ase.json", "-", "ase-\u0660", "a" * 300])
def test_what_is_no_sign_language_is_refused(house: House, language: str) -> None:
    film, sign = films(house)
    assert house.ask(AMINA, "PUT", address(film, language), json={"video_id": sign["id"]}).status_code == 400
    assert house.ask(AMINA, "GET", address(film, language)).status_code == 404
    assert house.ask(AMINA, "DELETE", address(film, language)).status_code == 404


def test_if_match_keeps_two_editors_from_undoing_each_other(house: House) -> None:
    film, sign = signed(house)
    etag = house.ask(AMINA, "GET", address(film)).get_json()["etag"]
    body = {"video_id": sign["id"], "offset": 3}
    assert house.ask(MANAGER, "PUT", address(film), json=body, headers={"If-Match": f'"{etag}"'}).status_code == 200
    for method, headers in (
        ("PUT", {"If-Match": f'"{etag}"'}),
        ("PUT", {"If-Match": etag}),
        ("PUT", {"If-None-Match": "*"}),
        ("DELETE", {"If-Match": f'"{etag}"'}),
    ):
        answer = house.ask(AMINA, method, address(film), json=body, headers=headers)
        assert (answer.status_code, answer.get_json()["type"]) == (412, "/problems/precondition-failed")
    missing = house.ask(AMINA, "PUT", address(film, "bfi"), json=body, headers={"If-Match": "*"})
    assert missing.status_code == 412
    assert house.ask(AMINA, "DELETE", address(film), headers={"If-Match": "*"}).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b'{"video_id": null}',
        b'{"video_id": 7}',
        b'{"video_id": ""}',
        b'{"video_id": "\\u0000"}',
        b'{"video_id": "' + b"x" * 2000 + b'"}',
        b'{"video_id": "VIDEO", "offset": "1"}',
        b'{"video_id": "VIDEO", "offset": true}',
        b'{"video_id": "VIDEO", "offset": NaN}',
        b'{"video_id": "VIDEO", "offset": 1e400}',
        b'{"video_id": "VIDEO", "offset": -86401}',
        b'{"video_id": "VIDEO", "kind": "robot"}',
        b'{"video_id": "VIDEO", "origin": "auto"}',
        b'{"video_id": "../other/about"}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_hostile_json_is_refused_and_changes_nothing(house: House, body: bytes) -> None:
    film, sign = films(house)
    sent = body.replace(b"VIDEO", sign["id"].encode())
    answer = house.ask(AMINA, "PUT", address(film), data=sent, content_type="application/json")
    assert answer.status_code == 400, answer.get_json()
    assert answer.get_json()["type"] == "/problems/invalid-sign-track"
    assert tracks(house, AMINA, film) == []


def test_neither_a_video_itself_nor_one_that_it_signs_is_its_sign_track(house: House) -> None:
    film, sign = signed(house)
    for one, other in ((film, film), (sign, film)):
        answer = house.ask(AMINA, "PUT", address(one, "bfi"), json={"video_id": other["id"]})
        assert answer.status_code == 400
        assert answer.get_json()["errors"][0]["field"] == "video_id"


def test_who_may_not_see_the_sign_video_is_not_told_of_it(house: House) -> None:
    film, sign = signed(house, film="public", sign="private")
    assert [each["video_id"] for each in tracks(house, AMINA, film)] == [sign["id"]]
    link = Actor(
        kind=ActorKind.LINK,
        id="l1",
        name="a link",
        link=LinkRight(kind=LinkKind.VIEW, videos=frozenset({film["id"]}), may_download=True),
    )
    for by in (BELA, READER, NOBODY, link):
        assert tracks(house, by, film) == []
        hidden = house.ask(by, "GET", address(film))
        assert hidden.status_code == 404
        same(hidden, house.ask(by, "GET", address(film, "bfi")))
    both = replace(link, link=LinkRight(kind=LinkKind.VIEW, videos=frozenset({film["id"], sign["id"]})))
    assert len(tracks(house, both, film)) == 1


def test_nobody_sets_a_video_that_they_may_not_see(house: House) -> None:
    film = house.upload(BELA, title="bela")
    hidden = house.upload(AMINA, visibility="private", title="mine")
    answers = [
        house.ask(BELA, "PUT", address(film), json={"video_id": id_}) for id_ in (hidden["id"], hidden["id"] + "x")
    ]
    same(*answers)
    assert answers[0].status_code == 400


def test_who_may_not_change_the_film_sets_nothing(house: House) -> None:
    film, sign = films(house)
    for by in (BELA, READER):
        assert house.ask(by, "PUT", address(film), json={"video_id": sign["id"]}).status_code == 403
        assert house.ask(by, "DELETE", address(film)).status_code == 403
    assert house.ask(NOBODY, "PUT", address(film), json={"video_id": sign["id"]}).status_code == 401


def test_a_trashed_sign_video_vanishes_comes_back_and_goes_for_good(house: House) -> None:
    film, sign = signed(house)
    before = tracks(house, BELA, film)
    house.ask(AMINA, "DELETE", sign["links"]["self"])
    assert tracks(house, BELA, film) == []
    assert house.ask(BELA, "GET", address(film)).status_code == 404
    house.ask(AMINA, "POST", sign["links"]["self"] + "/restore")
    assert tracks(house, BELA, film) == before

    house.ask(AMINA, "DELETE", sign["links"]["self"])
    purge(house)
    records = house.services.platform.track_store()
    assert [each.name for each in records.list(folder(film["id"]))] == []


def test_a_purged_film_takes_its_tracks_along_and_leaves_the_sign_video(house: House) -> None:
    film, sign = signed(house)
    house.ask(AMINA, "DELETE", film["links"]["self"])
    purge(house)
    assert list(house.services.platform.track_store().list("")) == []
    assert house.services.sign_tracks.tracks.of(film["id"], by=SYSTEM) == ()
    assert house.ask(AMINA, "GET", sign["links"]["self"]).status_code == 200


def test_the_index_is_made_again_from_storage(house: House) -> None:
    film, sign = signed(house)
    shown = tracks(house, AMINA, film)
    store = house.services.sign_tracks.tracks._store
    store.forget(film["id"])
    assert tracks(house, AMINA, film) == []
    assert reindex(house) == 1
    assert tracks(house, AMINA, film) == shown
    assert reindex(house) == 0

    records = house.services.platform.track_store()
    [name] = [each.name for each in records.list(folder(film["id"]))]
    stored = records.read(name)
    assert stored is not None
    record = json.loads(stored.content) | {"offset": 4, "version": "another", "later": "a newer version's"}
    records.replace(name, json.dumps(record).encode(), etag=stored.etag, tags={"version": "another"})
    assert reindex(house) == 1
    assert tracks(house, AMINA, film) == [shown[0] | {"offset": 4.0}]
    records.delete(name)
    assert reindex(house) == 1
    assert tracks(house, AMINA, film) == []
    assert sign["id"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"offset": 1}', b'{"video_id": 7}', b"\xff"])
def test_a_record_that_nobody_can_read_is_no_track_and_can_be_replaced(house: House, content: bytes) -> None:
    film, sign = films(house)
    records = house.services.platform.track_store()
    records.create(f"{folder(film['id'])}/sign/ase.json", content, tags={"version": "x"})
    assert reindex(house) == 0
    assert house.ask(AMINA, "GET", address(film)).status_code == 404
    assert house.ask(AMINA, "PUT", address(film), json={"video_id": sign["id"]}).status_code == 200
    assert len(tracks(house, AMINA, film)) == 1


def test_what_happens_to_tracks_is_said_and_audited(house: House) -> None:
    heard: list[Said] = []
    house.services.platform.events.listen(
        Listener(name="test", wants=tuple(each for each in EVENTS if each.__name__ == "SignChanged"), take=heard.append)
    )
    film, sign = signed(house)
    house.ask(AMINA, "DELETE", address(film))
    house.services.platform.events.deliver()
    told = [(said.subject, said.event.language, said.event.sign_video_id) for said in heard]  # type: ignore[attr-defined]
    assert told == [(film["id"], "ase", sign["id"]), (film["id"], "ase", None)]
    entries = house.ask(ADMIN, "GET", f"/api/audit?target={film['id']}&action=sign.changed").get_json()["entries"]
    assert [entry["actor"]["id"] for entry in entries] == ["amina", "amina"]


def purge(house: House) -> None:
    """Empty the trash as if its time were over, and let who listens hear of it."""
    trash = house.services.library.trash
    trash._deadlines = replace(trash._deadlines, lifetime=timedelta(days=-1))
    assert trash.purge(by=SYSTEM) == 1
    house.services.platform.events.deliver()


def test_a_video_tells_how_accessible_it_is_by_the_tracks_that_one_may_see(house: House) -> None:
    film, _ = signed(house, sign="private")
    told = {by.id: house.ask(by, "GET", film["links"]["self"]).get_json()["accessibility"] for by in (AMINA, BELA)}
    assert told["amina"] == {"score": 25, "missing": ["descriptions", "captions", "transcript"]}
    assert told["bela"] == {"score": 0, "missing": ["sign-track", "descriptions", "captions", "transcript"]}
    [listed] = [each for each in house.ask(BELA, "GET", "/api/videos").get_json()["videos"] if each["id"] == film["id"]]
    assert listed["accessibility"] == told["bela"]
