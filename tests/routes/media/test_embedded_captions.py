"""Subtitles inside a film's file are captions of the video, until somebody brings others in their place."""

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from services.assembly import Services
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
