"""Several videos as one ZIP file, made while it is sent: nothing is kept, and it can be gone on with."""

import hashlib
import threading
import zlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from services.actors.actor import Actor
from services.playback.names import DownloadNames
from services.playback.playback import FilmStream, Playback
from services.videos.video import Video
from utils.ranges import ByteRange
from utils.sizes import MIB
from utils.zip_layout import ZipLayout, ZipMember, safe_names

_MOST_CHECKSUMS = 10_000
MOST_READ_AGAIN = 1024 * MIB
"""Bytes that are read for their checksum alone: without a limit, asking for the last byte would cost all of them."""


@dataclass(frozen=True)
class ZipFile:
    """A file to be, of these videos as they are now."""

    videos: tuple[Video, ...]
    layout: ZipLayout
    name: str

    @property
    def etag(self) -> str:
        """Of its bytes: two with the same are the same."""
        said = "\n".join(
            f"{video.id} {video.content_etag} {member.name}"
            for video, member in zip(self.videos, self.layout.members, strict=True)
        )
        return hashlib.sha256(said.encode()).hexdigest()[:32]


class ZipDownloads:
    """Makes them out of what players are given."""

    def __init__(self, playback: Playback, names: DownloadNames) -> None:
        self._playback = playback
        self._names = names
        self._lock = threading.Lock()
        self._checksums: dict[tuple[str, str], int] = {}
        """Of what has been read to its end, so that whoever goes on need not wait until it is read again."""

    def find(self, ids: Sequence[str], *, by: Actor) -> ZipFile:
        """The file of these videos, each of them once; raises what `Playback.find` raises."""
        videos = tuple(self._playback.find(id_, by=by, download=True) for id_ in dict.fromkeys(ids))
        names = safe_names(self._names.of(videos))
        members = [
            ZipMember(name=name, size=video.size, modified=video.uploaded_at)
            for name, video in zip(names, videos, strict=True)
        ]
        return ZipFile(videos, ZipLayout(members), self._names.of_zip(names))

    def can_begin(self, file: ZipFile, start: int) -> bool:
        """Whether little has to be read again for a part that begins there."""
        before = zip(file.videos, file.layout.before(start), strict=True)
        return sum(size for video, size in before if self._known(video) is None) <= MOST_READ_AGAIN

    def open(self, file: ZipFile, part: ByteRange, *, client: str) -> FilmStream:
        """Begin to send a part of the file; the caller closes the stream. `BusyError` when the client gets no place."""
        stream = FilmStream(self._pieces(file, _SentPart(part)), release=self._playback.places.take(client))
        try:
            stream.begin()
        except BaseException:
            stream.close()
            raise
        return stream

    def _pieces(self, file: ZipFile, sent: "_SentPart") -> Generator[bytes]:
        checksums = []
        for video, member in zip(file.videos, file.layout.members, strict=True):
            yield from sent.cut(file.layout.head(member))
            checksums.append((yield from self._film(video, sent)))
            yield from sent.cut(file.layout.tail(member, checksums[-1]))
            if sent.is_over:
                return
        yield from sent.cut(file.layout.end(checksums))

    def _film(self, video: Video, sent: "_SentPart") -> Generator[bytes, None, int]:
        """A video's bytes; returns their checksum, for which those are read, too, that were sent before."""
        known = self._known(video)
        begin = 0 if known is None else sent.skip(video.size)
        checksum = 0
        if begin < video.size:
            for piece in self._playback.pieces(video, ByteRange(begin, video.size - 1)):
                checksum = zlib.crc32(piece, checksum)
                yield from sent.cut(piece)
                if sent.is_over:
                    return checksum
        if known is not None:
            return known
        with self._lock:
            self._checksums[_key(video)] = checksum
            if len(self._checksums) > _MOST_CHECKSUMS:
                del self._checksums[next(iter(self._checksums))]
        return checksum

    def _known(self, video: Video) -> int | None:
        with self._lock:
            return self._checksums.get(_key(video))


def _key(video: Video) -> tuple[str, str]:
    return video.id, video.content_etag


class _SentPart:
    """What of a stream is sent: from one byte to another."""

    def __init__(self, part: ByteRange) -> None:
        self._before = part.start
        self._left = part.length

    @property
    def is_over(self) -> bool:
        """Whether all is sent."""
        return self._left == 0

    def skip(self, size: int) -> int:
        """Go on behind what is not to be sent of so many bytes; returns how many that are."""
        skipped = min(size, self._before)
        self._before -= skipped
        return skipped

    def cut(self, piece: bytes) -> Generator[bytes]:
        """What of a piece is to be sent, if anything is."""
        begin = self.skip(len(piece))
        kept = piece[begin : begin + self._left]
        self._left -= len(kept)
        if kept:
            yield kept
