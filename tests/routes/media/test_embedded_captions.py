"""Subtitles inside a film's file are captions of the video, until somebody brings others in their place."""

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.captions.spoken.tables import films
from services.library.catalogue.models import videos
from tests.media_films import with_subtitles
from tests.routes.media.films import stored, work

TYPED = {"Content-Type": "text/vtt"}
OWN = "WEBVTT\n\n00:01.000 --> 00:03.000\nServus\n"


def told(client: FlaskClient, video: str) -> list[tuple[str, str, str]]:
    answer: Any = client.get(f"/api/videos/{video}").get_json()
    return [(each["language"], each["kind"], each["origin"]) for each in answer["captions"]]


def test_they_are_listed_read_and_said_and_a_persons_track_goes_before_them(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    path = with_subtitles(film, tmp_path / "f.mkv", ("eng", "For all", "Hello"), ("deu", "", "Hallo"))
    video = stored(client, path)
    work(parts, video, "probe")
    assert told(client, video) == []
    work(parts, video, "subtitles")
    assert told(client, video) == [("en", "subtitles", "embedded"), ("de", "subtitles", "embedded")]
    english, german = client.get(f"/api/videos/{video}/captions").get_json()["captions"]
    assert english["label"] == "For all"
    answer = client.get(german["url"])
    assert "Hallo" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Hallo" in client.get(f"/api/videos/{video}/captions/de.srt").text
    assert client.get(f"/api/videos/{video}/transcript?lang=en").get_json()["cues"][0]["text"] == "Hello"
    assert client.delete(f"/api/videos/{video}/captions/de?kind=subtitles").status_code == 404

    address = f"/api/videos/{video}/captions/de?kind=subtitles"
    assert client.put(address, data=OWN, headers=TYPED).status_code == 201
    assert told(client, video) == [("de", "subtitles", "uploaded"), ("en", "subtitles", "embedded")]
    assert "Servus" in client.get(f"/api/videos/{video}/captions/de").text
    page = client.get(f"/videos/{video}").get_data(as_text=True)
    assert page.count("<track ") == 2
    assert client.delete(address).status_code == 204
    assert ("de", "subtitles", "embedded") in told(client, video)
    assert "Hallo" in client.get(f"/api/videos/{video}/captions/de").text


def found(client: FlaskClient, words: str) -> list[tuple[str, float, str]]:
    answer: Any = client.get("/api/search", query_string={"q": words, "kind": "transcripts"}).get_json()
    return [(each["id"], each["at"], each["language"]) for each in answer["groups"][0]["results"]]


def test_they_are_found_by_what_is_said_with_the_moment_and_again_when_the_index_was_lost(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    path = with_subtitles(film, tmp_path / "f.mkv", ("eng", "", "Lighthouse"), ("deu", "", "Leuchtturm"))
    video = stored(client, path)
    work(parts, video, "probe")
    work(parts, video, "subtitles")
    parts.platform.events.deliver()
    moment = client.get(f"/api/videos/{video}/transcript?lang=en").get_json()["cues"][0]["start"]
    assert found(client, "lighthouse") == [(video, moment, "en")]
    assert found(client, "leuchtturm") == [(video, moment, "de")]

    steps = {step.name: step for step in (*parts.media.steps, *parts.captions.steps)}
    with parts.platform.databases.index.engine().begin() as connection:
        connection.execute(films.delete())
        connection.execute(videos.delete())
    parts.library.reconciliation.rebuild(by=SYSTEM)
    assert found(client, "lighthouse") == []
    for name in ("media", "captions", "transcripts"):
        steps[name].run(lambda _: None)
    assert found(client, "lighthouse") == [(video, moment, "en")]
    assert steps["transcripts"].run(lambda _: None) == "0 looked up"

    # A person's track goes before the one inside the file, which is found again when that is gone.
    address = f"/api/videos/{video}/captions/de?kind=subtitles"
    assert client.put(address, data=OWN, headers=TYPED).status_code == 201
    parts.platform.events.deliver()
    assert (found(client, "leuchtturm"), found(client, "servus")) == ([], [(video, 1.0, "de")])
    assert client.delete(address).status_code == 204
    parts.platform.events.deliver()
    assert found(client, "leuchtturm") == [(video, moment, "de")]
    client.delete(f"/api/videos/{video}")
    assert found(client, "lighthouse") == []
