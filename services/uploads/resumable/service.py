"""Resumable uploads: create, append, ask, end. Everything that one request leaves for the next is in storage."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.storage.clock import Deadlines
from services.uploads.body_reader import BodyReader
from services.uploads.memory_budget import MemoryBudget
from services.uploads.resumable.appends import Appends
from services.uploads.resumable.concatenation import Concatenation, check_named
from services.uploads.resumable.creations import Creations
from services.uploads.resumable.messages import Creation, Patch, UploadStatus
from services.uploads.resumable.owners import Owners
from services.uploads.resumable.patch_receiver import PatchReceiver
from services.uploads.resumable.patch_rules import PatchRules
from services.uploads.resumable.progress import Progress
from services.uploads.resumable.records import UploadRecords
from services.uploads.resumable.removal import Removal
from services.uploads.resumable.staged_blocks import StagedBlocks
from services.uploads.resumable.upload_access import UploadAccess
from services.uploads.resumable.upload_cache import UploadCache
from services.uploads.uploads import Uploads


class Resumable:
    """The resumable door. Any instance can serve any request of any upload."""

    def __init__(
        self,
        uploads: Uploads,
        records: UploadRecords,
        *,
        staged_blocks: StagedBlocks,
        concatenation: Concatenation,
        reader: BodyReader,
        budget: MemoryBudget,
        pool: Executor,
        deadlines: Deadlines,
    ) -> None:
        """`deadlines` count from the last request that brought bytes."""
        self.records = records
        self._rules = uploads.rules
        self._owners = Owners(records)
        self._cache = cache = UploadCache(records)
        access = UploadAccess(records, staged_blocks, deadlines=deadlines)
        self._progress = Progress(access, staged_blocks)
        self._appends = Appends(
            records,
            access,
            cache,
            rules=PatchRules(uploads, deadlines=deadlines),
            receiver=PatchReceiver(uploads, staged_blocks, reader=reader, budget=budget, pool=pool),
            progress=self._progress,
            deadlines=deadlines,
        )
        self._creations = Creations(
            uploads,
            records,
            access,
            cache,
            appends=self._appends,
            progress=self._progress,
            concatenation=concatenation,
            deadlines=deadlines,
        )
        self._removal = Removal(records, access, cache, staged_blocks=staged_blocks, deadlines=deadlines)

    @property
    def largest(self) -> int:
        """The most bytes that an upload can have."""
        return self._rules.largest

    def create(self, creation: Creation, patch: Patch | None = None, *, by: Actor) -> UploadStatus:
        """Begin an upload, and take its first bytes when they came along."""
        return self._creations.whole(creation, patch, by=by)

    def create_partial(self, creation: Creation, patch: Patch | None = None, *, by: Actor) -> UploadStatus:
        """Begin a piece of a later upload; its name, type and content are checked when it is put together."""
        return self._creations.partial(creation, patch, by=by)

    def create_final(self, creation: Creation, ids: Sequence[str], *, by: Actor) -> UploadStatus:
        """Put finished partial uploads together, in this order; asked again, it is the same upload."""
        require(by, Act.UPLOAD)
        check_named(ids)
        for upload_id in ids:
            self._owners.check(upload_id, by=by)
        return self._creations.final(creation, ids, by=by)

    def status(self, upload_id: str, *, by: Actor) -> UploadStatus:
        """How far the upload has got; takes no lock."""
        self._owners.check(upload_id, by=by)
        return self._progress.status(upload_id, by=by)

    def append(self, upload_id: str, patch: Patch, *, by: Actor) -> UploadStatus:
        """Take the body's bytes; all that storage has acknowledged stays, whatever happens to the request."""
        self._owners.check(upload_id, by=by)
        return self._appends.append(upload_id, patch, by=by)

    def terminate(self, upload_id: str, *, by: Actor) -> None:
        """Forget an upload, and all that it has staged. A video that it has become stays."""
        self._owners.check(upload_id, by=by)
        self._removal.terminate(upload_id, by=by)

    def close(self) -> None:
        """Leave no upload held by a process that ends in peace."""
        self._cache.close()

    def sweep(self, *, by: Actor, progress: Callable[[object], None] = lambda _: None) -> int:
        """Forget all uploads that have expired; returns how many. One that is whole becomes a video first.

        `progress` is called for each upload, and may raise to end the sweep.
        """
        require(by, Act.ADMINISTER)
        return self._removal.sweep(by=by, progress=progress)
