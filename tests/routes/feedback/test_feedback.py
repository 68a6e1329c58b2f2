"""People say how good captions, signs and playing are: once a person and matter, of what they may see."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from routes.http.wiring import SERVICES
from services.actors.actor import ANYONE, NOBODY, SYSTEM
from services.actors.errors import NotSignedInError
from services.events.envelope import said_by
from services.events.videos import VideoPurged
from services.feedback.rating import RatedMatter
from services.feedback.tables import feedback
from services.library.errors import VideoNotFoundError
from tests.videos import mp4


@pytest.fixture
def video(client: FlaskClient) -> str:
    return str(client.put("/api/upload/film.mp4", data=mp4(3000)).get_json()["id"])


def kept(app: Flask) -> list[tuple[str, str, int, str]]:
    """The rows: by whom, about what, how good, in which words."""
    with app.extensions[SERVICES].platform.databases.durable.reading() as connection:
        rows = connection.execute(select(feedback).order_by(feedback.c.about))
        return [(row.person, row.about, row.rating, row.words) for row in rows]


def test_a_later_rating_takes_the_place_of_an_earlier_one(app: Flask, client: FlaskClient, video: str) -> None:
    for about, rating in (("captions", 2), ("captions", 5), ("sign", 1)):
        answer = client.post("/api/feedback", json={"video_id": video, "about": about, "rating": rating, "text": " a "})
        assert answer.status_code == 201
        assert answer.get_json() == {"video_id": video, "about": about, "rating": rating, "text": "a"}
    assert kept(app) == [(ANYONE.id, "captions", 5, "a"), (ANYONE.id, "sign", 1, "a")]
    entries = client.get("/api/audit?action=feedback.given").get_json()["entries"]
    assert [each["details"]["rating"] for each in entries] == [1, 5, 2]
    assert all("text" not in each["details"] for each in entries)
    assert 'reelgate_feedback_total{about="sign",rating="1"}' in client.get("/metrics").get_data(as_text=True)


def test_what_makes_no_sense_is_refused_by_its_field(client: FlaskClient, video: str) -> None:
    right = {"video_id": video, "about": "captions", "rating": 3}
    for field, value in (("rating", 0), ("rating", 6), ("rating", True), ("about", "food"), ("text", "x" * 2001)):
        answer = client.post("/api/feedback", json=right | {field: value})
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (400, field)
    assert client.post("/api/feedback", json=right | {"video_id": "none.mp4"}).status_code == 404
    assert client.post("/api/feedback", json=right | {"person": "somebody else"}).status_code == 400


def test_only_those_who_may_see_it_say_something_and_it_goes_with_its_film(app: Flask, video: str) -> None:
    services = app.extensions[SERVICES]
    with pytest.raises((NotSignedInError, VideoNotFoundError)):
        services.feedback.feedback.give(video, RatedMatter.SIGN, rating=5, text="", by=NOBODY)
    services.feedback.feedback.give(video, RatedMatter.SIGN, rating=5, text="", by=ANYONE)
    assert len(kept(app)) == 1
    film = services.library.videos.get(video, by=SYSTEM)
    services.feedback.feedback.purged(said_by(SYSTEM, VideoPurged(video=film)))
    assert kept(app) == []


def test_pages_are_counted_by_density_and_reading_level(client: FlaskClient) -> None:
    client.post("/preferences", data={"visual_density": "4", "reading_level": "1"})
    client.get("/")
    said = client.get("/metrics").get_data(as_text=True)
    assert 'reelgate_pages_shown_total{density="4",reading_level="1"}' in said
