"""MusicBrainz: video recordings of an artist, by the search of its web service, version 2.

It wants at most one request a second, and a `User-Agent` that says who asks; 503 with `Retry-After` slows down.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import msgspec

from services.egress.guard import Question
from services.sources.adapter import (
    MOST_PAGES,
    FilmAtService,
    MatchedBy,
    Sought,
    address_of,
    decoded,
    each_of,
    year_of,
)
from services.sources.asking import ServiceClient
from services.sources.service import Service

_PAGE = 100
_SPECIAL = str.maketrans({each: f"\\{each}" for each in '+-&|!(){}[]^"~*?:\\/'})


class _MusicBrainzArtist(msgspec.Struct, frozen=True, kw_only=True):
    id: str = ""
    name: str = ""


class _Credit(msgspec.Struct, frozen=True, kw_only=True):
    name: str = ""
    artist: _MusicBrainzArtist = _MusicBrainzArtist()


class _MusicBrainzRecording(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    id: str
    title: str
    length: int | None = None
    """In milliseconds."""
    video: bool | None = None
    artist_credit: list[_Credit] = []
    first_release_date: str | None = None


class _MusicBrainzPage(msgspec.Struct, frozen=True, kw_only=True):
    count: int = 0
    recordings: list[msgspec.Raw] = []


class MusicBrainz:
    """The adapter."""

    service = Service(name="musicbrainz", title="MusicBrainz", per_minute=60)
    needs_key = False

    def __init__(self, base: str | None) -> None:
        self._base = base

    def require(self) -> None:
        """It needs an address."""
        address_of(self.service, self._base, setting="MUSICBRAINZ_URL")

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """Recordings that are films."""
        return list(self._found(sought, client))

    def ping(self, client: ServiceClient) -> None:
        """Ask for one recording."""
        client.ask(self.service, self._question("video:true", limit=1), decoded(_MusicBrainzPage), fresh=True)

    def _found(self, sought: Sought, client: ServiceClient) -> Iterator[FilmAtService]:
        mbid = sought.ids.get("musicbrainz")
        who = f"arid:{_quoted(mbid)}" if mbid else f"artist:{_quoted(sought.name)}"
        for number in range(MOST_PAGES):
            question = self._question(f"{who} AND video:true", limit=_PAGE, offset=number * _PAGE)
            page = client.ask(self.service, question, decoded(_MusicBrainzPage))
            for each in each_of(page.recordings, _MusicBrainzRecording):
                by_id = mbid is not None and any(credit.artist.id == mbid for credit in each.artist_credit)
                by_name = sought.is_called(*(credit.name or credit.artist.name for credit in each.artist_credit))
                if each.video is not False and (by_id or (mbid is None and by_name)):
                    yield self._film(each, MatchedBy.ID if by_id else MatchedBy.NAME)
            if (number + 1) * _PAGE >= page.count or not page.recordings:
                return

    def _film(self, each: _MusicBrainzRecording, match: MatchedBy) -> FilmAtService:
        return FilmAtService(
            id=each.id,
            title=each.title,
            url=f"https://musicbrainz.org/recording/{each.id}",
            year=year_of(each.first_release_date),
            seconds=each.length / 1000 if each.length else None,
            match=match,
        )

    def _question(self, query: str, *, limit: int, offset: int = 0) -> Question:
        base = address_of(self.service, self._base, setting="MUSICBRAINZ_URL")
        said = urlencode({"query": query, "limit": limit, "offset": offset, "fmt": "json"})
        return Question(url=f"{base}/ws/2/recording?{said}")


def _quoted(text: str) -> str:
    """The text as one phrase in Lucene's language."""
    return f'"{text.translate(_SPECIAL)}"'
