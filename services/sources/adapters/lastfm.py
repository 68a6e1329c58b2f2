"""Last.fm: an artist's songs, by `artist.getTopTracks` of its API 2.0; whether there are films, it does not know."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import msgspec

from services.egress.guard import Question
from services.sources.adapter import FilmAtService, MatchedBy, Secret, Sought, each_of, key_of, web_address
from services.sources.asking import USUAL_REST, AsksForPause, Refused, ServiceClient
from services.sources.service import Service

_PAGE, _MOST_PAGES = 50, 2
_KEY_REFUSED = frozenset({4, 10, 26})
_TOO_OFTEN = 29
_NOT_FOUND = 6


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


class Lastfm:
    """The adapter."""

    service = Service(name="lastfm", title="Last.fm", per_minute=60, at_once=5)
    needs_key = True

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
        said = {"method": "artist.gettoptracks", **who, "limit": str(_PAGE), "page": str(number), "format": "json"}
        # Its documents know no other place for the key than the address.
        said["api_key"] = key_of(self.service, self._key)
        return client.ask(self.service, Question(url=f"{self._base}/2.0/?{urlencode(said)}"), _read, fresh=fresh)


def _read(body: bytes) -> _LastFmPage:
    try:
        page = msgspec.json.decode(body, type=_LastFmPage, strict=False)
    except msgspec.MsgspecError as error:
        raise ValueError("It is no page of songs.") from error
    if page.error == _TOO_OFTEN:
        raise AsksForPause("Last.fm asked for a pause.", USUAL_REST)
    if page.error in _KEY_REFUSED:
        raise Refused("Last.fm does not take the key.")
    if page.error is not None and page.error != _NOT_FOUND:
        raise ValueError(f"Last.fm answered with its error {page.error}.")
    return page


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
