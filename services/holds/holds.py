"""Legal holds on videos: put by whoever manages, lifted by administrators alone.

While a video is held, nobody deletes it or anything that lies beside it (captions, sign tracks, documents, a chosen
poster): that is `Act.DELETE`, and the policy refuses it, to housekeeping too. Words about it may still be written. The
mark is in the blob's metadata; who has put it and why lies beside the video, because whoever may read a blob reads its
metadata. Videos of their own, such as its clips, are not held with it.
"""

import contextlib
import logging
from dataclasses import replace

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.errors import ReelgateError
from services.events.videos import VideoHeld, VideoReleased
from services.holds.errors import InvalidHoldError
from services.library.alteration import Alteration
from services.library.library import Library
from services.storage.clock import StorageClock
from services.storage.errors import BlobKeptError
from services.storage.holds import BlobHolds
from services.videos.metadata import VideoMetadata
from services.videos.video import Video
from utils.timestamps import utc_milliseconds
from utils.words import InvalidWords, clean_words

log = logging.getLogger(__name__)

LONGEST_REASON = 1000
"""Letters."""


class Holds:
    """Puts and lifts them. Every method raises `StorageError`, and `VideoNotFoundError` for what is not there."""

    def __init__(self, library: Library, storage: BlobHolds, clock: StorageClock) -> None:
        self._library = library
        self._storage = storage
        self._clock = clock

    def put(self, video_id: str, reason: str, *, by: Actor) -> Video:
        """Put a video on hold, in the trash too; one that is held already gets another reason.

        Raises `InvalidHoldError` without a reason.
        """
        require(by, Act.MANAGE)
        reason, now = _cleaned(reason), utc_milliseconds(self._clock.now())

        def alter(known: VideoMetadata) -> VideoMetadata:
            return replace(known, held_at=known.held_at or now)

        words = {"held_by": by.id, "hold_reason": reason}
        what = Alteration(alter=alter, act=Act.MANAGE, says=VideoHeld, words=words)
        video = self._library.mark(video_id, what, by=by)
        try:
            self._storage.put(video.id)
        except ReelgateError as error:  # Ours holds all the same.
            log.warning("storage was not told of the legal hold on %s: %s", video.id, error)
        return video

    def lift(self, video_id: str, *, by: Actor) -> None:
        """Lift the hold of a video; one that is not held stays as it is."""
        require(by, Act.ADMINISTER)
        try:
            self._release(video_id, by=by)
        except BlobKeptError:
            # Storage would not let the mark be taken away before its own hold is.
            self._storage.lift(video_id)
            self._release(video_id, by=by)
        self._storage.lift(video_id)

    def _release(self, video_id: str, *, by: Actor) -> None:
        def alter(known: VideoMetadata) -> VideoMetadata:
            if known.held_at is None:
                raise _NotHeld
            return replace(known, held_at=None)

        words = {"held_by": "", "hold_reason": ""}
        what = Alteration(alter=alter, act=Act.ADMINISTER, says=VideoReleased, words=words)
        with contextlib.suppress(_NotHeld):
            self._library.mark(video_id, what, by=by)


class _NotHeld(Exception):
    """There is nothing to lift."""


def _cleaned(reason: str) -> str:
    try:
        clean = clean_words(reason, name="reason", most=LONGEST_REASON)
    except InvalidWords as error:
        raise _invalid(str(error)) from error
    if not clean:
        raise _invalid("A legal hold needs a reason.")
    return clean


def _invalid(reason: str) -> InvalidHoldError:
    return InvalidHoldError(reason, errors=[{"field": "reason", "reason": reason}])
