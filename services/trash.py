"""The end of the trash: what has been in it for too long is deleted for good."""

import logging
from datetime import UTC, datetime, timedelta

from services.azure_videos import VideoBlobs
from services.catalogue import Catalogue, PageQuery
from services.catalogue.pages import OLDEST_IN_TRASH
from services.errors import BlobChangedError, BlobNotFoundError
from services.video import Video, video_from

log = logging.getLogger(__name__)


class Trash:
    """Empties the trash of what cannot be restored any more. Storage has the last word on every video."""

    def __init__(self, catalogue: Catalogue, blobs: VideoBlobs, *, days: int) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._days = timedelta(days=days)

    def purge(self, *, now: datetime | None = None) -> int:
        """Delete what is due, with its bytes; returns how many videos that were."""
        due = (now or datetime.now(UTC)) - self._days
        count = 0
        query = PageQuery(sort=OLDEST_IN_TRASH, limit=200, trash=True)
        while True:
            page = self._catalogue.page(query)
            for video in page.videos:
                if video.deleted_at is None or video.deleted_at > due:
                    return count
                count += self._delete(video, due=due)
            if page.next is None:
                return count
            query = PageQuery(sort=OLDEST_IN_TRASH, limit=200, trash=True, after=page.next)

    def _delete(self, video: Video, *, due: datetime) -> bool:
        try:
            current = video_from(self._blobs.describe(video.id))
            if current.deleted_at is None or current.deleted_at > due:
                self._catalogue.put(current)  # Restored, and the catalogue has not been told.
                return False
            self._blobs.delete(video.id, etag=current.etag)
        except BlobNotFoundError:
            log.info("%s was gone already", video.id)
        except BlobChangedError:
            return False  # Somebody is restoring it at this moment.
        self._catalogue.forget(video.id)
        log.info("purged %s, deleted at %s", video.id, video.deleted_at)
        return True
