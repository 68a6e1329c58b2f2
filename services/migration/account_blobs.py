"""Blobs of the same account, which other tools have put there: read, and never written."""

from dataclasses import dataclass, replace

from services.actors.actor import Actor
from services.migration.errors import UnreadableFileError
from services.migration.found import FileState, FoundFile, left_out
from services.migration.place import GoOn
from services.migration.storage_fetch import Looks, StorageFetch
from services.storage.errors import BlobChangedError, BlobNotFoundError, StorageError, StorageUnavailableError
from services.storage.other_containers import OtherBlob, OtherContainers
from services.uploads.made import MadeUploads
from services.uploads.uploads import Draft
from services.videos.video import Video
from utils.signatures import SNIFF_BYTES
from utils.text import has_unsafe_characters

_LARGEST_READ = 4 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class BlobToBring:
    """A blob that is to become a video."""

    container: str
    blob: OtherBlob
    found: FoundFile


@dataclass(frozen=True, kw_only=True)
class BlobBringing:
    """Makes videos of blobs. One for each attempt at a migration."""

    containers: OtherContainers
    uploads: MadeUploads
    fetch: StorageFetch

    def bring(self, wanted: BlobToBring, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Have storage copy the blob, or read it as every other upload."""
        video = self._copied(wanted, draft, go_on=go_on, by=by)
        return video or self.uploads.take_body(draft, self._body(wanted, go_on), attempt=attempt, by=by)

    def _copied(self, wanted: BlobToBring, draft: Draft, *, go_on: GoOn, by: Actor) -> Video | None:
        try:
            url = self.containers.own_url(wanted.container, wanted.blob)
        except StorageUnavailableError:
            raise
        except StorageError:  # Nothing can be signed here.
            return None

        def head() -> bytes:
            return self._body(wanted, go_on).read(SNIFF_BYTES)

        return self.fetch.take(draft, url, wanted.found, looks=Looks(head=head), go_on=go_on, by=by)

    def _body(self, wanted: BlobToBring, go_on: GoOn) -> "_BlobBody":
        return _BlobBody(self.containers, wanted.container, wanted.blob, go_on=go_on)


def found_blob(path: str, parts: tuple[str, ...], blob: OtherBlob) -> FoundFile:
    """A blob as a file that was found at a path."""
    found = FoundFile(path=path, parts=parts, size=blob.size, version=blob.etag, md5=blob.md5)
    if has_unsafe_characters(blob.name):
        return replace(found, state=FileState.REFUSED, detail="Its name holds what no name may.")
    if (reason := left_out(found.name)) is not None:
        return replace(found, state=FileState.SKIPPED, detail=reason)
    if blob.is_archived:
        detail = "It is in the archive: bring it back first, then take it in."
        return replace(found, state=FileState.FAILED, detail=detail)
    if not blob.size:
        return replace(found, state=FileState.REFUSED, detail="The file is empty.")
    return found


class _BlobBody:
    """A blob as a body."""

    def __init__(self, containers: OtherContainers, container: str, blob: OtherBlob, *, go_on: GoOn) -> None:
        self.length: int | None = blob.size
        self._containers = containers
        self._container = container
        self._blob = blob
        self._go_on = go_on
        self._got = 0

    @property
    def at_hand(self) -> int:
        """All that has not been read."""
        return self._blob.size - self._got

    def read(self, size: int, /) -> bytes:
        """The next bytes; raises `UnreadableFileError` where the blob is another one by now."""
        self._go_on()
        wanted = min(size, self.at_hand, _LARGEST_READ)
        if not wanted:
            return b""
        try:
            data = self._containers.read(self._container, self._blob, offset=self._got, size=wanted)
        except (BlobChangedError, BlobNotFoundError) as error:
            raise UnreadableFileError("The blob was changed while it was read.") from error
        self._got += len(data)
        return data
