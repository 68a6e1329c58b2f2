"""How accessible videos are: what is missing, the worst of the library, and the report; each sees what it may see."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest

from services.actors.actor import NOBODY, SYSTEM, Actor, Role
from services.captions.tables import captions
from services.library.catalogue.models import videos
from services.metrics import exposition
from services.videos.made import Made
from tests.routes.test_people import ADMIN, AMINA, BELA, MANAGER, READER, House, house, person

__all__ = ["house"]

GOOD = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Amina>Hello there.\n\n00:00:04.000 --> 00:00:06.000\nGood day.\n"
FAST = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nMuch more is said here than can be read in one second.\n"
REPORT = "/api/accessibility/report.csv"


def write(
    house: House, film: dict[str, Any], content: str = GOOD, *, kind: str = "captions", language: str = "en"
) -> None:
    address = f"{film['links']['self']}/captions/{language}?kind={kind}"
    answer = house.ask(AMINA, "PUT", address, data=content, headers={"Content-Type": "text/vtt"})
    assert answer.status_code in {200, 201}, answer.get_json()


def known(house: House, film: dict[str, Any], **facts: Any) -> None:
    """Let the film be known as if a worker had looked into it."""
    house.services.library.catalogue.note_made(film["id"], lambda _: Made(**facts))


def missing(house: House, film: dict[str, Any], by: Actor = AMINA) -> list[str]:
    shown = house.ask(by, "GET", film["links"]["self"]).get_json()["accessibility"]
    listed = house.ask(by, "GET", "/api/videos?limit=200").get_json()["videos"]
    assert shown == next(each["accessibility"] for each in listed if each["id"] == film["id"])
    things: list[str] = shown["missing"]
    return things


def order(house: House, by: Actor = AMINA, **asked: str) -> list[str]:
    query = "&".join(f"{name}={quote(value)}" for name, value in {"sort": "accessibility", **asked}.items())
    return [each["title"] for each in house.ask(by, "GET", f"/api/videos?{query}").get_json()["videos"]]


def rows(house: House, by: Actor, query: str = "") -> list[dict[str, str]]:
    answer = house.ask(by, "GET", REPORT + query)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.get_data(as_text=True)
    assert "accessibility.csv" in answer.headers["Content-Disposition"]
    assert "private" in answer.headers["Cache-Control"]
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))


def settle(house: House) -> None:
    """Hand over what has happened to whoever follows it."""
    house.services.platform.events.deliver()


def test_captions_are_judged_when_they_are_written(house: House) -> None:
    film = house.upload(AMINA)
    assert missing(house, film) == ["sign-track", "descriptions", "captions", "transcript"]
    write(house, film)
    assert missing(house, film) == ["sign-track", "descriptions"]
    # It is longer than its captions, and then it is silent for the rest.
    known(house, film, duration=100.0, has_audio=True)
    assert "captions-complete" in missing(house, film)
    known(house, film, duration=100.0, has_audio=True, silent=((7.0, 100.0),))
    assert "captions-complete" not in missing(house, film)
    write(house, film, FAST)
    assert missing(house, film) == ["sign-track", "descriptions", "captions-readable"]
    # A second track that is good makes up for the first.
    write(house, film, language="de")
    assert missing(house, film) == ["sign-track", "descriptions"]
    write(house, film, kind="descriptions")
    assert missing(house, film) == ["sign-track"]
    known(house, film, has_audio=False)
    assert missing(house, film) == []


def test_what_the_gate_says_is_found_again_in_storage_and_follows_its_limits(house: House) -> None:
    film = house.upload(AMINA)
    write(house, film, FAST)
    durable, scores = house.services.platform.databases.durable, house.services.accessibility.scores
    with durable.writing() as connection:
        connection.execute(captions.delete())
    house.services.captions.index.compare()
    # Nobody has looked at it yet, and it is not held against it.
    assert "captions-readable" not in missing(house, film)
    scores.catch_up()
    assert "captions-readable" in missing(house, film)
    assert scores.catch_up() == ""
    # The version before knows nothing of judgements, and writes over one.
    with durable.writing() as connection:
        connection.execute(captions.update().values(etag='"another"'))
    assert "captions-readable" not in missing(house, film)
    house.services.captions.index.compare()
    scores.catch_up()
    assert "captions-readable" in missing(house, film)
    answer = house.ask(ADMIN, "PUT", "/api/settings/caption_speed", json={"value": 40})
    assert answer.status_code == 200
    answer = house.ask(ADMIN, "PUT", "/api/settings/caption_line_length", json={"value": 80})
    assert scores.catch_up().startswith("1 tracks judged")
    settle(house)
    assert "captions-readable" in missing(house, film)  # It is still too fast: 50 letters in a second.
    write(house, film, FAST.replace("00:02.000", "00:03.000"))
    assert "captions-readable" not in missing(house, film)


def test_the_worst_come_first_and_the_order_follows_what_happens(house: House) -> None:
    one, two = house.upload(AMINA, title="one"), house.upload(AMINA, title="two")
    write(house, one)
    settle(house)
    assert order(house) == ["two", "one"]
    assert order(house, sort="-accessibility") == ["one", "two"]
    assert order(house, missing="captions") == ["two"]
    assert order(house, missing="captions", q="one") == []
    assert set(order(house, missing="sign-track")) == {"one", "two"}
    for kind in ("captions", "descriptions"):
        write(house, two, kind=kind)
    settle(house)
    assert order(house) == ["one", "two"]
    # The index is lost, made again, and scored again.
    house.services.library.reconciliation.rebuild(by=SYSTEM)
    with house.services.library.catalogue._database.writing() as connection:
        connection.execute(videos.update().values(lacks=-1, accessibility=0))
    assert house.services.accessibility.scores.catch_up() == "0 tracks judged, 2 videos scored"
    assert order(house) == ["one", "two"]
    text = exposition().decode()
    assert "reelgate_library_videos 2.0" in text
    assert 'reelgate_library_videos_lacking{what="descriptions"} 1.0' in text
    assert 'reelgate_library_videos_lacking{what="captions"} 0.0' in text
    assert house.services.accessibility.scores.look_again() == "2 scored"


@pytest.mark.parametrize(
    ("film", "sign", "counts"),
    [("team", "team", True), ("public", "team", False), ("team", "private", False), ("private", "private", True)],
)
def test_a_sign_track_counts_in_the_order_where_all_may_see_it(
    house: House, film: str, sign: str, *, counts: bool
) -> None:
    shown, signs = (
        house.upload(AMINA, visibility=film, title="film"),
        house.upload(AMINA, visibility=sign, title="signs"),
    )
    body = {"video_id": signs["id"]}
    assert house.ask(AMINA, "PUT", f"{shown['links']['self']}/sign/ase", json=body).status_code == 201
    settle(house)
    lacking = order(house, missing="sign-track")
    assert ("film" not in lacking) is counts
    # In the trash it signs nothing, and comes back.
    house.ask(AMINA, "DELETE", signs["links"]["self"])
    settle(house)
    assert order(house, missing="sign-track") == ["film"]
    house.ask(AMINA, "POST", f"{signs['links']['self']}/restore")
    settle(house)
    assert order(house, missing="sign-track") == lacking
    house.ask(AMINA, "PATCH", signs["links"]["self"], json={"visibility": "public"})
    settle(house)
    assert "film" not in order(house, missing="sign-track")


def test_nobody_finds_in_list_page_or_report_what_is_hidden_from_them(house: House) -> None:
    house.upload(AMINA, title="open")
    secret = house.upload(AMINA, title="mine", visibility="private")
    everybody = person("vera", Role.READONLY)
    for by, titles in ((AMINA, {"open", "mine"}), (BELA, {"open"}), (everybody, {"open"}), (MANAGER, {"open", "mine"})):
        assert {row["title"] for row in rows(house, by)} == titles
        assert set(order(house, by)) == titles
        page = house.ask(by, "GET", "/accessibility").get_data(as_text=True)
        assert ("mine" in titles) == (secret["id"] in page)
    for asked in ("?q=mine", "?tag=&q=mine", "?missing=captions&q=mine"):
        assert rows(house, BELA, asked) == []
        assert secret["id"] not in house.ask(BELA, "GET", f"/accessibility{asked}").get_data(as_text=True)
    assert house.ask(NOBODY, "GET", REPORT).status_code == 401
    sent = house.ask(NOBODY, "GET", "/accessibility", headers={"Accept": "text/html"})
    assert (sent.status_code, sent.location) == (303, "/login?next=%2Faccessibility")


def test_ways_to_what_is_missing_are_shown_to_those_who_may_bring_it(house: House) -> None:
    film = house.upload(AMINA)
    write(house, film, FAST)
    mending = (
        f"{film['links']['page']}?add=descriptions#transcript",
        f"{film['links']['page']}/sign-tracks",
        f"{film['links']['page']}?checked=en-captions&amp;add=captions#transcript",
        f"{film['links']['page']}/captions?lang=en&amp;kind=captions",
    )
    for by, may in ((AMINA, True), (MANAGER, True), (BELA, False), (READER, False)):
        for page in (film["links"]["page"], "/accessibility"):
            text = house.ask(by, "GET", page).get_data(as_text=True)
            assert [each in text for each in mending] == [may] * 4, (by.id, page)
            assert "44 of 100" in text
    text = house.ask(AMINA, "GET", mending[2].replace("&amp;", "&").partition("#")[0]).get_data(as_text=True)
    assert '<details class="bring-words" open>' in text
    assert "could be better" in text
    assert "Added." not in text
    text = house.ask(AMINA, "GET", mending[0].partition("#")[0]).get_data(as_text=True)
    assert '<option\n        value="descriptions" selected>' in text


def test_the_report_says_what_is_wrong_and_holds_no_formula(house: House) -> None:
    hostile = ["=HYPERLINK(0)", "+1+1", "-2", "@SUM(1)", " =1+1", "\u200b=1", "\uff1d1", 'a","=1', "|calc", "plain"]
    for title in hostile:
        film = house.upload(AMINA)
        house.ask(AMINA, "PATCH", film["links"]["self"], json={"title": title})
    write(house, film, FAST)
    known(house, film, duration=100.0, has_audio=True)
    found = rows(house, AMINA)
    assert len(found) == len(hostile)
    for title, row in zip(hostile, found, strict=True):
        assert row["title"].removeprefix("'").strip() in {title.strip(), title.strip().strip("\u200b")}
        assert row["title"].strip()[:1] not in {"=", "+", "-", "@", "|", "\uff1d", "\u200b"}, row
    last = found[-1]
    assert last["title"] == "plain"
    assert last["page"] == f"http://localhost{film['links']['page']}"
    assert last["missing"] == "sign-track descriptions captions-complete captions-readable"
    assert (last["captions_language"], last["captions_origin"], last["captions_warnings"]) == ("en", "uploaded", "2")
    assert (last["captions_seconds_left_out"], last["duration"], last["score"]) == ("98", "100.0", "38")
    assert found[0]["captions_language"] == found[0]["duration"] == ""


@pytest.mark.parametrize("asked", ["?missing=everything", "?cursor=x", "?longer_than=x", f"?q={'x' * 201}"])
def test_what_makes_no_sense_is_refused_before_the_first_line(house: House, asked: str) -> None:
    for page in (REPORT, "/api/videos"):
        answer = house.ask(AMINA, "GET", page + asked)
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert house.ask(AMINA, "GET", f"/accessibility{asked}").status_code == 400


def test_the_list_goes_on_page_by_page_for_the_same_question(house: House) -> None:
    for number in range(5):
        house.upload(AMINA, title=f"film {number}")
    path = "/accessibility?missing=captions&q=film&limit=2"
    seen: list[str] = []
    while path:
        text = house.ask(AMINA, "GET", path).get_data(as_text=True)
        seen += [each for each in (f"film {number}" for number in range(5)) if f">{each}</a>" in text]
        _, _, rest = text.partition('rel="next"\n      href="')
        path = rest.partition('"')[0].replace("&amp;", "&") + "&limit=2" if rest else ""
    assert sorted(seen) == [f"film {number}" for number in range(5)]
    first = house.ask(AMINA, "GET", "/api/videos?sort=accessibility&missing=captions&limit=2").get_json()["next"]
    # A cursor knows the question; with another one it is refused.
    assert len(house.ask(AMINA, "GET", f"/api/videos?cursor={first}&limit=200").get_json()["videos"]) == 3
    assert house.ask(AMINA, "GET", f"/api/videos?cursor={first}&missing=sign-track").status_code == 400
    # The list of the library can be narrowed by it, too.
    text = house.ask(AMINA, "GET", "/?missing=captions").get_data(as_text=True)
    assert "Lacks Captions: show all" in text
    assert "missing=captions" in text.partition('id="sorts"')[2]
