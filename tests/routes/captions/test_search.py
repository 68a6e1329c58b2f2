"""Searching in what is said: the moment is found, by those who may see the film."""

import html
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from routes.http.actors import register_resolver
from services.actors.actor import Actor, ActorKind, Role
from services.assembly import Services
from services.captions.spoken.tables import films
from tests.routes.captions.test_captions_api import put
from tests.videos import mp4

SEA = "WEBVTT\n\n00:01.000 --> 00:03.000\nGood morning.\n\n00:12.500 --> 00:14.000\n<v Amina>Down to the Größe sea.\n"


def group(client: FlaskClient, q: str, kind: str = "transcripts") -> dict[str, Any]:
    answer = client.get("/api/search", query_string={"q": q})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(each for each in answer.get_json()["groups"] if each["kind"] == kind)
    return found


def ids(client: FlaskClient, q: str, kind: str = "transcripts") -> list[str]:
    return [each["id"] for each in group(client, q, kind)["results"]]


def test_the_moment_is_found_whatever_case_and_accents(client: FlaskClient, parts: Services, video: str) -> None:
    put(client, video, content=SEA)
    parts.platform.events.deliver()
    found = group(client, "grosse SEA")
    assert found["total"] == 1
    assert found["results"] == [
        {
            "id": video,
            "title": "film",
            "url": f"/videos/{video}?t=12.5#t=12.5",
            "excerpt": "Down to the Größe sea.",
            "at": 12.5,
            "language": "en",
        }
    ]
    assert ids(client, "amina mountains") == []
    assert ids(client, "") == ids(client, "  !") == []
    assert video in ids(client, "film", "videos")
    assert client.get("/api/search", query_string={"q": "x" * 201}).status_code == 400
    client.delete(f"/api/videos/{video}/captions/en")
    parts.platform.events.deliver()
    assert ids(client, "grosse sea") == []


def test_the_index_follows_changes_and_comes_back_from_storage(
    client: FlaskClient, parts: Services, video: str
) -> None:
    put(client, video, content=SEA.replace("sea", "ocean"))
    parts.platform.events.deliver()
    assert ids(client, "ocean") == [video]
    put(client, video, content=SEA.replace("sea", "mountain"))
    parts.platform.events.deliver()
    assert ids(client, "ocean") == []
    assert ids(client, "mountain") == [video]
    with parts.platform.databases.index.engine().begin() as connection:
        connection.execute(films.delete())
    assert ids(client, "mountain") == []
    [step] = [each for each in parts.captions.steps if each.name == "transcripts"]
    step.run(lambda _: None)
    assert ids(client, "mountain") == [video]
    client.delete(f"/api/videos/{video}")
    assert ids(client, "mountain") == []


def test_nobody_finds_what_they_may_not_see(app: Flask, client: FlaskClient, parts: Services, video: str) -> None:
    put(client, video, content=SEA.replace("sea", "secret"))
    parts.platform.events.deliver()
    client.patch(f"/api/videos/{video}", json={"visibility": "private"})
    assert ids(client, "secret") == [video]
    before = app.extensions.copy()
    other = Actor(kind=ActorKind.PERSON, id="bela", name="bela", role=Role.USER)
    register_resolver(app, lambda: other)
    try:
        assert group(client, "secret") == {"kind": "transcripts", "total": 0, "results": [], "next": None}
        for asked in ({}, {"in": "transcripts"}):
            assert video not in page(client, "secret", **asked)
    finally:
        app.extensions.clear()
        app.extensions.update(before)


def page(client: FlaskClient, q: str, **asked: str) -> str:
    answer = client.get("/", query_string={"q": q, **asked})
    assert answer.status_code == 200, answer.text
    return answer.get_data(as_text=True)


def test_the_list_shows_where_it_is_said_and_leads_there(client: FlaskClient, parts: Services, video: str) -> None:
    put(client, video, content=SEA.replace("sea", "<c>whirlpool</c> & more"))
    parts.platform.events.deliver()
    shown = page(client, "WHIRL gros")
    assert f'href="/videos/{video}?t=12.5#t=12.5"' in shown
    assert '<p dir="auto" lang="en">Down to the <mark>Größe</mark> <mark>whirlpool</mark> &amp; more.</p>' in shown
    assert "No title, tag or description has these words." in shown
    assert "<mark>" in page(client, "whirlpool", **{"in": "transcripts"})
    assert "Nothing found" in page(client, "whirlpool", tag="none")
    assert "Nothing found" in page(client, "<script>")
    assert "Nobody says these words" in page(client, "nowheresaid", **{"in": "transcripts"})
    client.patch(f"/api/videos/{video}", json={"title": "whirlpool"})
    both = page(client, "whirlpool")
    assert "Titles and tags" in both
    assert 'class="card"' in both
    assert "<mark>" in both
    assert client.get("/", query_string={"q": "x" * 201, "in": "transcripts"}).status_code == 400
    assert client.get("/", query_string={"q": "sea", "in": "transcripts", "cursor": "x"}).status_code == 400


def test_moments_come_in_pages_and_each_once(client: FlaskClient, parts: Services) -> None:
    ids = [str(client.put("/api/upload/film.mp4", data=mp4(3000)).get_json()["id"]) for _ in range(35)]
    for each in ids:
        put(client, each, content=SEA.replace("sea", "many"))
    parts.platform.events.deliver()
    beside = page(client, "many")
    assert beside.count('class="moment"') == 30
    assert "All moments" in beside
    assert "said in 30 videos or more" in beside
    first = page(client, "many", **{"in": "transcripts"})
    assert "said in 35 videos<" in first
    following = re.search(r'rel="next"\s+href="([^"]+)"', first)
    assert following is not None
    last = client.get(html.unescape(following[1])).get_data(as_text=True)
    assert 'rel="next"' not in last
    listed = [re.findall(r'class="moment" data-id="([^"]+)"', each) for each in (first, last)]
    assert [len(each) for each in listed] == [30, 5]
    assert {*listed[0], *listed[1]} == set(ids)
