"""Feeds of each kind are read, paged through, and never believed."""

import json

import pytest

from services.database.engine import Database
from services.egress.guard import EgressGuard
from services.sources.adapter import MatchedBy, Sought
from services.sources.adapters.channels import YouTube
from services.sources.adapters.feeds import read_feed, reader_at
from services.sources.asking import ServiceClient
from services.sources.errors import SourceFailedError, SourceRestsError
from services.sources.service import ServiceState
from services.sources.store import AnswerStore, ServiceStore
from tests.outside_services import Answered, OutsideService, said

AT = "https://feeds.example/list.xml"
RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel><title>Signs at Work</title>
<item><title> Hand  signals </title><guid>one</guid><link>/watch/1</link>
  <pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><itunes:duration>8:12</itunes:duration>
  <enclosure url="films/one.mp4" type="video/mp4" length="9"/><media:thumbnail url="one.jpg"/></item>
<item><title>Slewing ring</title><link>https://elsewhere.example/2</link><pubDate>yesterday</pubDate>
  <media:group><media:content url="https://cdn.example/2.webm" type="video/webm" duration="870"/></media:group></item>
<item><title>A podcast</title><guid>three</guid><enclosure url="a.mp3" type="audio/mpeg"/></item>
<item><link>javascript:alert(1)</link><title>No address</title></item>
<item><link>/4</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015"
  xmlns:media="http://search.yahoo.com/mrss/"><title>Größe</title>
<entry><id>yt:video:dQw4</id><yt:videoId>dQw4</yt:videoId><title>Kräne</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=dQw4"/><published>2025-03-01T00:00:00+00:00</published>
  <media:group><media:title>Kräne</media:title><media:thumbnail url="https://i.example/hq.jpg"/>
    <media:content url="https://www.youtube.com/v/dQw4?version=3" type="application/x-shockwave-flash"/></media:group>
</entry>
<entry><id>tag:x</id><title>Film</title><link rel="enclosure" type="video/mp4" href="film.mp4"/></entry>
</feed>""".encode()


@pytest.fixture
def durable(quick_durable: Database) -> Database:
    return quick_durable


def test_rss_is_read() -> None:
    page = reader_at(AT)(RSS)
    assert page.title == "Signs at Work"
    assert [each.title for each in page.entries] == ["Hand signals", "Slewing ring"]
    first, second = page.entries
    assert (first.id, first.url, first.picture) == (
        "one", "https://feeds.example/films/one.mp4", "https://feeds.example/one.jpg"
    )  # fmt: skip
    assert (first.seconds, first.year) == (492.0, 2026)
    assert (second.id, second.url) == ("https://elsewhere.example/2", "https://cdn.example/2.webm")
    assert (second.seconds, second.year) == (870.0, None)


def test_a_date_that_no_clock_reaches_is_none() -> None:
    [first, _] = reader_at(AT)(RSS.replace(b"GMT", b"+99999999999999999999")).entries
    assert (first.title, first.year) == ("Hand signals", None)


def test_atom_is_read() -> None:
    page = reader_at(AT)(ATOM)
    first, second = page.entries
    assert (page.title, first.title, first.id, first.year) == ("Größe", "Kräne", "dQw4", 2025)
    assert (first.url, first.picture) == ("https://www.youtube.com/watch?v=dQw4", "https://i.example/hq.jpg")
    assert second.url == "https://feeds.example/film.mp4"


def test_utf_16_is_read() -> None:
    text = RSS.decode().replace("utf-8", "utf-16")
    assert len(reader_at(AT)(text.encode("utf-16")).entries) == 2


def test_json_feeds_are_read_and_paged_through(client: ServiceClient, outside: OutsideService) -> None:
    def item(number: int) -> dict[str, object]:
        film = {"url": f"/{number}.mp4", "mime_type": "video/mp4", "duration_in_seconds": 9}
        return {"id": f"item-{number}", "title": f"Film {number}", "url": f"/{number}", "attachments": [film],
                "date_published": "2026-01-02T03:04:05Z", "image": "p.jpg"}  # fmt: skip

    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Films"}
    outside.answer = lambda asked: said(
        {**feed, "items": [item(1), {"id": 7}, item(2)], "next_url": "/feed.json?page=2"}
        if not asked.query
        else {**feed, "items": [item(2), item(3)], "next_url": "/feed.json?page=2"}
    )
    page = read_feed(f"{outside.url}/feed.json", client)
    assert [each.id for each in page.entries] == ["item-1", "item-2", "item-3"]
    assert page.entries[0].url == f"{outside.url}/1.mp4"
    assert len(outside.asked) == 2


BOMB = (
    b"""<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>"""
)
HOSTILE = {
    "empty": b"",
    "a page": b"<!doctype html><html><body>Not found</body></html>",
    "entities": BOMB,
    "an outer entity": b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel/></rss>',
    "cut": RSS[:300],
    "deep": b"<a>" * 100_000,
    "full": b"<rss><channel>" + b"<a/>" * 200_000 + b"</channel></rss>",
    "full of attributes": b"<rss><channel>" + b"<a b='' c='' d=''/>" * 60_000 + b"</channel></rss>",
    "another language": b"<opml version='2.0'><body/></opml>",
    "json of another kind": b'{"items": []}',
    "no encoding": b'<?xml version="1.0" encoding="nonsense"?><rss/>',
    "a byte": b"\x00",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_feed_is_a_failure(client: ServiceClient, outside: OutsideService, name: str) -> None:
    outside.answer = lambda _: Answered(body=HOSTILE[name])
    with pytest.raises(SourceFailedError):
        read_feed(outside.url, client)


def test_a_host_that_is_away_does_not_keep_other_feeds_from_being_asked(
    durable: Database, states: ServiceStore, outside: OutsideService
) -> None:
    names = ["one.example", "other.example"]
    port = outside.host.rpartition(":")[2]
    guard = EgressGuard([f"{name}:{port}" for name in names], resolve=lambda *_: ["127.0.0.1"])
    client = ServiceClient(guard, states, AnswerStore(durable), wait=lambda _: None)
    outside.first = [Answered(status=500)] * 5
    for error in (SourceFailedError, SourceRestsError):
        with pytest.raises(error):
            read_feed(f"http://one.example:{port}/feed", client)
    outside.first = []
    outside.answer = lambda _: Answered(body=RSS)
    assert len(read_feed(f"http://other.example:{port}/feed", client).entries) == 2
    assert {name: each.state for name, each in states.all().items()} == {
        "feed:one.example": ServiceState.AWAY, "feed:other.example": ServiceState.OK
    }  # fmt: skip


def test_numbers_are_read_as_people_write_them() -> None:
    def length(text: str) -> float | None:
        body = {
            "version": "https://jsonfeed.org/version/1", "items": [
                {"id": 1, "title": "x", "url": "/x",
                 "attachments": [{"url": "/a", "mime_type": "video/mp4", "duration_in_seconds": text}]}]
        }  # fmt: skip
        return reader_at(AT)(json.dumps(body).encode()).entries[0].seconds

    assert length("90") == 90.0


def test_youtube_is_read_by_the_feed_of_an_artists_channel(client: ServiceClient, outside: OutsideService) -> None:
    channel = "UC" + "a" * 22
    link = f'<link rel="alternate" type="application/rss+xml" href="/feeds/videos.xml?channel_id={channel}">'
    outside.answer = lambda asked: Answered(body=link.encode() if asked.path.startswith("/@") else ATOM)
    for known_as in (channel, "@hollow tide"):
        found = YouTube(outside.url).search(Sought(name="Hollow Tide", ids={"youtube": known_as}), client)
        assert [each.id for each in found] == ["dQw4", "tag:x"]
        assert {each.match for each in found} == {MatchedBy.ID}
    # The feed is kept from the first look.
    assert [each.path for each in outside.asked] == ["/feeds/videos.xml", "/@hollow%20tide"]
    assert YouTube(outside.url).search(Sought(name="Hollow Tide"), client) == []
