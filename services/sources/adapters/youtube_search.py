"""YouTube, searched without a key: yt-dlp reads the list of what is found, or of an artist's channel."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec

from services.sources.adapter import FilmAtService, MatchedBy, Sought, address_of, decoded, each_of, web_address
from services.sources.asking import ServiceClient
from services.sources.errors import SourceOffError
from services.sources.service import Service

_MOST_FOUND, _MOST_IN_CHANNEL = 30, 200
_FILMS_ALONE = "EgIQAfABAQ=="
_FILM_ID = re.compile(r"[\w-]{11}")
_CHANNEL_ID = re.compile(r"UC[\w-]{22}")
_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"})
_NOT_YET = frozenset({"is_live", "is_upcoming"})
# YouTube and labels make channels that are called so, after the artist.
_OFTEN_ADDED = re.compile(r" - Topic$|\s?VEVO$")


class Look(Protocol):
    """Looks at a page; see `PageLooks.look`."""

    def __call__(self, service: Service, url: str, /, *, most: int) -> bytes:
        """What is said of the films there."""


class _Picture(msgspec.Struct, frozen=True, kw_only=True):
    url: str = ""


class _Listed(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    title: str
    channel: str | None = None
    uploader: str | None = None
    channel_id: str | None = None
    duration: float | None = None
    timestamp: float | None = None
    live_status: str | None = None
    thumbnails: list[_Picture] | None = None


class YouTubeSearch:
    """The adapter. It is off until an administrator wants it."""

    service = Service(
        name="youtube-search",
        title="YouTube search",
        per_minute=6,
        at_once=2,
        seconds=60.0,
        tries=2,
        keep_seconds=6 * 3600.0,
    )
    needs_key = False

    def __init__(self, base: str | None, look: Look, *, is_on: Callable[[], bool]) -> None:
        self._base = base
        self._look = look
        self._is_on = is_on

    def require(self) -> None:
        """It has to be wanted, and needs an address."""
        if not self._is_on():
            raise SourceOffError(
                "YouTube is not searched. An administrator can change that: youtube_search, among the live settings."
            )
        self._address()

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """All of their channel, where it is known; else what is found by their name, and is theirs."""
        self.require()
        channel = sought.ids.get("youtube")
        if channel is not None:
            found = self._listed(self._channel(channel), client, most=_MOST_IN_CHANNEL)
            return [_film(each, id_, MatchedBy.ID) for each, id_ in found]
        found = self._listed(self._results(sought.name), client, most=_MOST_FOUND)
        matched = ((each, id_, _match(each, sought)) for each, id_ in found)
        return [_film(each, id_, match) for each, id_, match in matched if match is not None]

    def ping(self, client: ServiceClient) -> None:
        """Search for one film."""
        self.require()
        list(self._listed(self._results("sign language"), client, most=1, fresh=True))

    def _listed(
        self, url: str, client: ServiceClient, *, most: int, fresh: bool = False
    ) -> Iterator[tuple[_Listed, str]]:
        """The films of a list, each with its id."""
        once = partial(self._look, self.service, url, most=most)
        said = client.ask_by(self.service, f"{url} {most}", once, decoded(list[msgspec.Raw]), fresh=fresh)
        for each in each_of(said, _Listed):
            id_ = _id_of(each.url)
            if id_ and each.title.strip() and each.live_status not in _NOT_YET:
                yield each, id_

    def _address(self) -> str:
        return address_of(self.service, self._base, setting="YOUTUBE_URL")

    def _results(self, words: str) -> str:
        return f"{self._address()}/results?{urlencode({'search_query': words, 'sp': _FILMS_ALONE})}"

    def _channel(self, channel: str) -> str:
        if _CHANNEL_ID.fullmatch(channel):
            return f"{self._address()}/channel/{channel}/videos"
        return f"{self._address()}/{quote('@' + channel.removeprefix('@'), safe='@')}/videos"


def _id_of(url: str) -> str:
    """The id of the film that an address leads to; empty where it leads to none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.hostname == "youtu.be":
        found = parts.path[1:]
    elif parts.hostname not in _HOSTS:
        return ""
    elif parts.path.startswith("/shorts/"):
        found = parts.path.removeprefix("/shorts/")
    else:
        found = parse_qs(parts.query).get("v", [""])[0]
    return found if _FILM_ID.fullmatch(found) else ""


def _match(film: _Listed, sought: Sought) -> MatchedBy | None:
    """By what it is told to be theirs; none where it is another's."""
    channels = (film.channel, film.uploader)
    if sought.is_called(*(each and _OFTEN_ADDED.sub("", each) for each in channels)):
        return MatchedBy.NAME
    before, dash, _ = film.title.partition(" - ")
    return MatchedBy.TITLE if dash and sought.is_called(before) else None


def _film(each: _Listed, id_: str, match: MatchedBy) -> FilmAtService:
    return FilmAtService(
        id=id_,
        title=" ".join(each.title.split())[:300],
        url=f"https://www.youtube.com/watch?v={id_}",
        year=_year(each.timestamp),
        seconds=each.duration or None,
        picture=web_address(each.thumbnails[-1].url) if each.thumbnails else "",
        match=match,
        known_at="youtube",
    )


def _year(timestamp: float | None) -> int | None:
    try:
        return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC).year
    except (ValueError, OverflowError, OSError):
        return None
