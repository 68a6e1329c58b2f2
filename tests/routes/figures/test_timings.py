"""What browsers measure is counted, whatever else is sent; and the page of figures, for those who may see it."""

import re
from typing import Any

import pytest

from services.actors.actor import NOBODY
from services.feedback.rating import RatedMatter
from services.figures.timings import LONGEST
from services.metrics import exposition
from tests.routes.test_people import ADMIN, AMINA, BELA, MANAGER, READER, House, house

__all__ = ["house"]


def counts(name: str) -> dict[str, float]:
    """How many were observed, by the value of the figure's one label."""
    found = re.findall(rf'^{name}_count{{\w+="([^"]*)"}} (\S+)$', exposition().decode(), re.MULTILINE)
    return {label: float(value) for label, value in found}


def send(house: House, by: Any = AMINA, **said: Any) -> int:
    return house.ask(by, "POST", "/api/timings", json=said).status_code


def test_what_browsers_measure_is_counted(house: House) -> None:
    pages, starts = counts("reelgate_page_load_seconds"), counts("reelgate_video_start_seconds")
    assert send(house, what="page", seconds=0.4, density=5) == 204
    assert send(house, READER, what="page", seconds=LONGEST, density=5) == 204
    assert send(house, what="start", seconds=0, type="video/mp4") == 204
    assert send(house, what="start", seconds=1, type="hls") == 204
    for number in range(3):
        assert send(house, what="start", seconds=1, type=f'a"}} {number}') == 204
    after = counts("reelgate_page_load_seconds")
    assert after["5"] - pages.get("5", 0) == 2
    after = counts("reelgate_video_start_seconds")
    grown = {label: after[label] - starts.get(label, 0) for label in after if after[label] != starts.get(label, 0)}
    assert grown == {"mp4": 1, "hls": 1, "other": 3}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"what": "page"}',
        b'{"what": "page", "seconds": -0.1}',
        b'{"what": "page", "seconds": 600.1}',
        b'{"what": "page", "seconds": 1e999}',
        b'{"what": "page", "seconds": NaN}',
        b'{"what": "page", "seconds": Infinity}',
        b'{"what": "page", "seconds": "1"}',
        b'{"what": "page", "seconds": true}',
        b'{"what": "page", "seconds": null}',
        b'{"what": "page", "seconds": 1, "density": 0}',
        b'{"what": "page", "seconds": 1, "density": 6}',
        b'{"what": "page", "seconds": 1, "density": 2.5}',
        b'{"what": "reelgate", "seconds": 1}',
        b'{"what": "page", "seconds": 1, "person": "amina"}',
        b'{"what": "start", "seconds": 1, "type": "%s"}' % (b"x" * 101),
    ],
)
def test_hostile_numbers_are_refused_and_nothing_is_counted(house: House, body: bytes) -> None:
    before = counts("reelgate_page_load_seconds"), counts("reelgate_video_start_seconds")
    answer = house.ask(AMINA, "POST", "/api/timings", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-timing")
    assert (counts("reelgate_page_load_seconds"), counts("reelgate_video_start_seconds")) == before


def test_a_report_is_small_and_json_and_from_somebody(house: House) -> None:
    assert send(house, NOBODY, what="page", seconds=1) == 401
    long = house.ask(AMINA, "POST", "/api/timings", data=b" " * 1025, headers={"Content-Type": "application/json"})
    assert long.status_code == 413
    plain = house.ask(AMINA, "POST", "/api/timings", data=b'{"what": "page", "seconds": 1}')
    assert plain.status_code == 415
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    told = house.ask(AMINA, "POST", "/api/timings", json={"what": "page", "seconds": 1}, headers=foreign)
    assert told.status_code == 403


def test_who_reports_too_often_is_told_so(house: House) -> None:
    assert house.ask(ADMIN, "PUT", "/api/settings/rate_timing", json={"value": 2}).status_code == 200
    assert [send(house, BELA, what="page", seconds=1) for _ in range(3)] == [204, 204, 429]
    assert send(house, AMINA, what="page", seconds=1) == 204


def test_the_page_shows_managers_what_is_known(house: House) -> None:
    film = house.upload(AMINA)
    for by, rating in ((AMINA, 2), (BELA, 5), (READER, 5)):
        body = {"video_id": film["id"], "about": "captions", "rating": rating}
        assert house.ask(by, "POST", "/api/feedback", json=body).status_code == 201
    assert house.services.feedback.feedback.counted(by=MANAGER) == {RatedMatter.CAPTIONS: {2: 1, 5: 2}}
    send(house, what="start", seconds=0.3, type="video/webm")
    house.services.accessibility.scores.catch_up()
    shown = house.ask(MANAGER, "GET", "/figures")
    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "Of 1 film, this many have:" in text
    # Captions that are not there are not checked either.
    assert re.search(r'a person has checked</th><td\s+class="number">0</td>', text)
    assert re.search(r'5, very good</th><td\s+class="number">2</td>', text)
    assert "67\u00a0%" in text or "67 %" in text
    assert re.search(r'WebM</th><td\s+class="number">\d+</td>', text)
    assert "Signs: Nothing yet." in text
    for by in (AMINA, BELA, READER):
        assert house.ask(by, "GET", "/figures").status_code == 403
        assert "/figures" not in house.ask(by, "GET", "/").get_data(as_text=True)
    assert "/figures" in house.ask(ADMIN, "GET", "/").get_data(as_text=True)
    assert house.ask(NOBODY, "GET", "/figures", headers={"Accept": "text/html"}).status_code == 303
