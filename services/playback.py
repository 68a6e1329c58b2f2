"""Playing: the bytes of one version of a video, or a URL that gives them."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from services.azure_reading import BlobReader
from services.azure_sas import BlobSigner
from services.errors import (
    BlobChangedError,
    BlobNotFoundError,
    BusyError,
    StorageError,
    StorageUnavailableError,
    VideoNotFoundError,
)
from services.library import Library
from services.video import CHANGED, MISSING, Video
from utils.content_disposition import content_disposition
from utils.ranges import ByteRange
from utils.video_types import PASSIVE_TYPES

log = logging.getLogger(__name__)

_PIECE = 16 * 1024 * 1024
_TRIES = 3
_PAUSE = 0.3
# A player asks for the signed URL once and seeks in it for as long as the film lasts.
_REDIRECT_TIME = timedelta(hours=4)
_UNTRUSTED = "application/octet-stream"
_SHOWN = frozenset(PASSIVE_TYPES.values())


class Playback:
    """Reads videos out of storage, for so many players at once as there are `places`."""

    def __init__(
        self, library: Library, reader: BlobReader, signer: BlobSigner, *, places: int, cdn_endpoint: str | None
    ) -> None:
        self._library = library
        self._reader = reader
        self._signer = signer
        self._places = threading.BoundedSemaphore(places)
        self._cdn_endpoint = cdn_endpoint

    def find(self, id_: str) -> Video:
        """The video to play; raises `VideoNotFoundError` when there is none, or its content is gone.

        Raises `VideoReplacedError` for as long as storage holds something else than what was accepted.
        """
        video = self._library.get(id_)
        if video.status == MISSING:
            raise VideoNotFoundError("The content of this video is gone from storage.")
        if video.status == CHANGED:
            video = self._library.refresh(id_)
        return video

    def open(self, video: Video, part: ByteRange) -> "Stream":
        """Begin to read a part of the video; what fails at once is raised here. The caller closes the stream."""
        if not self._places.acquire(blocking=False):
            raise BusyError("Too many people are watching right now. Try again in a moment.", retry_after=2)
        stream = Stream(self._pieces(video, part), release=self._places.release)
        try:
            stream.begin()
        except BaseException:
            stream.close()
            raise
        return stream

    @property
    def origin(self) -> str:
        """Where the URLs that `url` gives lead, as browsers name it."""
        if self._cdn_endpoint is None:
            return self._signer.origin
        address = urlsplit(self._cdn_endpoint)
        return f"{address.scheme}://{address.netloc}"

    def url(self, video: Video, *, until: datetime | None = None, download: bool = False) -> str:
        """A URL that gives the bytes to whoever has it, until then (by default for as long as a film lasts)."""
        signed = self._signer.read_url(
            video.id,
            until=until or datetime.now(UTC) + _REDIRECT_TIME,
            content_type=served_type(video),
            content_disposition=disposition(video, download=download),
        )
        if self._cdn_endpoint is None:
            return signed
        parts = urlsplit(signed)
        return f"{self._cdn_endpoint.rstrip('/')}{parts.path}?{parts.query}"

    def _pieces(self, video: Video, part: ByteRange) -> Generator[bytes]:
        position, failures = part.start, 0
        while position <= part.end:
            end = min(part.end, position + _PIECE - 1)
            before = position
            failure: StorageError | None = None
            try:
                with self._reader.open(video.id, start=position, end=end, etag=video.etag) as steps:
                    for step in steps:
                        position += len(step)
                        yield step
            except BlobNotFoundError as error:
                raise VideoNotFoundError("The content of this video is gone from storage.") from error
            except BlobChangedError as error:
                video, failure = self._same_content(video), error
            except StorageUnavailableError as error:
                failure = error
            failures = 0 if position > before else failures + 1
            if failures >= _TRIES:
                raise failure or StorageUnavailableError("Storage sends nothing of this video.")
            if isinstance(failure, StorageUnavailableError):
                log.info("reading %s goes on at %d: %s", video.id, position, failure)
                time.sleep(_PAUSE * failures)

    def _same_content(self, video: Video) -> Video:
        """The video's newest record, when title or tags have changed and the bytes have not."""
        current = self._library.refresh(video.id)
        if current.content_etag != video.content_etag or current.size != video.size:
            raise BlobChangedError("The video has been replaced while it was played. Start again.")
        return current


class Stream:
    """The bytes of a part of a video. Closing it, at any time, stops the reading from storage at once."""

    def __init__(self, pieces: Generator[bytes], *, release: Callable[[], None]) -> None:
        self._pieces = pieces
        self._first: bytes | None = None
        self._release: Callable[[], None] | None = release

    def begin(self) -> None:
        """Wait for the first bytes."""
        self._first = next(self._pieces)

    def __iter__(self) -> Iterator[bytes]:
        if self._first is not None:
            yield self._first
            self._first = None
        yield from self._pieces

    def close(self) -> None:
        """Let go of storage and of the player's place."""
        release, self._release = self._release, None
        if release is None:
            return
        try:
            self._pieces.close()
        finally:
            release()


def served_type(video: Video) -> str:
    """The type to serve a video with: none that a browser would run, whatever other tools have set."""
    return video.content_type if video.content_type in _SHOWN else _UNTRUSTED


def disposition(video: Video, *, download: bool) -> str:
    """The Content-Disposition to serve a video with."""
    return content_disposition(video.original_name, inline=not download and served_type(video) != _UNTRUSTED)
