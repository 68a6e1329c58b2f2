"""Files that Reelgate has made itself become videos here, by the lines that every door ends in.

A file may be made twice: the first attempt was killed, or was believed to be. Both write blocks of their own under the
one name that was chosen before the first began, and the name is committed once.
"""

import os
from concurrent.futures import Executor
from pathlib import Path
from typing import Protocol

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.storage.blobs import BlobStorage
from services.uploads.block_writer import BlockWriter
from services.uploads.body_reader import BodyReader, IncomingBody
from services.uploads.memory_budget import MemoryBudget
from services.uploads.uploads import Draft, Upload, Uploads, check_size
from services.videos.video import Video
from utils.digests import NO_DIGESTS


class ReadableFile(Protocol):
    """A file that is open for reading, at its beginning."""

    def fileno(self) -> int:
        """Its descriptor."""

    def tell(self) -> int:
        """How much of it has been read."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, none at the end; what it raises ends the upload."""


class MadeUploads:
    """Takes in files of this machine."""

    def __init__(
        self, storage: BlobStorage, uploads: Uploads, reader: BodyReader, *, budget: MemoryBudget, pool: Executor
    ) -> None:
        self._storage = storage
        self._uploads = uploads
        self._reader = reader
        self._budget = budget
        self._pool = pool

    def is_there(self, draft: Draft, *, by: Actor) -> bool:
        """Whether an earlier attempt has made this draft a video."""
        require(by, Act.UPLOAD)
        return self._storage.upload_of(draft.name) == draft.metadata.upload_id

    def take(self, draft: Draft, path: Path, *, attempt: int, by: Actor) -> Video:
        """Make the file this video; an attempt that comes too late is told of the video that is there.

        Raises what uploads raise; then no video is there by this attempt. Its blocks are left to storage, which drops
        them after seven days: to clear them would clear those of another attempt too.
        """
        with path.open("rb") as file:
            return self.take_open(draft, file, attempt=attempt, by=by)

    def take_open(self, draft: Draft, file: ReadableFile, *, attempt: int, by: Actor) -> Video:
        """The same of a file that is open."""
        return self.take_body(draft, _FileBody(file), attempt=attempt, by=by)

    def take_body(self, draft: Draft, body: IncomingBody, *, attempt: int, by: Actor) -> Video:
        """The same of bytes from anywhere."""
        require(by, Act.UPLOAD)
        check_size(body.length or 0, largest=self._uploads.rules.largest)
        writer = BlockWriter(
            stage=self._storage.stager(draft.name),
            plan=self._uploads.plan(body.length),
            budget=self._budget,
            pool=self._pool,
            name_block=lambda index, _: _block_id(attempt, index),
        )
        upload = Upload(draft=draft, writer=writer, rules=self._uploads.rules, expected=NO_DIGESTS)
        try:
            self._reader.read(body, door=draft.metadata.door or "clip", pass_on=upload.write)
            upload.seal()
            video = self._uploads.commit(upload.staged())
        except BaseException:
            writer.abandon()
            raise
        self._uploads.announce(video, by=by)
        return video


def _block_id(attempt: int, index: int) -> str:
    return f"{attempt:06}-{index:08}"


class _FileBody:
    """A file, as uploads read bodies."""

    def __init__(self, file: ReadableFile) -> None:
        self._file = file
        self.length: int | None = os.fstat(file.fileno()).st_size

    @property
    def at_hand(self) -> int:
        """All that has not been read."""
        return max(0, (self.length or 0) - self._file.tell())

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        return self._file.read(size)
