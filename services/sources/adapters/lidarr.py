"""Lidarr: the artists that it watches over and their songs, by its API, version 1; and word to it to look anew.

A server of one's own: `EGRESS_ALLOW_HOSTS` has to name it where its address is an inward one.
"""

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
    address_of,
    decoded,
    each_of,
    key_of,
)
from services.sources.asking import ServiceClient
from services.sources.service import Service


class _LidarrArtist(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: int
    artist_name: str
    foreign_artist_id: str | None = None
    """MusicBrainz's."""


class _LidarrTrack(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: int
    title: str
    duration: int | None = None
    """In milliseconds."""
    foreign_recording_id: str | None = None
    has_file: bool = False


class Lidarr:
    """The adapter."""

    service = Service(name="lidarr", title="Lidarr", per_minute=300, at_once=20, largest=32 * 1024 * 1024)
    needs_key = True

    def __init__(self, base: str | None, key: Secret) -> None:
        self._base = base
        self._key = key

    def require(self) -> None:
        """It needs an address and a key."""
        address_of(self.service, self._base, setting="LIDARR_URL")
        key_of(self.service, self._key)

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """The songs that it holds a file of."""
        mbid = sought.ids.get("musicbrainz")
        found = []
        for artist in self._artists(client):
            by_id = mbid is not None and artist.foreign_artist_id == mbid
            if by_id or sought.is_called(artist.artist_name):
                match = MatchedBy.ID if by_id else MatchedBy.NAME
                found += [_song(each, match) for each in self._songs(artist, client) if each.has_file]
        return found

    def artists(self, client: ServiceClient) -> Sequence[HeldArtist]:
        """The artists that it watches over."""
        return [
            HeldArtist(
                name=each.artist_name, ids={"musicbrainz": each.foreign_artist_id} if each.foreign_artist_id else {}
            )
            for each in self._artists(client)
        ]

    def ping(self, client: ServiceClient) -> None:
        """Ask how it is."""
        client.ask(self.service, self._question("/api/v1/system/status"), decoded(dict[str, object]), fresh=True)

    def tell(self, client: ServiceClient) -> None:
        """Have it look for new files."""
        question = self._question("/api/v1/command", body=msgspec.json.encode({"name": "RescanFolders"}))
        client.ask(self.service, question, len, fresh=True)

    def _artists(self, client: ServiceClient) -> Iterator[_LidarrArtist]:
        answer = client.ask(self.service, self._question("/api/v1/artist"), decoded(list[msgspec.Raw]))
        return each_of(answer, _LidarrArtist)

    def _songs(self, artist: _LidarrArtist, client: ServiceClient) -> Iterator[_LidarrTrack]:
        question = self._question(f"/api/v1/track?{urlencode({'artistId': artist.id})}")
        return each_of(client.ask(self.service, question, decoded(list[msgspec.Raw])), _LidarrTrack)

    def _question(self, path: str, *, body: bytes | None = None) -> Question:
        base = address_of(self.service, self._base, setting="LIDARR_URL")
        credentials = {"X-Api-Key": key_of(self.service, self._key)}
        if body is None:
            return Question(url=f"{base}{path}", credentials=credentials)
        headers = {"Content-Type": "application/json"}
        return Question(url=f"{base}{path}", method="POST", headers=headers, credentials=credentials, body=body)


def _song(each: _LidarrTrack, match: MatchedBy) -> FilmAtService:
    return FilmAtService(
        id=each.foreign_recording_id or str(each.id),
        title=each.title,
        seconds=each.duration / 1000 if each.duration else None,
        match=match,
        is_song=True,
    )
