"""Videos whose bytes storage fetches by itself, from another container, another account or another cloud.

They do not pass through here, so they get no digest on their way: the scrubber writes it down at its first visit. What
is held instead: each block is of the version that was found, by its ETag, or another look in the end shows that version
still; a file of one block has the MD5 that its own storage names; all blocks together have as many bytes as the file;
and its first bytes are those of a film.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.storage.blobs import BlobStorage, BlockSource
from services.storage.errors import BlobChangedError
from services.uploads.uploads import Draft, Staged, Uploads, check_size, type_of
from services.videos.video import Video
from utils.sizes import MIB

LONGEST_URL = 2048
"""Storage takes no longer address of a source."""
STANDARD_BLOCK = 32 * MIB
"""What is fetched at once."""
FETCH_SECONDS = 300.0
"""Storage may need so long to fetch a block, all tries together: its source may be slow."""


@dataclass(frozen=True, kw_only=True)
class FileElsewhere:
    """A file that storage can fetch."""

    url: str = field(repr=False)
    """It lets in whoever has it."""
    etag: str | None
    """Without quotes, where storage can hold its own source to it; where not, `check` does."""
    size: int
    """In bytes, at least one."""
    head: bytes
    """The first `SNIFF_BYTES`."""
    md5: bytes | None = None
    """Of all of it, where its own storage names it."""
    check: Callable[[], None] = lambda: None
    """Called when all is fetched and nothing a video yet; raises where the file is another one by now."""


class CopiedUploads:
    """Has storage fetch files, block by block; what an earlier attempt has staged stays."""

    def __init__(
        self,
        storage: BlobStorage,
        uploads: Uploads,
        *,
        block_size: int = STANDARD_BLOCK,
        seconds: float = FETCH_SECONDS,
    ) -> None:
        self._storage = storage
        self._uploads = uploads
        self._block_size = block_size
        self._seconds = seconds

    def take(self, draft: Draft, file: FileElsewhere, *, go_on: Callable[[], None], by: Actor) -> Video:
        """Make the file this video.

        The draft is of this version of the file. `go_on` is called before each block, and raises where the work is to
        end. Raises what uploads raise, `StorageUnsupportedError` where storage cannot fetch, and other `StorageError`s
        where the file may not be fetched or is another one by now, and what its `check` raises; then no video is there
        by this attempt.
        """
        require(by, Act.UPLOAD)
        rules = self._uploads.rules
        check_size(file.size, largest=rules.largest)
        content_type = type_of(draft.metadata.original_name, file.head, rules=rules)
        block_size = max(self._block_size, self._uploads.plan(file.size).least(0, 0))
        blocks = {_block_id(offset): (offset, size) for offset, size in _parts(file.size, block_size)}
        before = self._storage.staged(draft.name)
        for block_id, (offset, size) in blocks.items():
            if before.get(block_id) != size:
                go_on()
                md5 = file.md5 if len(blocks) == 1 else None
                source = BlockSource(url=file.url, offset=offset, size=size, etag=file.etag, md5=md5)
                self._storage.stage_from_url(draft.name, block_id, source, seconds=self._seconds)
        staged = self._storage.staged(draft.name)
        # None is left where another attempt has committed them: the commit says so, and gives the same video.
        if staged and any(staged.get(block_id) != size for block_id, (_, size) in blocks.items()):
            raise BlobChangedError("Storage has fetched another number of bytes than the file has.")
        file.check()
        video = self._uploads.commit(
            Staged(draft=draft, content_type=content_type, size=file.size, block_ids=tuple(blocks))
        )
        self._uploads.announce(video, by=by)
        return video


def _parts(length: int, size: int) -> Iterator[tuple[int, int]]:
    """Where each block begins, and how many bytes it has."""
    for offset in range(0, length, size):
        yield offset, min(size, length - offset)


def _block_id(offset: int) -> str:
    """As long as the ids of blocks that pass through here, and none of theirs: all of a blob have one length."""
    return f"c{offset:014}"
