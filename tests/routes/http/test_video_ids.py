"""Ids of videos may hold slashes, and yet no address of one kind is taken for one of another."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Map, Rule

from routes.http.video_ids import VideoIdConverter, reserved_endings

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
IDS = ["film.mp4", "2026/summer/film.mp4", "content/film.mp4", "content/content.mp4"]


def below_a_video(app: Flask) -> dict[str, set[str]]:
    """What follows an id in the addresses of the app, and the methods that each of them understands."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if match := re.fullmatch(r"/api/videos/<[^>]+>/(.+)", rule.rule):
            found.setdefault(match[1], set()).update(rule.methods or ())
    return found


@pytest.mark.parametrize("video_id", IDS)
def test_a_wrong_method_below_a_video_is_405_and_the_right_ones_are_named(
    app: Flask, client: FlaskClient, video_id: str
) -> None:
    tails = below_a_video(app)
    assert {"content", "access-url", "restore"} <= tails.keys()
    for tail, methods in tails.items():
        for method in METHODS - methods:
            answer = client.open(f"/api/videos/{video_id}/{tail}", method=method, json={"title": "A film"})
            assert (answer.status_code, set(answer.allow)) == (405, methods), (method, tail)
        answer = client.options(f"/api/videos/{video_id}/{tail}")
        assert (answer.status_code, set(answer.allow)) == (200, methods), tail


@pytest.mark.parametrize("video_id", IDS)
def test_a_wrong_method_of_a_video_is_405_too(client: FlaskClient, video_id: str) -> None:
    answer = client.put(f"/api/videos/{video_id}", data=b"x")
    assert (answer.status_code, set(answer.allow)) == (405, {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"})


def test_a_wrong_method_beside_videos_is_405_and_the_right_ones_are_named(client: FlaskClient) -> None:
    right = {"POST", "OPTIONS"}
    for method in METHODS - right:
        answer = client.open("/api/videos/generate-upload-url", method=method, json={"title": "A film"})
        assert (answer.status_code, set(answer.allow)) == (405, right), method


def test_what_is_no_id_is_read_from_the_route_table(app: Flask) -> None:
    endings = reserved_endings(app.url_map)
    for name in (
        "generate-upload-url",
        "content",
        "2026/content",
        "2026/access-url",
        "restore",
        "a/complete",
        "a/upload-url",
    ):
        assert endings.end(name), name
    for name in ("content.mp4", "content/film.mp4", "2026/discontent", "complete/x", ""):
        assert not endings.end(name), name


def test_an_ending_may_have_several_parts_and_variable_ones() -> None:
    rules = Map(
        [Rule("/api/videos/<path:video_id>/captions/<lang>"), Rule("/api/videos/<path:video_id>/hls/master.m3u8")],
        converters={"video_id": VideoIdConverter},
    )
    rules.add(Rule("/api/videos/<video_id:video_id>", endpoint="video"))
    endings = reserved_endings(rules)
    adapter = rules.bind("localhost")
    for name in ("film.mp4/captions/de", "2026/captions/film.mp4", "film.mp4/hls/master.m3u8"):
        assert endings.end(name)
        assert adapter.match(f"/api/videos/{name}")[0] is None
    for name in ("captions/de/film.mp4", "captions", "film.mp4/captions", "film.mp4/hls/other.m3u8"):
        assert not endings.end(name)
        assert adapter.match(f"/api/videos/{name}") == ("video", {"video_id": name})
