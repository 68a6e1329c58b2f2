"""Plex Media Server: the films and artists that it holds, and word to it that there are new ones.

A server of one's own: `EGRESS_ALLOW_HOSTS` has to name it where its address is an inward one.
"""

from collections.abc import Iterator, Sequence

import msgspec

from services.egress.guard import Question
from services.sources.adapter import (
    MOST_PAGES,
    FilmAtService,
    HeldArtist,
    MatchedBy,
    Secret,
    Sought,
    address_of,
    decoded,
    each_of,
    key_of,
)
from services.sources.asking import ServiceClient
from services.sources.service import Service

_PAGE = 200
_MOST_PAGES_OF_ARTISTS = 60
_MBID = "mbid://"
_FILMS, _ARTISTS = "movie", "artist"
_TYPES = {_FILMS: 1, _ARTISTS: 8}


class _Section(msgspec.Struct, frozen=True, kw_only=True):
    key: int | str
    type: str = ""


class _PlexFilm(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    rating_key: int | str
    title: str
    original_title: str | None = None
    year: int | None = None
    duration: int | None = None
    """In milliseconds."""
    guids: list[msgspec.Raw] = msgspec.field(name="Guid", default=[])


class _PlexGuid(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    """What another service calls it: mbid:// and MusicBrainz's id, say."""


class _PlexContainer(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    directory: list[msgspec.Raw] = []
    metadata: list[msgspec.Raw] = []
    total_size: int | None = msgspec.field(name="totalSize", default=None)


class _PlexAnswer(msgspec.Struct, frozen=True, kw_only=True):
    container: _PlexContainer = msgspec.field(name="MediaContainer")


class Plex:
    """The adapter."""

    service = Service(name="plex", title="Plex", per_minute=300, at_once=20)
    needs_key = True

    def __init__(self, base: str | None, token: Secret) -> None:
        self._base = base
        self._token = token

    def require(self) -> None:
        """It needs an address and a token."""
        address_of(self.service, self._base, setting="PLEX_URL")
        key_of(self.service, self._token)

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """Films that it holds, named as films of music are: the artist, a dash, the title."""
        found = []
        for film in self._all(_FILMS, client):
            before, dash, after = film.title.partition(" - ")
            if dash and sought.is_called(before):
                found.append(_found(film, after.strip(), MatchedBy.TITLE))
            elif sought.is_called(film.original_title):
                found.append(_found(film, film.title, MatchedBy.NAME))
        return found

    def artists(self, client: ServiceClient) -> Sequence[HeldArtist]:
        """The artists that it holds."""
        return [
            HeldArtist(name=each.title, ids=_mbid_of(each))
            for each in self._all(_ARTISTS, client, most_pages=_MOST_PAGES_OF_ARTISTS)
        ]

    def ping(self, client: ServiceClient) -> None:
        """Ask for its sections."""
        list(self._sections(client, fresh=True))

    def tell(self, client: ServiceClient) -> None:
        """Have it look for new films."""
        for section in self._sections(client, fresh=True):
            if section.type == _FILMS:
                client.ask(self.service, self._question(f"/library/sections/{section.key}/refresh"), len, fresh=True)

    def _all(self, kind: str, client: ServiceClient, *, most_pages: int = MOST_PAGES) -> Iterator[_PlexFilm]:
        for section in self._sections(client):
            if section.type != kind:
                continue
            path = f"/library/sections/{section.key}/all?type={_TYPES[kind]}&includeGuids=1"
            for number in range(most_pages):
                start = number * _PAGE
                paging = {"X-Plex-Container-Start": str(start), "X-Plex-Container-Size": str(_PAGE)}
                page = client.ask(self.service, self._question(path, paging), decoded(_PlexAnswer)).container
                yield from each_of(page.metadata, _PlexFilm)
                if start + _PAGE >= (page.total_size or 0) or not page.metadata:
                    break

    def _sections(self, client: ServiceClient, *, fresh: bool = False) -> Iterator[_Section]:
        answer = client.ask(self.service, self._question("/library/sections"), decoded(_PlexAnswer), fresh=fresh)
        return (each for each in each_of(answer.container.directory, _Section) if str(each.key).isalnum())

    def _question(self, path: str, headers: dict[str, str] | None = None) -> Question:
        base = address_of(self.service, self._base, setting="PLEX_URL")
        token = key_of(self.service, self._token)
        return Question(url=f"{base}{path}", headers=headers or {}, credentials={"X-Plex-Token": token})


def _mbid_of(artist: _PlexFilm) -> dict[str, str]:
    named = (each.id.removeprefix(_MBID) for each in each_of(artist.guids, _PlexGuid) if each.id.startswith(_MBID))
    mbid = next(filter(None, named), None)
    return {"musicbrainz": mbid} if mbid else {}


def _found(film: _PlexFilm, title: str, match: MatchedBy) -> FilmAtService:
    return FilmAtService(
        id=str(film.rating_key),
        title=title,
        year=film.year,
        seconds=film.duration / 1000 if film.duration else None,
        match=match,
    )
