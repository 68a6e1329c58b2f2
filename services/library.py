"""The library: the list, one video, and what people do to it.

Storage is asked first and written first; the catalogue follows. Where the catalogue does not know a video, or cannot
be reached, storage does.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from services.azure_videos import VideoBlobs
from services.catalogue import Catalogue, Page, PageQuery, Totals
from services.errors import (
    BlobChangedError,
    BlobNotFoundError,
    CatalogueUnavailableError,
    InvalidChangeError,
    RecordChangedError,
    ReelgateError,
    VideoNotFoundError,
    VideoReplacedError,
)
from services.video import MISSING, Video, video_from
from utils.blob_names import is_safe_name
from utils.metadata import InvalidMetadata, VideoMetadata
from utils.ranges import if_match_holds
from utils.timestamps import utc_milliseconds
from utils.validators import InvalidTag, InvalidTitle, clean_tags, clean_title

log = logging.getLogger(__name__)

_TRIES = 5
_MOST_UNLISTED = 10_000
_COUNTING_SHARE = 20
_Alter = Callable[[VideoMetadata], VideoMetadata]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a person changes about a video; None leaves it as it is."""

    title: object = None
    tags: object = None


class Library:
    """What can be done with videos once they are in."""

    def __init__(self, catalogue: Catalogue, blobs: VideoBlobs, *, trash_days: int) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._trash_time = timedelta(days=trash_days)
        # When there are more of them, or this process ends too soon, the drift check finds the rest.
        self._unlisted: deque[str] = deque(maxlen=_MOST_UNLISTED)
        self._counted: tuple[float, Totals] | None = None

    def announced(self, video: Video) -> None:
        """Take in a video that has just been committed; never raises, for the video is safe already."""
        try:
            self._catalogue.put(video)
        except Exception:
            self._unlisted.append(video.id)
            log.exception("%s is stored, but not listed yet; housekeeping will list it", video.id)

    def catch_up(self) -> None:
        """Write down what the catalogue could not take when it happened; raises when it still cannot."""
        while self._unlisted:
            id_ = self._unlisted.popleft()
            try:
                self._catalogue.put(self._from_storage(id_))
            except (VideoNotFoundError, VideoReplacedError):
                continue
            except ReelgateError:
                self._unlisted.append(id_)
                raise

    def page(self, query: PageQuery) -> Page:
        """A part of the list, or of the trash."""
        page = self._catalogue.page(query)
        return page if self._catalogue.is_complete() else replace(page, rebuilding=True)

    def totals(self) -> Totals:
        """How much there is in the library, as it was a moment ago.

        Counting goes through all of it, so the answer holds for 20 times as long as it took: milliseconds for a
        thousand videos, a second for a hundred thousand.
        """
        begun = time.monotonic()
        if self._counted is None or begun >= self._counted[0]:
            totals = self._catalogue.totals()
            took = time.monotonic() - begun
            self._counted = (begun + _COUNTING_SHARE * took, totals)
        return self._counted[1]

    def get(self, id_: str) -> Video:
        """The video of that name; raises `VideoNotFoundError` when there is none, or it is in the trash."""
        video = self._find(id_)
        if video.deleted_at is not None:
            raise _unknown()
        return video

    def refresh(self, id_: str) -> Video:
        """The video as storage has it now, written down in the catalogue too."""
        try:
            video = self._noted(self._from_storage(id_))
        except VideoReplacedError:
            self._flag(id_)
            raise
        if video.deleted_at is not None:
            raise _unknown()
        return video

    def edit(self, id_: str, change: Change, *, if_match: str | None) -> Video:
        """Change a video's title and tags, in storage and in the catalogue; returns it as it is then.

        With `if_match` (the header), only the version of the record that it names: else `RecordChangedError`.
        """
        alter = _edit(change)
        if self._find(id_).deleted_at is not None:
            raise _unknown()
        return self._rewrite(id_, alter, if_match=if_match, trashed=False)

    def trash(self, id_: str, *, if_match: str | None = None) -> None:
        """Put a video into the trash."""
        video = self.get(id_)
        now = utc_milliseconds(datetime.now(UTC))
        try:
            self._rewrite(id_, lambda known: replace(known, deleted_at=now), if_match=if_match, trashed=False)
        except VideoNotFoundError:
            if video.status != MISSING:
                raise
            self._catalogue.forget(id_)

    def restore(self, id_: str) -> Video:
        """Take a video out of the trash; one that is not in there stays as it is."""
        video = self._find(id_)
        if video.deleted_at is None:
            return video
        return self._rewrite(id_, lambda known: replace(known, deleted_at=None), if_match=None, trashed=None)

    def restorable_until(self, video: Video) -> datetime | None:
        """When a video in the trash is deleted for good; None for one that is not in the trash."""
        return None if video.deleted_at is None else video.deleted_at + self._trash_time

    def _find(self, id_: str) -> Video:
        if not is_safe_name(id_):
            raise _unknown()
        try:
            known = self._catalogue.find(id_)
        except CatalogueUnavailableError as error:
            log.warning("asking storage for %s: %s", id_, error)
            return self._from_storage(id_)
        if known is not None:
            return known
        try:
            video = self._from_storage(id_)
        except VideoReplacedError as error:
            raise _unknown() from error  # It never was a video: nobody has accepted it.
        self.announced(video)
        return video

    def _from_storage(self, id_: str) -> Video:
        try:
            blob = self._blobs.describe(id_)
        except BlobNotFoundError as error:
            raise _unknown() from error
        if self._blobs.is_pending(id_):
            raise _unknown()
        if blob.lacks_seal:
            raise VideoReplacedError("The content of this video has been replaced by something that was not checked.")
        if not blob.is_ours:
            raise _unknown()
        return video_from(blob)

    def _flag(self, id_: str) -> None:
        """Show in the list that a video is not what it was."""
        if self._catalogue.mark_changed(id_):
            log.warning("%s has been written over past this server", id_)

    def _rewrite(self, id_: str, alter: _Alter, *, if_match: str | None, trashed: bool | None) -> Video:
        wanted: dict[str, str] | None = None
        for _ in range(_TRIES):
            try:
                blob = self._blobs.describe(id_)
            except BlobNotFoundError as error:
                raise _unknown() from error
            before = video_from(blob)
            if wanted is not None and blob.metadata == wanted:
                return self._noted(before)  # The answer to our own write was lost, not the write.
            if trashed is not None and trashed != (before.deleted_at is not None):
                raise _unknown()
            if not if_match_holds(_quoted(if_match), f'"{before.etag}"'):
                raise RecordChangedError("Somebody else has changed this video. Look at it again, then repeat.")
            wanted = _metadata(alter, id_, before, blob.metadata)
            try:
                etag = self._blobs.set_metadata(id_, wanted, etag=before.etag)
            except BlobChangedError:
                continue
            return self._noted(video_from(replace(blob, etag=etag, metadata=wanted)), replaced=before.etag)
        raise RecordChangedError("This video is being changed by others right now. Try again in a moment.")

    def _noted(self, video: Video, *, replaced: str | None = None) -> Video:
        """Bring the catalogue up to date with what has been written to storage."""
        try:
            if not self._catalogue.put(video, replacing=replaced):
                self._catalogue.put(video_from(self._blobs.describe(video.id)))
        except ReelgateError:
            self._unlisted.append(video.id)
            log.exception("%s is changed, but the list does not show it yet; housekeeping will", video.id)
        return video


def _unknown() -> VideoNotFoundError:
    return VideoNotFoundError("There is no such video. It may have been deleted.")


def _edit(change: Change) -> _Alter:
    if change.title is None and change.tags is None:
        raise InvalidChangeError("Nothing to change: send a title, or tags, or both.")
    try:
        title = None if change.title is None else clean_title(change.title)
    except InvalidTitle as error:
        raise _refused("title", error) from error
    try:
        tags = None if change.tags is None else clean_tags(change.tags)
    except InvalidTag as error:
        raise _refused("tags", error) from error

    def alter(known: VideoMetadata) -> VideoMetadata:
        return replace(known, title=known.title if title is None else title, tags=known.tags if tags is None else tags)

    return alter


def _metadata(alter: _Alter, id_: str, before: Video, stored: Mapping[str, str]) -> dict[str, str]:
    known = VideoMetadata.from_blob(stored, name=id_, created=before.uploaded_at)
    try:
        return alter(known).written_over(stored)
    except InvalidMetadata as error:
        raise InvalidChangeError(str(error)) from error


def _refused(field: str, error: ValueError) -> InvalidChangeError:
    return InvalidChangeError(str(error), errors=[{"field": field, "reason": str(error)}])


def _quoted(if_match: str | None) -> str | None:
    """Let a client send the `etag` of the JSON as it stands there, without the quotes that HTTP asks for."""
    if if_match is None or '"' in if_match or if_match.strip() == "*":
        return if_match
    return f'"{if_match.strip()}"'
