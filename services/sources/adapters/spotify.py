"""Spotify: an artist's songs, by the search of its Web API, with a token for client credentials.

And the artists of a playlist: one that everybody may see, for the app is nobody's friend there.
"""

import base64
import itertools
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
    year_of,
)
from services.sources.asking import ServiceClient
from services.sources.errors import InvalidListError, ListNotFoundError, ListNotShownError
from services.sources.service import Service

_PAGE, _MOST_PAGES = 10, 5
_PLAYLIST_PAGE = 50
_PLAYLIST = re.compile(
    r"(?:spotify:(?:user:[^:]+:)?playlist:|https?://open\.spotify\.com/(?:[^?#]+/)?playlist/)?([0-9A-Za-z]{16,40})"
    r"(?:[/?#].*)?"
)
_FIELDS = "next,items(track(artists(id,name)))"


class _Token(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str


class _SpotifyLinks(msgspec.Struct, frozen=True, kw_only=True):
    spotify: str | None = None


class _SpotifyArtist(msgspec.Struct, frozen=True, kw_only=True):
    id: str = ""
    name: str = ""


class _SpotifyPicture(msgspec.Struct, frozen=True, kw_only=True):
    url: str = ""


class _Album(msgspec.Struct, frozen=True, kw_only=True):
    release_date: str | None = None
    images: list[_SpotifyPicture] = []


class _SpotifyTrack(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    duration_ms: int | None = None
    external_urls: _SpotifyLinks = _SpotifyLinks()
    artists: list[_SpotifyArtist] = []
    album: _Album = _Album()


class _SpotifyTracks(msgspec.Struct, frozen=True, kw_only=True):
    items: list[msgspec.Raw] = []
    next: str | None = None


class _SpotifyPage(msgspec.Struct, frozen=True, kw_only=True):
    tracks: _SpotifyTracks = _SpotifyTracks()


class _PlaylistTrack(msgspec.Struct, frozen=True, kw_only=True):
    artists: list[msgspec.Raw] = []


class _PlaylistItem(msgspec.Struct, frozen=True, kw_only=True):
    track: _PlaylistTrack | None = None
    """None where it is gone."""


class _PlaylistPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[msgspec.Raw]
    next: str | None = None


class _PlaylistArtist(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    id: str | None = None
    """None for a file of somebody's own."""


class Spotify:
    """The adapter."""

    service = Service(name="spotify", title="Spotify", per_minute=60, at_once=5)
    needs_key = True
    periods = ()

    def __init__(self, base: str, accounts: str, client_id: Secret, client_secret: Secret) -> None:
        """`accounts` is where tokens are given."""
        self._base = base
        self._accounts = accounts
        self._id = client_id
        self._secret = client_secret

    def require(self) -> None:
        """It needs both halves of its key."""
        key_of(self.service, self._id)
        key_of(self.service, self._secret)

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """Their songs, as far as the search shows them."""
        return list(self._found(sought, client))

    def ping(self, client: ServiceClient) -> None:
        """Have a token given."""
        self._token(client)

    def artists_of(
        self,
        named: str,
        client: ServiceClient,
        *,
        period: str = "",  # noqa: ARG002 - it has none
    ) -> Iterator[HeldArtist]:
        """The artists of a playlist, each once."""
        playlist = _PLAYLIST.fullmatch(named.strip())
        if playlist is None:
            raise InvalidListError("Expected the id of a playlist at Spotify, or its address.")
        seen: set[str] = set()
        for page in self._playlist(playlist[1], client):
            for item in each_of(page.items, _PlaylistItem):
                for each in each_of(item.track.artists if item.track else [], _PlaylistArtist):
                    if (each.id or each.name) not in seen:
                        seen.add(each.id or each.name)
                        yield HeldArtist(name=each.name, ids={"spotify": each.id} if each.id else {})

    def _playlist(self, id_: str, client: ServiceClient) -> Iterator[_PlaylistPage]:
        credentials = {"Authorization": f"Bearer {self._token(client)}"}
        refusals = {
            404: ListNotFoundError("Spotify has no such playlist, or does not show it to apps."),
            403: ListNotShownError("Spotify does not show this playlist: it is private, or the app may not see it."),
        }
        for start in itertools.count(0, _PLAYLIST_PAGE):
            said = urlencode({"fields": _FIELDS, "limit": _PLAYLIST_PAGE, "offset": start})
            question = Question(url=f"{self._base}/v1/playlists/{id_}/tracks?{said}", credentials=credentials)
            page = client.ask(self.service, question, decoded(_PlaylistPage), refusals=refusals)
            yield page
            if not page.next or not page.items:
                return

    def _found(self, sought: Sought, client: ServiceClient) -> Iterator[FilmAtService]:
        token = self._token(client)
        own = sought.ids.get("spotify")
        words = f'artist:"{sought.name.replace(chr(34), "")}"'
        for number in range(_MOST_PAGES):
            said = urlencode({"q": words, "type": "track", "limit": _PAGE, "offset": number * _PAGE})
            question = Question(url=f"{self._base}/v1/search?{said}", credentials={"Authorization": f"Bearer {token}"})
            page = client.ask(self.service, question, decoded(_SpotifyPage))
            for each in each_of(page.tracks.items, _SpotifyTrack):
                by_id = own is not None and any(artist.id == own for artist in each.artists)
                by_name = own is None and sought.is_called(*(artist.name for artist in each.artists))
                if by_id or by_name:
                    yield _song(each, MatchedBy.ID if by_id else MatchedBy.NAME)
            if not page.tracks.next:
                return

    def _token(self, client: ServiceClient) -> str:
        key = f"{key_of(self.service, self._id)}:{key_of(self.service, self._secret)}"
        question = Question(
            url=f"{self._accounts}/api/token",
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            credentials={"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}"},
            body=b"grant_type=client_credentials",
        )
        return client.ask(self.service, question, decoded(_Token)).access_token


def _song(each: _SpotifyTrack, match: MatchedBy) -> FilmAtService:
    return FilmAtService(
        id=each.id,
        title=each.name,
        url=web_address(each.external_urls.spotify),
        year=year_of(each.album.release_date),
        seconds=each.duration_ms / 1000 if each.duration_ms else None,
        picture=web_address(each.album.images[0].url) if each.album.images else "",
        match=match,
        is_song=True,
    )
