"""Which tracks videos have: those that people brought, from the index, and those inside their files.

Storage is the truth. What the index could not take in when it happened, and all of it when the database was lost, is
found by listing storage.
"""

import logging
from collections.abc import Sequence

from services.actors.actor import SYSTEM, Actor
from services.captions.embedded import embedded_of
from services.captions.store import CaptionStore, in_batches
from services.captions.track import Track, track_of
from services.database.errors import DatabaseUnavailableError
from services.database.notes import Notes
from services.errors import ReelgateError
from services.events.envelope import Said
from services.events.events import Events
from services.events.videos import CaptionsChanged, VideoPurged
from services.library.catalogue import Catalogue
from services.steps import KeepGoing
from services.storage.records import RecordStore
from services.videos.video import Video

log = logging.getLogger(__name__)

_INDEXED = "captions.indexed"
DELETED = "deleted"
"""The origin, in events, of a track that is gone."""


class CaptionIndex:
    """Tells of tracks; whoever writes one tells it."""

    def __init__(
        self, store: CaptionStore, tracks: RecordStore, *, catalogue: Catalogue, events: Events, notes: Notes
    ) -> None:
        """`tracks` is the container that they lie in, and the catalogue knows which are inside the files."""
        self._store = store
        self._catalogue = catalogue
        self._tracks = tracks
        self._events = events
        self._notes = notes

    def of(self, video: Video) -> tuple[Track, ...]:
        """The tracks of a video."""
        return self.of_all([video])[video.id]

    def of_all(self, videos: Sequence[Video]) -> dict[str, tuple[Track, ...]]:
        """The tracks of these videos by their ids; only those inside the files while the database is away."""
        try:
            return self.known(videos)
        except DatabaseUnavailableError:
            return {video.id: _with_embedded(video, ()) for video in videos}

    def known(self, videos: Sequence[Video]) -> dict[str, tuple[Track, ...]]:
        """The same; raises `DatabaseUnavailableError`."""
        found = self._store.of([video.id for video in videos]) if videos else {}
        return {video.id: _with_embedded(video, found.get(video.id, ())) for video in videos}

    def versions(self, ids: Sequence[str] | None) -> dict[str, str]:
        """The versions of all tracks of each video, put together.

        Raises `DatabaseUnavailableError` and `CatalogueUnavailableError`.
        """
        own = self._store.of(ids) if ids is not None else self._store.all()
        found: dict[str, Sequence[Track]] = dict(own)
        for video in self._catalogue.find_all(ids) if ids is not None else self._catalogue.with_subtitles():
            if tracks := _with_embedded(video, own.get(video.id, ())):
                found[video.id] = tracks
        return {video: " ".join(sorted(each.etag for each in tracks)) for video, tracks in found.items()}

    def written(self, track: Track, *, by: Actor, judged_by: str | None = None) -> None:
        """Take in, and say, that a track was written: storage has it already, so nothing is raised."""
        self._note([track], [], by=by, judged_by=judged_by)

    def deleted(self, track: Track, *, by: Actor) -> None:
        """Take in, and say, that a track is gone."""
        self._note([], [track], by=by)

    def not_judged(self, way: str) -> tuple[Track, ...]:
        """The tracks of which nobody has said in that way how good they are; raises `DatabaseUnavailableError`."""
        return self._store.not_judged(way)

    def judged(self, track: Track, *, judged_by: str) -> None:
        """Take in what was said of that version of a track."""
        self._store.note_judgement(track, judged_by=judged_by)

    def take(self, said: Said) -> None:
        """Let go of the tracks of a video that has been purged."""
        if isinstance(said.event, VideoPurged):
            self._store.forget(said.event.video.id)

    def compare(self, progress: KeepGoing = lambda _: None) -> str:
        """Make the index say what storage says; what was not said when it happened is said now."""
        is_known = self._notes.recall(_INDEXED) is not None
        since = self._store.now()
        stored = []
        for listed in self._tracks.list(""):
            progress(listed.name)
            if (track := track_of(listed)) is not None:
                stored.append(track)
        changed, gone = self._store.differing(stored, since=since)
        in_batches(changed, lambda some: self._write(some, [], by=SYSTEM if is_known else None))
        in_batches(gone, lambda some: self._write([], some, by=SYSTEM if is_known else None))
        self._notes.remember(_INDEXED, 1)
        return f"{len(stored)} tracks, {len(changed)} written, {len(gone)} gone"

    def _note(
        self, written: Sequence[Track], deleted: Sequence[Track], *, by: Actor, judged_by: str | None = None
    ) -> None:
        try:
            self._write(written, deleted, by=by, judged_by=judged_by)
        except ReelgateError:
            names = [track.video_id for track in (*written, *deleted)]
            log.exception("captions of %s have changed, and housekeeping will list that", names)

    def _write(
        self, written: Sequence[Track], deleted: Sequence[Track], *, by: Actor | None, judged_by: str | None = None
    ) -> None:
        with self._store.writing() as connection:
            for track in written:
                self._store.put(track, on=connection, judged_by=judged_by)
            for track in deleted:
                self._store.remove(track, on=connection)
            if by is not None:
                said = [
                    *(_event(each, each.origin.value) for each in written),
                    *(_event(each, DELETED) for each in deleted),
                ]
                self._events.say_all(said, by=by, connection=connection)


def _event(track: Track, origin: str) -> CaptionsChanged:
    return CaptionsChanged(video_id=track.video_id, language=track.language, kind=track.kind.value, origin=origin)


def _with_embedded(video: Video, tracks: Sequence[Track]) -> tuple[Track, ...]:
    """A person's track of a language and kind stands for the one inside the file."""
    taken = {track.key for track in tracks}
    return (*tracks, *(each for each in embedded_of(video) if each.key not in taken))
