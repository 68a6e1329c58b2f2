"""Playing: the bytes of one version of a video, or a URL that gives them."""

import logging
import time
from collections.abc import Callable, Generator, Iterator
from datetime import datetime

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act
from services.errors import AccessDeniedError
from services.library.archived import require_at_hand
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.places import Places
from services.playback.names import DownloadNames
from services.storage.delivery import Delivery, SignedUrl
from services.storage.errors import (
    BlobArchivedError,
    BlobChangedError,
    BlobNotFoundError,
    StorageError,
    StorageUnavailableError,
)
from services.storage.reading import BlobReader
from services.storage.signing import BlobSigner
from services.storage.use import UsedFor
from services.videos.video import CHANGED, MISSING, Video
from utils.content_disposition import content_disposition
from utils.ranges import ByteRange
from utils.sizes import MIB
from utils.video_types import PASSIVE_TYPES

log = logging.getLogger(__name__)

_PIECE = 16 * MIB
_TRIES = 3
_PAUSE = 0.3
_UNTRUSTED = "application/octet-stream"
_SHOWN = frozenset(PASSIVE_TYPES.values())


class Playback:
    """Reads videos out of storage, for as many players at once as get one of the `places`."""

    def __init__(
        self,
        library: Library,
        reader: BlobReader,
        signer: BlobSigner,
        *,
        places: Places,
        cdn_endpoint: str | None,
        watched: Callable[[str], object],
        names: DownloadNames,
    ) -> None:
        """`watched` is told of the video whenever somebody gets its bytes, or the way to them."""
        self._library = library
        self._reader = reader
        self.places = places
        self._delivery = Delivery(signer, cdn_endpoint=cdn_endpoint)
        self._watched = watched
        self._names = names

    def find(self, id_: str, *, by: Actor, download: bool = False) -> Video:
        """The video to play, or to take along; raises `VideoNotFoundError` when there is none, or its content is gone.

        Raises `VideoReplacedError` for as long as storage holds something else than what was accepted, and
        `ArchivedError`.
        """
        video = self._library.get(id_, by=by, act=Act.DOWNLOAD if download else Act.SEE)
        if video.status == MISSING:
            raise VideoNotFoundError("The content of this video is gone from storage.")
        if video.status == CHANGED or video.is_archived:
            # What the index says may be over.
            video = self._library.refresh(id_, by=by)
            require_at_hand(video)
        return video

    def open(self, video: Video, part: ByteRange, *, client: str = "") -> "FilmStream":
        """Begin to read a part of the video for a client, whatever stands for it; the caller closes the stream.

        What fails at once is raised here: `BusyError` when the client gets no place.
        """
        stream = FilmStream(self.pieces(video, part), release=self.places.take(client))
        try:
            stream.begin()
        except BaseException:
            stream.close()
            raise
        return stream

    def pieces(self, video: Video, part: ByteRange) -> Generator[bytes]:
        """The bytes of a part of the video, for whoever holds a place."""
        self._watched(video.id)
        position, failures = part.start, 0
        used_for = UsedFor(video.tier, video.owner)
        while position <= part.end:
            end = min(part.end, position + _PIECE - 1)
            before = position
            failure: StorageError | None = None
            try:
                with self._reader.open(video.id, start=position, end=end, etag=video.etag, used_for=used_for) as steps:
                    for step in steps:
                        position += len(step)
                        yield step
            except BlobNotFoundError as error:
                raise VideoNotFoundError("The content of this video is gone from storage.") from error
            except BlobArchivedError:
                # Other tools have moved it there.
                require_at_hand(self._library.refresh(video.id, by=SYSTEM))
                raise
            except BlobChangedError as error:
                video, failure = self._same_content(video), error
            except StorageUnavailableError as error:
                failure = error
            failures = 0 if position > before else failures + 1
            if failures >= _TRIES:
                raise failure or StorageUnavailableError("Storage does not send this video.")
            if isinstance(failure, StorageUnavailableError):
                log.info("reading %s goes on at %d: %s", video.id, position, failure)
                time.sleep(_PAUSE * failures)

    @property
    def origin(self) -> str:
        """Where the URLs that `url` gives lead, as browsers name it."""
        return self._delivery.origin

    def can_bind(self, address: str) -> bool:
        """Whether a URL of storage can be bound to that address: storage knows IPv4 alone, and what a CDN asks from."""
        return self._delivery.can_bind(address)

    def url(
        self, video: Video, *, until: datetime | None = None, download: bool = False, client_ip: str | None = None
    ) -> SignedUrl:
        """A URL of storage that gives the bytes to whoever has it: until then, but for five minutes at the most."""
        self._watched(video.id)
        return self._delivery.url(
            video.id,
            until=until,
            content_type=served_type(video),
            content_disposition=self.disposition(video, download=download),
            client_ip=client_ip,
        )

    def disposition(self, video: Video, *, download: bool) -> str:
        """The Content-Disposition to serve a video with."""
        if not download and served_type(video) != _UNTRUSTED:
            return content_disposition(video.original_name, inline=True)
        [name] = self._names.of([video])
        return content_disposition(name)

    def _same_content(self, video: Video) -> Video:
        """The video's newest record, when title or tags have changed and the bytes have not."""
        # Whoever plays it was let in when they began.
        current = self._library.refresh(video.id, by=SYSTEM)
        if current.content_etag != video.content_etag or current.size != video.size:
            raise BlobChangedError("The video has been replaced while it was played. Start again.")
        if video.access_epoch is not None and current.access_epoch != video.access_epoch:
            raise AccessDeniedError("The link to this video has been revoked.")
        return current


class FilmStream:
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
