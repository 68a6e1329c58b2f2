"""Every way in of one process, put together."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from config import Settings, UploadChecksum
from services.actors.actor import SYSTEM
from services.actors.policy import Act
from services.library.build import LibrarySlice
from services.platform import Platform
from services.steps import Step
from services.storage.copies import BlobCopies
from services.storage.direct import DirectBlobs
from services.uploads.block_writer import BlockWriter
from services.uploads.body_reader import BodyReader
from services.uploads.copied import CopiedUploads
from services.uploads.direct import Direct
from services.uploads.direct_records import PendingUploads
from services.uploads.finishing import Finisher
from services.uploads.made import MadeUploads
from services.uploads.memory_budget import MemoryBudget
from services.uploads.resumable import Resumable
from services.uploads.resumable.concatenation import Concatenation
from services.uploads.resumable.records import UploadRecords
from services.uploads.resumable.staged_blocks import StagedBlocks
from services.uploads.upload_slots import UploadSlots
from services.uploads.uploads import UploadRules, Uploads
from utils.capacity import STAGING_THREADS
from utils.sizes import MIB

BlockWriters = Callable[..., BlockWriter]
"""Makes writers out of the memory and the threads of uploads."""
_FIVE_MINUTES, _HOUR = 5 * 60.0, 60 * 60.0


@dataclass(frozen=True, kw_only=True)
class UploadsSlice:
    """The doors: whole uploads, resumable ones, and those that write into storage by themselves."""

    whole: Uploads
    slots: UploadSlots
    reader: BodyReader
    writer: BlockWriters
    """Makes what stages the blocks of something that is no video; ended by `finish` or `abandon`."""
    made: MadeUploads
    copied: CopiedUploads
    resumable: Resumable
    direct: Direct

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for uploads."""
        return (
            Step(name="uploads", every=_HOUR, run=lambda go: self.resumable.sweep(by=SYSTEM, progress=go)),
            # Often: while its URL lives, an upload may write more than it has promised.
            Step(name="direct", every=_FIVE_MINUTES, run=lambda go: self.direct.sweep(by=SYSTEM, progress=go)),
        )


def build(platform: Platform, settings: Settings, library: LibrarySlice) -> UploadsSlice:
    """The slice; opens no connection and starts no thread."""
    storage = platform.blob_storage()
    budget = MemoryBudget(_bytes_in_flight(settings))
    pool = ThreadPoolExecutor(STAGING_THREADS, thread_name_prefix="staging")
    reader = BodyReader(budget, uploads=settings.max_concurrent_uploads)
    uploads = Uploads(
        storage,
        library.forms,
        rules=_rules(settings),
        budget=budget,
        pool=pool,
        events=platform.events,
        films=lambda id_, by: library.videos.get(id_, by=by, act=Act.EDIT),
        home_for=platform.home_for,
    )
    return UploadsSlice(
        whole=uploads,
        slots=UploadSlots(
            settings.max_concurrent_uploads,
            instance=platform.instance,
            share=platform.share,
            check_storage=storage.require_available,
        ),
        reader=reader,
        writer=partial(BlockWriter, budget=budget, pool=pool),
        copied=CopiedUploads(storage, uploads),
        made=MadeUploads(storage, uploads, reader, budget=budget, pool=pool),
        resumable=_resumable(platform, settings, uploads=uploads, reader=reader, budget=budget, pool=pool),
        direct=_direct(platform, settings, uploads=uploads, library=library),
    )


def _resumable(
    platform: Platform,
    settings: Settings,
    *,
    uploads: Uploads,
    reader: BodyReader,
    budget: MemoryBudget,
    pool: Executor,
) -> Resumable:
    records = UploadRecords(platform.record_store())
    # Pieces of an upload are no videos: they become blobs beside the records.
    blobs = {"videos": platform.blob_storage(), "pieces": platform.blob_storage(in_records=True)}
    return Resumable(
        uploads,
        records,
        staged_blocks=StagedBlocks(uploads, records, **blobs),
        concatenation=Concatenation(records, signer=platform.signer(of_records=True), **blobs),
        reader=reader,
        budget=budget,
        pool=pool,
        deadlines=platform.deadlines(timedelta(hours=settings.upload_expiry_hours)),
    )


def _direct(platform: Platform, settings: Settings, *, uploads: Uploads, library: LibrarySlice) -> Direct:
    records = PendingUploads(platform.record_store())
    storage, signer = platform.blob_storage(), platform.signer()
    written = DirectBlobs(platform.client, signer, container=platform.containers, https_only=settings.production)
    finishing = Finisher(
        uploads,
        library.videos,
        records,
        storage=storage,
        blobs=platform.video_blobs(),
        written=written,
        copies=BlobCopies(platform.client, signer, container=platform.containers),
    )
    return Direct(
        uploads,
        library.videos,
        records,
        storage=storage,
        written=written,
        finishing=finishing,
        deadlines=platform.deadlines(timedelta(hours=settings.upload_expiry_hours)),
    )


def _rules(settings: Settings) -> UploadRules:
    return UploadRules(
        largest=settings.max_upload_bytes,
        extensions=settings.checked_extensions,
        # Blocks larger than half the budget would have nobody fill one while another is sent.
        block_size=min(settings.upload_block_mb * MIB, _bytes_in_flight(settings) // 2),
        checksum=settings.upload_checksum is UploadChecksum.SHA256,
    )


def _bytes_in_flight(settings: Settings) -> int:
    # A quarter is left to what nobody can count: the server's own buffers, up to 2 MiB for each connection, and the
    # gaps that the allocator leaves between chunks.
    return settings.upload_memory_mb * MIB * 3 // 4
