"""Last.fm: an artist's songs, by `artist.getTopTracks` of its API 2.0; whether there are films, it does not know.

And the artists of somebody's library, by `library.getArtists`, or whom they have heard the most, by
`user.getTopArtists`.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import msgspec

from services.egress.guard import Question
from services.sources.adapter import (
    FilmAtService,
    HeldArtist,
    MatchedBy,
    Secret,
    Sought,
    decoded,
    each_of,
    key_of,
    web_address,
)
from services.sources.asking import USUAL_REST, AsksForPause, NotShown, Refused, ServiceClient
from services.sources.errors import InvalidListError, ListNotFoundError, ListNotShownError
from services.sources.service import Service

_PERIODS = ("overall", "12month", "6month", "3month", "1month", "7day")
"""Of which times it tells whom somebody has heard the most."""

_PAGE, _MOST_PAGES = 50, 2
_LIBRARY_PAGE = 500
_USER = re.compile(r"(?:https?://(?:www\.)?last\.fm/(?:[a-z]{2}/)?user/)?([A-Za-z0-9_.-]{2,64})(?:[/?#].*)?")
_KEY_REFUSED = frozenset({4, 10, 26})
_TOO_OFTEN = 29
_NOT_FOUND = 6
_HIDDEN = 17


class _LastFmArtist(msgspec.Struct, frozen=True, kw_only=True):
    name: str = ""
    mbid: str = ""


class _Image(msgspec.Struct, frozen=True, kw_only=True):
    url: str = msgspec.field(name="#text", default="")


class _LastFmTrack(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    url: str
    mbid: str = ""
    artist: _LastFmArtist = _LastFmArtist()
    image: list[_Image] = []


class _Numbers(msgspec.Struct, frozen=True, kw_only=True):
    total_pages: int = msgspec.field(name="totalPages", default=1)


class _Top(msgspec.Struct, frozen=True, kw_only=True):
    track: msgspec.Raw = msgspec.Raw(b"[]")
    """One alone is no list."""
    numbers: _Numbers = msgspec.field(name="@attr", default=_Numbers())


class _LastFmPage(msgspec.Struct, frozen=True, kw_only=True):
    toptracks: _Top = _Top()
    error: int | None = None


class _LibraryArtist(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    mbid: str | None = None


class _HeardArtists(msgspec.Struct, frozen=True, kw_only=True):
    artist: msgspec.Raw = msgspec.Raw(b"[]")
    """One alone is no list."""
    numbers: _Numbers = msgspec.field(name="@attr", default=_Numbers())


class _LibraryPage(msgspec.Struct, frozen=True, kw_only=True):
    artists: _HeardArtists = _HeardArtists()
    topartists: _HeardArtists = _HeardArtists()
    error: int | None = None


class Lastfm:
    """The adapter."""

    service = Service(name="lastfm", title="Last.fm", per_minute=60, at_once=5)
    needs_key = True
    periods = _PERIODS

    def __init__(self, base: str, key: Secret) -> None:
        self._base = base
        self._key = key

    def require(self) -> None:
        """It needs its key."""
        key_of(self.service, self._key)

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """Their best known songs."""
        return list(self._found(sought, client))

    def ping(self, client: ServiceClient) -> None:
        """Ask for one song."""
        self._page(client, {"artist": "Cher"}, number=1, fresh=True)

    def artists_of(self, named: str, client: ServiceClient, *, period: str = "") -> Iterator[HeldArtist]:
        """The artists of a person's library, or whom they have heard the most."""
        user = _USER.fullmatch(named.strip())
        if user is None:
            raise InvalidListError("Expected the name of somebody at Last.fm, or the address of their page.")
        asked = {"method": "user.gettopartists", "period": period} if period else {"method": "library.getartists"}
        number = total = 1
        while number <= total:
            said = {**asked, "user": user[1], "limit": str(_LIBRARY_PAGE), "page": str(number)}
            refusals = {404: _nobody(), 403: _hidden()}
            page = client.ask(self.service, self._question(said), _read_library, refusals=refusals)
            heard = page.topartists if period else page.artists
            artists = _all(heard.artist)
            for each in each_of(artists, _LibraryArtist):
                yield HeldArtist(
                    name=each.name, ids={"lastfm": each.name} | ({"musicbrainz": each.mbid} if each.mbid else {})
                )
            # One who promises pages for ever has none in the end.
            number, total = number + 1, heard.numbers.total_pages if artists else 0

    def _found(self, sought: Sought, client: ServiceClient) -> Iterator[FilmAtService]:
        mbid = sought.ids.get("musicbrainz")
        who = {"mbid": mbid} if mbid else {"artist": sought.ids.get("lastfm", sought.name)}
        for number in range(1, _MOST_PAGES + 1):
            page = self._page(client, who, number=number)
            for each in each_of(_all(page.toptracks.track), _LastFmTrack):
                by_id = mbid is not None and each.artist.mbid == mbid
                if by_id or sought.is_called(each.artist.name):
                    yield _song(each, MatchedBy.ID if by_id else MatchedBy.NAME)
            if number >= page.toptracks.numbers.total_pages:
                return

    def _page(self, client: ServiceClient, who: dict[str, str], *, number: int, fresh: bool = False) -> _LastFmPage:
        said = {"method": "artist.gettoptracks", **who, "limit": str(_PAGE), "page": str(number)}
        return client.ask(self.service, self._question(said), _read, fresh=fresh)

    def _question(self, said: dict[str, str]) -> Question:
        # Its documents know no other place for the key than the address.
        said = {**said, "format": "json", "api_key": key_of(self.service, self._key)}
        return Question(url=f"{self._base}/2.0/?{urlencode(said)}")


def _read(body: bytes) -> _LastFmPage:
    page = decoded(_LastFmPage)(body)
    if page.error != _NOT_FOUND:
        _check(page.error)
    return page


def _read_library(body: bytes) -> _LibraryPage:
    page = decoded(_LibraryPage)(body)
    if page.error == _NOT_FOUND:
        raise NotShown(_nobody())
    if page.error == _HIDDEN:
        raise NotShown(_hidden())
    _check(page.error)
    return page


def _check(error: int | None) -> None:
    """Raise what one of its errors says."""
    if error == _TOO_OFTEN:
        raise AsksForPause("Last.fm asked for a pause.", USUAL_REST)
    if error in _KEY_REFUSED:
        raise Refused("Last.fm does not take the key.")
    if error is not None:
        raise ValueError(f"Last.fm answered with its error {error}.")


def _nobody() -> ListNotFoundError:
    return ListNotFoundError("Last.fm knows nobody of this name.")


def _hidden() -> ListNotShownError:
    return ListNotShownError("Last.fm does not show what this person listens to: it is hidden, or the key not taken.")


def _all(tracks: msgspec.Raw) -> list[msgspec.Raw]:
    return msgspec.json.decode(tracks, type=list[msgspec.Raw]) if bytes(tracks).startswith(b"[") else [tracks]


def _song(each: _LastFmTrack, match: MatchedBy) -> FilmAtService:
    pictures = [web_address(image.url) for image in each.image]
    return FilmAtService(
        id=each.mbid or each.url[-200:],
        title=each.name,
        url=web_address(each.url),
        picture=next((url for url in reversed(pictures) if url), ""),
        match=match,
        is_song=True,
    )
