"""Sign tracks: shown to whoever may see both videos, set and taken away by whoever may change the film.

The record in storage is the truth, and is written first; the index follows, and housekeeping mends it.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act, require
from services.database.errors import DatabaseUnavailableError
from services.errors import ReelgateError
from services.events.envelope import Said
from services.events.events import Events
from services.events.videos import SignChanged, VideoPurged
from services.library.beside import Beside
from services.library.conditions import ALWAYS, Condition
from services.library.library import Library
from services.library.written_records import changed, put_record
from services.sign_tracks.errors import EditedSignTrackError, InvalidSignTrackError, SignTrackNotFoundError
from services.sign_tracks.store import SignTrackStore
from services.sign_tracks.track import FARTHEST, SignOrigin, SignTrack, from_record, new_version, record_name, to_record
from services.storage.errors import BlobChangedError
from services.storage.records import RecordStore, StoredRecord
from utils.sign_languages import sign_language

log = logging.getLogger(__name__)

_MOST_LANGUAGES = 50


@dataclass(frozen=True, kw_only=True)
class StoredTrack:
    """A track as storage has it."""

    track: SignTrack
    etag: str
    """In its quotes."""


class SignTracks:
    """The sign tracks of films. What changes them raises `StorageError`."""

    def __init__(
        self, library: Library, beside: Beside, records: RecordStore, store: SignTrackStore, *, events: Events
    ) -> None:
        """`records` are people's work on videos."""
        self._library = library
        self._beside = beside
        self._records = records
        self._store = store
        self._events = events

    def of(self, film_id: str, *, by: Actor) -> tuple[SignTrack, ...]:
        """The tracks of a film that the actor has been shown, as `of_all` has them."""
        return self.of_all([film_id], by=by).get(film_id, ())

    def of_all(self, film_ids: Collection[str], *, by: Actor) -> dict[str, tuple[SignTrack, ...]]:
        """The tracks of films that the actor has been shown, by the films' ids: those whose sign video it may see.

        Nothing is raised: where the database is away, films are shown without tracks.
        """
        try:
            tracks = self._store.of(film_ids) if film_ids else ()
        except DatabaseUnavailableError as error:
            log.warning("which sign tracks there are is not known: %s", error)
            return {}
        seen = self._beside.of({track.video_id for track in tracks}, by=by)
        found: dict[str, tuple[SignTrack, ...]] = {}
        for track in tracks:
            if track.video_id in seen:
                found[track.film_id] = (*found.get(track.film_id, ()), track)
        return found

    def known(self, film_ids: Collection[str], *, by: Actor) -> tuple[SignTrack, ...]:
        """All tracks of these films, whoever may see their sign videos; raises `DatabaseUnavailableError`."""
        require(by, Act.MANAGE)
        return self._store.of(film_ids) if film_ids else ()

    def signed_by(self, video_id: str, *, by: Actor) -> frozenset[str]:
        """The ids of the films that a video signs; raises `DatabaseUnavailableError`."""
        require(by, Act.MANAGE)
        return frozenset(track.film_id for track in self._store.signed_by(video_id))

    def recorded(self, film_id: str, language: str, *, by: Actor) -> str | None:
        """The video that signs a film, as storage has it, whatever became of either of them."""
        require(by, Act.MANAGE)
        stored = self._records.read(record_name(film_id, language))
        track = None if stored is None else from_record(stored.content, language=language)
        return None if track is None else track.video_id

    def get(self, film_id: str, language: str, *, by: Actor) -> StoredTrack:
        """A film's track as storage has it; raises `SignTrackNotFoundError` for one that the actor may not see."""
        film = self._library.get(film_id, by=by)
        tag = _tag(language)
        stored = None if tag is None else self._records.read(record_name(film.id, tag))
        track = None if stored is None or tag is None else from_record(stored.content, language=tag)
        if stored is None or track is None or not self._beside.of([track.video_id], by=by):
            raise _no_track()
        return StoredTrack(track=replace(track, film_id=film.id), etag=stored.etag)

    def put(self, track: SignTrack, *, by: Actor, condition: Condition) -> tuple[StoredTrack, bool]:
        """Set a film's track; returns it and whether there was none.

        Raises `InvalidSignTrackError`, and `RecordChangedError` where the condition does not hold.
        """
        return self._put(replace(track, origin=SignOrigin.EDITED), by=by, condition=condition)

    def put_automatic(self, track: SignTrack, *, by: Actor, replaces: Callable[[str], None]) -> None:
        """Set what a machine has made.

        `replaces` is told, before that, of the video that another machine's track names. Raises `EditedSignTrackError`
        rather than put it over what a person has set.
        """

        def look(stored: StoredRecord | None) -> None:
            if stored is None:
                return
            if (known := _automatic(stored, track.language)) is None:
                raise EditedSignTrackError("A person has set this sign track: it is kept.")
            if known.video_id != track.video_id:
                replaces(known.video_id)

        self._put(replace(track, origin=SignOrigin.AUTO), by=by, condition=ALWAYS, look=look)

    def is_edited(self, film_id: str, language: str, *, by: Actor) -> bool:
        """Whether a person has set the track, so that nothing automatic is put over it."""
        film, tag = self._library.get(film_id, by=by), _tag(language)
        stored = None if tag is None else self._records.read(record_name(film.id, tag))
        return stored is not None and tag is not None and _automatic(stored, tag) is None

    def _put(
        self,
        track: SignTrack,
        *,
        by: Actor,
        condition: Condition,
        look: Callable[[StoredRecord | None], None] = lambda _: None,
    ) -> tuple[StoredTrack, bool]:
        """`look` sees what is written over, and may raise."""
        film = self._library.get(track.film_id, by=by, act=Act.EDIT)
        track = replace(self._checked(track, by=by), film_id=film.id, version=new_version())

        def tags(stored: StoredRecord | None) -> dict[str, str]:
            look(stored)
            if stored is None:
                self._check_room(film.id)
            return {"version": track.version}

        name = record_name(film.id, track.language)
        written = put_record(self._records, name, to_record(track), tags=tags, condition=condition)
        self._events.say(SignChanged(video_id=film.id, language=track.language, sign_video_id=track.video_id), by=by)
        self._index(film.id, track.language)
        return StoredTrack(track=track, etag=written.etag), written.is_new

    def delete(self, film_id: str, language: str, *, by: Actor, condition: Condition) -> None:
        """Take a film's track away; raises `SignTrackNotFoundError`, `RecordChangedError`."""
        film = self._library.get(film_id, by=by, act=Act.DELETE)
        tag = _tag(language)
        stored = None if tag is None else self._records.read(record_name(film.id, tag))
        if not condition.holds(None if stored is None else stored.etag):
            raise changed()
        if stored is None or tag is None:
            raise _no_track()
        try:
            self._records.delete(record_name(film.id, tag), etag=stored.etag)
        except BlobChangedError as error:
            raise changed() from error
        self._events.say(SignChanged(video_id=film.id, language=tag), by=by)
        self._index(film.id, tag)

    def purged(self, said: Said) -> None:
        """Let go of the tracks of a film that is gone, and of those whose sign video it was.

        The record of a film on legal hold stays: it says which video has signed the film.
        """
        if not isinstance(said.event, VideoPurged):
            return
        gone = said.event.video.id
        for track in self._store.signed_by(gone):
            if self._library.is_held(track.film_id, by=SYSTEM):
                continue
            name = record_name(track.film_id, track.language)
            stored = self._records.read(name)
            known = None if stored is None else from_record(stored.content, language=track.language)
            # Another video may have become the sign track meanwhile.
            if stored is not None and known is not None and known.video_id == gone:
                self._records.delete(name, etag=stored.etag)
            self._store.remove(track.film_id, track.language, version=track.version)
        self._store.forget(gone)

    def _checked(self, track: SignTrack, *, by: Actor) -> SignTrack:
        tag = _tag(track.language)
        if tag is None:
            raise _invalid("language", "Expected the tag of a sign language, such as ase, bfi or gsg")
        if not abs(track.offset) <= FARTHEST:  # Nor may it be no number.
            raise _invalid("offset", f"Expected seconds, {FARTHEST:.0f} at most before or after")
        if track.video_id == track.film_id:
            raise _invalid("video_id", "A video cannot be its own sign track")
        if track.video_id not in self._beside.of([track.video_id], by=by):
            raise _invalid("video_id", "There is no such video")
        if any(other.video_id == track.film_id for other in self._tracks_of(track.video_id)):
            raise _invalid("video_id", "The film is the sign track of this video")
        return replace(track, language=tag)

    def _tracks_of(self, film_id: str) -> Sequence[SignTrack]:
        return self._store.of([film_id])

    def _check_room(self, film_id: str) -> None:
        if len(self._tracks_of(film_id)) >= _MOST_LANGUAGES:
            raise _invalid("language", f"A film has at most {_MOST_LANGUAGES} sign tracks")

    def _index(self, film_id: str, language: str) -> None:
        """Write down what storage has now; what the index cannot take, housekeeping finds."""
        try:
            stored = self._records.read(record_name(film_id, language))
            track = None if stored is None else from_record(stored.content, language=language)
            if track is None:
                self._store.remove(film_id, language)
            else:
                self._store.put(replace(track, film_id=film_id))
        except ReelgateError:
            log.exception("the sign track of %s in %s is not in the index; housekeeping mends it", film_id, language)


def _automatic(stored: StoredRecord, language: str) -> SignTrack | None:
    """The stored track where a machine has set it; what nobody can read is a person's until we know better."""
    known = from_record(stored.content, language=language)
    return known if known is not None and known.origin is SignOrigin.AUTO else None


def _tag(language: str) -> str | None:
    return sign_language(language)


def _no_track() -> SignTrackNotFoundError:
    return SignTrackNotFoundError("This video has no sign track in that language.")


def _invalid(field: str, reason: str) -> InvalidSignTrackError:
    return InvalidSignTrackError(f"{reason}.", errors=[{"field": field, "reason": reason}])
