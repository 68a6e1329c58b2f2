"""One video read again from its first byte to its last."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from services.actors.actor import SYSTEM
from services.actors.policy import Act
from services.errors import ReelgateError
from services.library.alteration import Alteration
from services.library.errors import InvalidChangeError, RecordChangedError, VideoNotFoundError
from services.library.library import Library
from services.scrub.found import Soundness
from services.storage.clock import StorageClock
from services.storage.errors import (
    BlobChangedError,
    BlobKeptError,
    StorageError,
    StorageUnavailableError,
)
from services.storage.scanning import BlobScanner
from services.storage.videos import VideoBlobs
from services.videos.metadata import VideoMetadata
from services.videos.video import StoredBlob, Video, video_from
from utils.sizes import MIB

log = logging.getLogger(__name__)

_PIECE = 16 * MIB
_TRIES = 3
_ARCHIVE = "archive"

Spent = Callable[[int], None]
"""Told of each step, in bytes; holds the reading back, and raises to end it."""


@dataclass(frozen=True, kw_only=True)
class CheckedVideo:
    """What has come of it."""

    verdict: Soundness
    expected: str = ""
    found: str = ""


class _OtherContentError(ReelgateError):
    """It is not the video any more that it was when the reading began."""


class VideoCheck:
    """Compares videos with their SHA-256, and computes a missing one. Raises `StorageUnavailableError`."""

    def __init__(self, library: Library, blobs: VideoBlobs, scanner: BlobScanner, clock: StorageClock) -> None:
        self._library = library
        self._blobs = blobs
        self._scanner = scanner
        self._clock = clock

    def check(self, id_: str, *, spent: Spent, settled: timedelta) -> CheckedVideo:
        """Read one; what is younger than `settled` is left alone, for it is being worked on."""
        try:
            blob = self._blobs.describe(id_)
            if not blob.is_ours:
                return CheckedVideo(verdict=Soundness.SKIPPED)
            if blob.tier == _ARCHIVE:
                return CheckedVideo(verdict=Soundness.ARCHIVED)
            video = video_from(blob)
            if settled and video.uploaded_at + settled > self._clock.now():
                return CheckedVideo(verdict=Soundness.SKIPPED)
            return self._compared(video, spent)
        except StorageUnavailableError:
            raise
        except (StorageError, _OtherContentError) as error:
            log.info("%s is not read again: %s", id_, error)
            return CheckedVideo(verdict=Soundness.SKIPPED)

    def _compared(self, video: Video, spent: Spent) -> CheckedVideo:
        found = self._digest(video, spent)
        if video.sha256 is None:
            is_written = self._fill_in(video, found)
            return CheckedVideo(verdict=Soundness.FILLED if is_written else Soundness.SKIPPED, found=found)
        if found != video.sha256:
            # It may have been damaged on its way here; so it is read once more before anybody is alarmed.
            found = self._digest(video, spent)
        verdict = Soundness.RIGHT if found == video.sha256 else Soundness.DAMAGED
        return CheckedVideo(verdict=verdict, expected=video.sha256, found=found)

    def _digest(self, video: Video, spent: Spent) -> str:
        digest, position, failures, etag = hashlib.sha256(), 0, 0, video.etag
        while position < video.size:
            before, end = position, min(video.size, position + _PIECE) - 1
            failure: StorageError | None = None
            try:
                with self._scanner.open(video.id, start=position, end=end, etag=etag) as steps:
                    for step in steps:
                        digest.update(step)
                        position += len(step)
                        spent(len(step))
            except BlobChangedError as error:
                etag, failure = self._same_content(video), error
            except StorageUnavailableError as error:
                failure = error
            failures = 0 if position > before else failures + 1
            if failures >= _TRIES:
                raise failure or StorageUnavailableError("Storage does not send this video.")
        return digest.hexdigest()

    def _same_content(self, video: Video) -> str:
        """The newest ETag of a video of which only words have been changed."""
        blob = self._blobs.describe(video.id)
        now = video_from(blob)
        if not _is_same(blob, now, video) or blob.tier == _ARCHIVE:
            raise _OtherContentError("The video has been changed while it was read.")
        return now.etag

    def _fill_in(self, video: Video, found: str) -> bool:
        """Write the digest down; the ETag of the content stays, and whoever is playing it plays on."""

        def alter(known: VideoMetadata) -> VideoMetadata:
            if known.sha256 is not None or known.content_etag != video.content_etag:
                raise _OtherContentError("The video has been changed meanwhile.")
            return replace(known, sha256=found)

        try:
            self._library.mark(video.id, Alteration(alter=alter, act=Act.MANAGE), by=SYSTEM)
        except (VideoNotFoundError, RecordChangedError, InvalidChangeError, BlobKeptError) as error:
            log.info("the digest of %s is not written down: %s", video.id, error)
            return False
        return True


def _is_same(blob: StoredBlob, now: Video, video: Video) -> bool:
    return blob.is_ours and (now.content_etag, now.size) == (video.content_etag, video.size)
