"""Feeds: RSS 2.0, Atom and JSON Feed, with the words of Media RSS and iTunes for films, lengths and pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import msgspec

from services.egress.guard import Question
from services.sources.adapter import FilmAtService, MatchedBy, each_of, web_address, year_of
from services.sources.adapters.xml_tree import Element, parsed
from services.sources.asking import ServiceClient
from services.sources.service import Service

FEED = "feed:"
"""What the names of feeds' hosts begin with, among services."""
_MOST_PAGES = 5
_MOST_ENTRIES = 1000
_ATOM, _MEDIA = "http://www.w3.org/2005/Atom ", "http://search.yahoo.com/mrss/ "
_ITUNES, _YOUTUBE = "http://www.itunes.com/dtds/podcast-1.0.dtd ", "http://www.youtube.com/xml/schemas/2015 "
_TYPES = "application/feed+json, application/atom+xml, application/rss+xml, application/json, application/xml;q=0.9"


class _Attachment(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    mime_type: str = ""
    duration_in_seconds: float | None = None


class _FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    id: int | str = ""
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_text: str | None = None
    image: str | None = None
    date_published: str | None = None
    attachments: list[msgspec.Raw] = []


class _JsonFeed(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    title: str = ""
    items: list[msgspec.Raw]
    next_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """A part of a feed, the newest entries first as a rule."""

    title: str
    entries: Sequence[FilmAtService]
    following: str
    """Where it goes on; empty where that is all."""


def feed_service(url: str) -> Service:
    """The service that a feed's host is: one that is away does not keep others from being asked."""
    host = (urlsplit(url).hostname or "")[:200]
    return Service(name=f"{FEED}{host}", title=host, per_minute=60, at_once=10)


def read_feed(url: str, client: ServiceClient) -> FeedPage:
    """All that a feed has, in its order; raises what `ServiceClient.ask` raises."""
    service = feed_service(url)
    question = Question(url=url, headers={"Accept": _TYPES})
    first = page = client.ask(service, question, reader_at(url), fresh=True)
    entries = list(first.entries)
    asked = {url}
    while page.following and page.following not in asked and len(asked) < _MOST_PAGES:
        asked.add(page.following)
        question = Question(url=page.following, headers={"Accept": _TYPES})
        page = client.ask(service, question, reader_at(page.following), fresh=True)
        entries += page.entries
    once = {each.id: each for each in reversed(entries)}
    known = [each for each in entries if once.pop(each.id, None) is not None]
    return FeedPage(title=first.title, entries=known[:_MOST_ENTRIES], following="")


def reader_at(url: str) -> Callable[[bytes], FeedPage]:
    """Reads a feed that lies at this address, whatever its kind; raises `ValueError` where it is none."""

    def read(body: bytes) -> FeedPage:
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            return _json(body, url)
        tree = parsed(body)
        if tree.name == f"{_ATOM}feed":
            return _atom(tree, url)
        channel = tree.first("channel")
        if tree.name == "rss" and channel is not None:
            return _rss(channel, url)
        raise ValueError("It is no feed.")

    return read


def _json(body: bytes, base: str) -> FeedPage:
    try:
        feed = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=_JsonFeed, strict=False)
    except msgspec.MsgspecError as error:
        raise ValueError("It is no feed.") from error
    if "jsonfeed.org/version/1" not in feed.version:
        raise ValueError("It is no feed.")
    found = (_of_item(each, base) for each in each_of(feed.items, _FeedItem))
    return FeedPage(
        title=feed.title,
        entries=[each for each in found if each is not None],
        following=_joined(base, feed.next_url),
    )


def _of_item(item: _FeedItem, base: str) -> FilmAtService | None:
    attached = [each for each in each_of(item.attachments, _Attachment) if each.mime_type.startswith("video/")]
    film = attached[0] if attached else None
    page = _joined(base, item.url) or _joined(base, item.external_url)
    return _entry(
        id_=str(item.id) or page,
        title=item.title or item.content_text or "",
        url=(_joined(base, film.url) if film else "") or page,
        date=item.date_published,
        seconds=film.duration_in_seconds if film else None,
        picture=_joined(base, item.image),
    )


def _atom(feed: Element, base: str) -> FeedPage:
    following = (each.get("href") for each in feed.all(f"{_ATOM}link") if each.get("rel") == "next")
    found = [_of_atom(each, base) for each in feed.all(f"{_ATOM}entry")]
    return FeedPage(
        title=feed.text_of(f"{_ATOM}title"),
        entries=[each for each in found if each is not None],
        following=_joined(base, next(following, None)),
    )


def _of_atom(entry: Element, base: str) -> FilmAtService | None:
    links = list(entry.all(f"{_ATOM}link"))
    films = [each for each in links if each.get("rel") == "enclosure" and each.get("type").startswith("video/")]
    pages = [each for each in links if each.get("rel") in {"", "alternate"}]
    address = next((_joined(base, each.get("href")) for each in (*films, *pages)), "")
    media = _Media(entry, base)
    return _entry(
        id_=entry.text_of(f"{_YOUTUBE}videoId") or entry.text_of(f"{_ATOM}id") or address,
        title=entry.text_of(f"{_ATOM}title") or media.title,
        url=address if films else media.film or address,
        date=entry.text_of(f"{_ATOM}published") or entry.text_of(f"{_ATOM}updated"),
        seconds=media.seconds,
        picture=media.picture,
    )


def _rss(channel: Element, base: str) -> FeedPage:
    following = (each.get("href") for each in channel.all(f"{_ATOM}link") if each.get("rel") == "next")
    found = [_of_rss(each, base) for each in channel.all("item")]
    return FeedPage(
        title=channel.text_of("title"),
        entries=[each for each in found if each is not None],
        following=_joined(base, next(following, None)),
    )


def _of_rss(item: Element, base: str) -> FilmAtService | None:
    enclosed = [each for each in item.all("enclosure") if each.get("type").startswith("video/")]
    film = _joined(base, enclosed[0].get("url")) if enclosed else ""
    page = _joined(base, item.text_of("link"))
    media = _Media(item, base)
    return _entry(
        id_=item.text_of("guid") or film or page,
        title=item.text_of("title") or media.title or item.text_of("description"),
        url=film or media.film or page,
        date=item.text_of("pubDate"),
        seconds=media.seconds or _length(item.text_of(f"{_ITUNES}duration")),
        picture=media.picture,
    )


class _Media:
    """What Media RSS and iTunes say of an entry."""

    def __init__(self, entry: Element, base: str) -> None:
        groups = [entry, *entry.all(f"{_MEDIA}group")]
        contents = [each for group in groups for each in group.all(f"{_MEDIA}content")]
        films = [each for each in contents if each.get("type").startswith("video/") or each.get("medium") == "video"]
        pictures = [each for group in (*groups, *contents) for each in group.all(f"{_MEDIA}thumbnail")]
        # YouTube calls its player a film of Flash.
        playable = (each for each in films if each.get("type") != "application/x-shockwave-flash")
        self.film = next((_joined(base, each.get("url")) for each in playable), "")
        lengths = (_length(each.get("duration")) for each in films)
        self.seconds = next((each for each in lengths if each), None)
        shown = [each.get("url") for each in pictures] + [each.get("href") for each in entry.all(f"{_ITUNES}image")]
        self.picture = next((_joined(base, each) for each in shown if each), "")
        self.title = next((text for group in groups if (text := group.text_of(f"{_MEDIA}title"))), "")


def _entry(
    *, id_: str, title: str, url: str, date: str | None, seconds: float | None, picture: str
) -> FilmAtService | None:
    title = " ".join(title.split())[:300]
    if not id_ or not title or not url:
        return None
    return FilmAtService(
        id=id_[:200], title=title, url=url, year=_year(date), seconds=seconds, picture=picture, match=MatchedBy.NAME
    )


def _joined(base: str, url: str | None) -> str:
    try:
        return web_address(urljoin(base, url.strip())) if url and url.strip() else ""
    except ValueError:
        return ""


def _year(date: str | None) -> int | None:
    if not date:
        return None
    if (year := year_of(date)) is not None:
        return year
    try:
        return parsedate_to_datetime(date).year
    except (ValueError, TypeError, OverflowError):
        return None


def _length(text: str) -> float | None:
    """Seconds, as `90`, `1:30` or `0:01:30`."""
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3:
        return None
    try:
        numbers = [float(each) for each in parts]
    except ValueError:
        return None
    total = sum(number * 60**place for place, number in enumerate(reversed(numbers)))
    return total if 0 < total < 1_000_000 else None
