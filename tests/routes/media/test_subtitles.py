"""Subtitles that films bring along, over HTTP: what is told of them, and what players get."""

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from routes.http.actors import register_resolver
from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.assembly import Services
from services.videos.made import NOTHING_MADE
from tests.media_films import make_film, with_picture_subtitles, with_subtitles
from tests.routes.media.films import stored, work

pytestmark = pytest.mark.thorough

ENGLISH, GERMAN = ("eng", "For the hard of hearing", "Hello"), ("deu", "", "Hallo")


def told(client: FlaskClient, video: str) -> Any:
    answer = client.get(f"/api/videos/{video}")
    assert answer.json is not None
    return answer.json["subtitles"]


def made(client: FlaskClient, parts: Services, path: Path, *kinds: str) -> str:
    video = stored(client, path)
    for kind in kinds:
        work(parts, video, kind)
    return video


def test_language_and_title_are_kept_and_the_words_are_webvtt(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    video = made(client, parts, with_subtitles(film, tmp_path / "f.mkv", ENGLISH, GERMAN), "probe")
    assert [(each["language"], each["title"], each["url"]) for each in told(client, video)] == [
        ("eng", "For the hard of hearing", None),
        ("deu", "", None),
    ]
    work(parts, video, "subtitles")
    english, german = told(client, video)
    answer = client.get(english["url"])
    assert answer.content_type.startswith("text/vtt")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Hello" in answer.get_data(as_text=True)
    assert "Hallo" in client.get(german["url"]).get_data(as_text=True)


def test_renditions_name_them_whichever_is_made_first(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    video = made(client, parts, with_subtitles(film, tmp_path / "f.mkv", ENGLISH, GERMAN), "probe", "hls")
    master = f"/api/videos/{video}/hls/master.m3u8"
    before = client.get(master)
    assert "SUBTITLES" not in before.get_data(as_text=True)
    work(parts, video, "subtitles")
    after = client.get(master, headers={"If-None-Match": before.headers["ETag"]})
    [english, german] = [
        line for line in after.get_data(as_text=True).splitlines() if line.startswith("#EXT-X-MEDIA:TYPE=SUBTITLES")
    ]
    assert 'NAME="For the hard of hearing",LANGUAGE="eng"' in english
    assert 'LANGUAGE="deu"' in german
    playlist = urljoin(master, german.partition('URI="')[2].rstrip('"'))
    text = client.get(playlist).get_data(as_text=True)
    [address] = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert "Hallo" in client.get(urljoin(playlist, address)).get_data(as_text=True)


def test_pictures_of_words_are_named_and_no_more(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    path = with_picture_subtitles(film, tmp_path / "f.mkv", language="fre")
    video = made(client, parts, path, "probe", "subtitles", "hls")
    [track] = told(client, video)
    assert track == {"language": "fre", "title": "", "pictures": True, "url": None}
    assert "SUBTITLES" not in client.get(f"/api/videos/{video}/hls/master.m3u8").get_data(as_text=True)
    page = client.get(f"/videos/{video}", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "pictures, which browsers do not show" in page
    assert "<track" not in page


def test_a_film_without_any_has_none_and_nothing_lacks(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = made(client, parts, make_film(tmp_path / "h264.mp4", seconds=1), "probe", "subtitles")
    assert told(client, video) == []
    answer = client.get(f"/api/videos/{video}")
    assert answer.json is not None
    assert answer.json["processing"]["subtitles"]["error"] is None
    page = client.get(f"/videos/{video}", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "<dt>Subtitles</dt>" not in page


def test_they_come_back_from_storage_after_the_index_was_lost(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    video = made(client, parts, with_subtitles(film, tmp_path / "f.mkv", ENGLISH), "probe", "subtitles")
    before = told(client, video)
    assert before[0]["url"] is not None
    parts.library.videos.note_made(video, lambda _: NOTHING_MADE, by=SYSTEM)
    assert told(client, video) == []
    parts.media.processing.queue_missing(by=SYSTEM)
    assert told(client, video) == before


def test_words_of_a_video_are_for_those_who_may_see_it(
    app: Flask, client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    people = {name: Actor(kind=ActorKind.PERSON, id=name, name=name, role=Role.USER) for name in ("amina", "bela")}
    who = ["amina"]
    register_resolver(app, lambda: people[who[0]])
    video = made(client, parts, with_subtitles(film, tmp_path / "f.mkv", ENGLISH), "probe", "subtitles", "hls")
    assert client.patch(f"/api/videos/{video}", json={"visibility": "private"}).status_code == 200
    [track] = told(client, video)
    addresses = [track["url"], f"/api/videos/{video}/hls/text-2.m3u8"]
    assert [client.get(each).status_code for each in addresses] == [200, 200]
    who[0] = "bela"
    assert [client.get(each).status_code for each in addresses] == [404, 404]


def test_what_a_film_calls_its_words_is_text_on_the_page(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    hostile = ("eng", "\"><script>alert('x')</script>", "Hello")
    video = made(client, parts, with_subtitles(film, tmp_path / "f.mkv", hostile), "probe", "subtitles")
    page = client.get(f"/videos/{video}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert page.count("<track ") == 1
