"""Films that this machine has made itself: they come in by the same last lines as all others."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.actors.actor import Actor
from services.uploads.body_reader import BodyReader
from services.uploads.uploads import Candidate, Uploads
from services.videos.video import Video


@dataclass(frozen=True)
class _OpenFile:
    """A file as a body that is all here."""

    file: BinaryIO
    length: int

    @property
    def at_hand(self) -> int:
        return self.length - self.file.tell()

    def read(self, size: int, /) -> bytes:
        return self.file.read(size)


@dataclass(frozen=True)
class LocalFiles:
    """Makes videos of local files."""

    uploads: Uploads
    reader: BodyReader

    def store(self, path: Path, candidate: Candidate, *, door: str, by: Actor) -> Video:
        """Make one a video; raises what `Uploads.begin` and `Uploads.finish` raise, and leaves nothing behind then."""
        upload = self.uploads.begin(candidate, door=door, by=by)
        try:
            with path.open("rb") as file:
                self.reader.read(_OpenFile(file, path.stat().st_size), door=door, pass_on=upload.write)
        except BaseException:
            self.uploads.abandon([upload])
            raise
        [video] = self.uploads.finish([upload], by=by)
        return video
