"""The end of the trash: what has been in it for too long is deleted for good."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.actors.actor import Actor
from services.actors.policy import Act, may, require
from services.events.events import Events
from services.library.catalogue import Catalogue, PageQuery
from services.library.catalogue.pages import OLDEST_IN_TRASH
from services.library.errors import RecordChangedError
from services.library.gone import let_go
from services.library.hidden import unknown
from services.library.tracks import Tracks
from services.storage.clock import Deadlines
from services.storage.errors import BlobChangedError, BlobKeptError, BlobNotFoundError
from services.storage.videos import VideoBlobs
from services.videos.video import Video, video_from

log = logging.getLogger(__name__)


class Trash:
    """Empties the trash of what cannot be restored any more. Storage has the last word on every video."""

    def __init__(
        self, catalogue: Catalogue, blobs: VideoBlobs, *, events: Events, tracks: Tracks, deadlines: Deadlines
    ) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._events = events
        self._tracks = tracks
        self._deadlines = deadlines

    def purge(self, *, by: Actor, progress: Callable[[object], object] = lambda _: None) -> int:
        """Delete what is due, with its bytes, and is not on legal hold; returns how many videos that were.

        `progress` is called for each video, and may raise to end the purge. Raises `ClockUnsureError`.
        """
        require(by, Act.ADMINISTER)
        due = self._deadlines.clock.judge() - self._deadlines.lifetime
        count = 0
        query = PageQuery(sort=OLDEST_IN_TRASH, trash=True)
        while True:
            page = self._catalogue.page(query)
            for video in page.videos:
                progress(video.id)
                if video.deleted_at is None or video.deleted_at > due:
                    return count
                count += self._delete(video, due=due, by=by)
            if page.next is None:
                return count
            query = replace(query, after=page.next)

    def purge_one(self, id_: str, *, by: Actor) -> None:
        """Delete a video that is in the trash, whether it is due or not; raises `VideoNotFoundError`, `HeldError`."""
        require(by, Act.ADMINISTER)
        try:
            blob = self._blobs.describe(id_)
        except BlobNotFoundError as error:
            raise unknown() from error
        video = video_from(blob)
        if not blob.is_ours or video.deleted_at is None:
            raise unknown()
        require(by, Act.DELETE, video)
        try:
            self._blobs.delete(id_, etag=video.etag)
        except BlobNotFoundError as error:
            raise unknown() from error
        except BlobChangedError as error:
            raise RecordChangedError("Somebody is changing this video right now. Look at it again.") from error
        self._let_go(self._tracks.with_about(video), by=by)

    def _delete(self, video: Video, *, due: datetime, by: Actor) -> bool:
        current = video
        try:
            current = self._tracks.with_about(video_from(self._blobs.describe(video.id)))
            if current.deleted_at is None or current.deleted_at > due:
                self._catalogue.put(current)  # Restored, and the catalogue has not been told.
                return False
            # Whoever has it brought back from the archive wants to take it out of the trash then.
            if current.returning_to is not None or not may(by, Act.DELETE, current):
                self._catalogue.put(current)
                return False
            self._blobs.delete(video.id, etag=current.etag)
        except BlobNotFoundError:
            if current.is_held:
                return False  # Somebody has deleted it past this server: what lies beside it is all that is left.
            log.info("%s was gone already", video.id)
        except BlobChangedError:
            return False  # Somebody is restoring it at this moment.
        except BlobKeptError as error:
            log.warning("%s stays in the trash: %s", video.id, error)
            return False
        self._let_go(current, by=by)
        return True

    def _let_go(self, video: Video, *, by: Actor) -> None:
        let_go(video, events=self._events, tracks=self._tracks, catalogue=self._catalogue, by=by)
        log.info("purged %s, deleted at %s", video.id, video.deleted_at)
