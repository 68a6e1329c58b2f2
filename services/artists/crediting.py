"""Whose a video is: artists are given videos of the library, which keeps that beside each video in storage.

The ids that are kept there stay as they are: one whose place another artist has taken means that one, and one that is
in the trash means nobody until it is brought back.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from services.actors.actor import Actor
from services.actors.policy import Act, may, require
from services.artists.artist import Artist, Shelf, name_key
from services.artists.artists import Artists
from services.artists.errors import ArtistNotFoundError
from services.artists.store.artists import ArtistStore
from services.database.errors import DatabaseUnavailableError
from services.errors import ReelgateError
from services.library.errors import InvalidChangeError, RecordChangedError
from services.library.library import Library
from services.library.video_change import MAX_ARTIST, MAX_ARTISTS, VideoChange
from services.videos.video import Video
from utils.text import quoted

log = logging.getLogger(__name__)

_TRIES = 5
_OURS = 500
"""From this status on, what went wrong is no fault of who asked, and may pass."""


class Crediting:
    """Gives videos to artists and takes them away; raises what `Library.edit` raises, and of artists what is said."""

    def __init__(self, artists: Artists, store: ArtistStore, library: Library) -> None:
        self._artists = artists
        self._store = store
        self._library = library

    def of(self, videos: Sequence[Video], *, by: Actor) -> Mapping[str, tuple[Artist, ...]] | None:
        """The artists of these videos, by the videos' ids; None where that is not known. Nothing is raised."""
        ids = {id_ for video in videos for id_ in video.about.artists}
        if not ids or not may(by, Act.READ_SOURCES):
            return {}
        try:
            known = self._artists.these(ids, by=by)
        except DatabaseUnavailableError as error:
            log.warning("whose videos are is not known: %s", error)
            return None
        found = {video.id: [known[id_] for id_ in video.about.artists if id_ in known] for video in videos}
        return {id_: tuple({each.id: each for each in those}.values()) for id_, those in found.items()}

    def ids_of(self, artist_id: str, *, by: Actor) -> tuple[str, ...]:
        """All ids by which videos can be this artist's; none where there is no such artist."""
        try:
            return self._artists.ids_of(self._artists.get(artist_id, by=by), by=by)
        except ArtistNotFoundError:
            return ()

    def meant(self, named: Iterable[str], *, by: Actor) -> tuple[str, ...]:
        """The ids of these artists, named by ids or names; raises `InvalidChangeError` for one that is not here."""
        require(by, Act.READ_SOURCES)
        texts = list(dict.fromkeys(each.strip() for each in named))
        if len(texts) > MAX_ARTISTS:
            raise _invalid(f"A video can have at most {MAX_ARTISTS} artists.")
        fit = [each for each in texts if each and len(each) <= MAX_ARTIST and "\0" not in each]
        by_id, by_name = self._artists.these(fit, by=by), self._artists.by_names(fit, by=by)
        found: dict[str, Artist] = {}
        for text in texts:
            artist = by_id.get(text) or (by_name.get(name_key(text)) if text in fit else None)
            if artist is None:
                raise _invalid(f"No artist here is called {quoted(text[:MAX_ARTIST])}. Add the artist first.")
            found[artist.id] = artist
        return tuple(found)

    def edit(self, id_: str, change: VideoChange, *, by: Actor, if_match: str | None) -> Video:
        """Change what people say of a video, with artists that are named as people name them."""
        if not isinstance(change.artists, list):
            return self._library.edit(id_, change, by=by, if_match=if_match)
        # Not before: who may not change the video learns nothing of artists by this.
        video = self._library.get(id_, by=by, act=Act.EDIT)
        ids = (*self.meant(change.artists, by=by), *self._in_trash(video))
        return self._library.edit(id_, replace(change, artists=list(ids)), by=by, if_match=if_match)

    def give(self, id_: str, artist_ids: Sequence[str], *, by: Actor) -> None:
        """Let these artists have a video too."""
        self._change(id_, lambda had: self.with_room([*had, *(each for each in artist_ids if each not in had)]), by=by)

    def take(self, id_: str, artist_ids: Sequence[str], *, by: Actor) -> None:
        """Let these artists have a video no longer."""
        gone = self.all_ids(artist_ids, by=by)
        self._change(id_, lambda had: [each for each in had if each not in gone], by=by)

    def all_ids(self, artist_ids: Iterable[str], *, by: Actor) -> frozenset[str]:
        """These ids, and those of all whose places these artists have taken."""
        require(by, Act.READ_SOURCES)
        return frozenset(each for id_ in artist_ids for each in (id_, *self._store.merged_into(id_)))

    def with_room(self, artist_ids: Sequence[str]) -> list[str]:
        """These ids; raises `InvalidChangeError` where they mean more artists than a video can have.

        Who is in the trash takes no room: nobody sees whom to take away instead.
        """
        seen = {each.id for each in self._last_of(artist_ids).values() if each.shelf is Shelf.LIBRARY}
        if len(seen) > MAX_ARTISTS:
            raise _invalid(f"A video can have at most {MAX_ARTISTS} artists.")
        return list(artist_ids)

    def give_found(self, id_: str, artist_id: str, *, by: Actor) -> None:
        """Let an artist have what was fetched for it; what can never be changed is left as it is.

        Raises what may pass, such as `StorageUnavailableError`: whoever asks has to ask again.
        """
        try:
            self.give(id_, [artist_id], by=by)
        except ReelgateError as error:
            if error.status >= _OURS or isinstance(error, RecordChangedError):
                raise
            log.warning("%s was not given to its artist: %s", id_, error)

    def _change(self, id_: str, change_of: Callable[[list[str]], list[str]], *, by: Actor) -> None:
        for tried in range(1, _TRIES + 1):
            video = self._library.stored(id_, by=by, act=Act.EDIT)
            had = list(video.about.artists)
            has = change_of(had)
            if has == had:
                return
            try:
                self._library.edit(id_, VideoChange(artists=has), by=by, if_match=f'"{video.etag}"')
            except RecordChangedError:
                if tried == _TRIES:
                    raise
            else:
                return

    def _in_trash(self, video: Video) -> list[str]:
        """The ids of its artists that are in the trash, and may come back."""
        return [id_ for id_, each in self._last_of(video.about.artists).items() if each.shelf is Shelf.TRASH]

    def _last_of(self, artist_ids: Iterable[str]) -> dict[str, Artist]:
        """Whom these ids mean by now, in their order."""
        known = self._store.these(list(artist_ids))
        others = self._store.these({each.merged_into for each in known.values() if each.merged_into})
        return {id_: others.get(known[id_].merged_into or "", known[id_]) for id_ in artist_ids if id_ in known}


def _invalid(reason: str) -> InvalidChangeError:
    return InvalidChangeError(reason, errors=[{"field": "artists", "reason": reason}])
