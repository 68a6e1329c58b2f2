"""What Reelgate does, without a word of HTTP. `build_services` puts the parts together."""

import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from config import MIB, PLAYERS, Settings, UploadChecksum, UploadMode
from services.admission import UploadSlots
from services.adoption import Adoption
from services.azure_client import StorageAccount, StorageClient
from services.azure_direct import DirectBlobs
from services.azure_doctor import AccountProbe
from services.azure_leases import BlobLeases
from services.azure_reading import BlobReader
from services.azure_records import RecordStore
from services.azure_sas import BlobSigner
from services.azure_storage import BlobStorage
from services.azure_videos import VideoBlobs
from services.catalogue import Catalogue, Database
from services.direct import Direct
from services.doctor import Doctor
from services.health import Readiness
from services.housekeeping import Housekeeping, KeepGoing, Step
from services.intake import Intake
from services.library import Library
from services.memory_budget import MemoryBudget
from services.pending import PendingUploads
from services.playback import Playback
from services.reconciliation import Reconciliation
from services.resumable import Resumable
from services.resumable.hold import Records
from services.resumable.joining import Joining
from services.resumable.keeping import Keeping
from services.trash import Trash
from services.uploads import UploadRules, Uploads

_STAGING_THREADS = 16


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything that the routes can ask for."""

    storage: BlobStorage
    readiness: Readiness
    slots: UploadSlots
    intake: Intake
    uploads: Uploads
    catalogue: Catalogue
    library: Library
    playback: Playback
    trash: Trash
    reconciliation: Reconciliation
    housekeeping: Housekeeping
    resumable: Resumable
    direct: Direct
    doctor: Doctor


def build_services(settings: Settings) -> Services:
    """Wire the services of one process; opens no connection and starts no thread."""
    client = StorageClient(_account(settings))
    containers = {"videos": settings.azure_storage_container_name, "records": settings.records_container_name}
    storage = BlobStorage(client, **containers)
    catalogue = Catalogue(Database(_database_url(settings)))
    blobs = VideoBlobs(client, **containers)
    library = Library(catalogue, blobs, trash_days=settings.trash_days)
    trash = Trash(catalogue, blobs, days=settings.trash_days)
    rules = _rules(settings)
    reconciliation = Reconciliation(
        catalogue,
        blobs,
        Adoption(blobs, extensions=rules.extensions, largest=rules.largest),
        prepare=lambda: storage.ping(seconds=settings.storage_timeout_seconds),
    )
    budget = MemoryBudget(_bytes_in_flight(settings))
    pool = ThreadPoolExecutor(_STAGING_THREADS, thread_name_prefix="staging")
    # The worker's parent is the instance: its workers share the slots, another server on this machine does not.
    slots = UploadSlots(
        settings.max_concurrent_uploads, instance=f"{os.getppid()}-{settings.port}", insist=storage.insist
    )
    intake = Intake(budget, uploads=settings.max_concurrent_uploads)
    uploads = Uploads(storage, rules=rules, budget=budget, pool=pool, announce=[library.announced])
    resumable = _resumable(settings, client, uploads=uploads, intake=intake, budget=budget, pool=pool)
    direct = _direct(settings, client, uploads=uploads, library=library)
    steps = [
        Step(name="drift", every=15 * 60, at_start=True, run=lambda go: reconciliation.check_drift(progress=go)),
        Step(name="trash", every=60 * 60, run=lambda _: trash.purge()),
        Step(name="uploads", every=60 * 60, run=lambda go: resumable.sweep(progress=go) + direct.sweep(progress=go)),
    ]
    return Services(
        storage=storage,
        readiness=Readiness(
            {"storage": lambda limit: storage.ping(seconds=limit), "database": lambda _: catalogue.ping()}
        ),
        slots=slots,
        intake=intake,
        uploads=uploads,
        resumable=resumable,
        direct=direct,
        doctor=_doctor(settings, client, catalogue),
        catalogue=catalogue,
        library=library,
        trash=trash,
        reconciliation=reconciliation,
        housekeeping=Housekeeping(
            catalogue,
            BlobLeases(client, container=containers["records"]),
            prepare=_preparing(reconciliation, library),
            steps=steps,
        ),
        playback=_playback(settings, client, library),
    )


def _preparing(reconciliation: Reconciliation, library: Library) -> Callable[[KeepGoing], object]:
    def prepare(go: KeepGoing) -> None:
        reconciliation.rebuild_if_new(progress=go)
        library.catch_up()

    return prepare


def _resumable(
    settings: Settings, client: StorageClient, *, uploads: Uploads, intake: Intake, budget: MemoryBudget, pool: Executor
) -> Resumable:
    container = settings.records_container_name
    records = Records(RecordStore(client, container=container))
    # Pieces of an upload are no videos: they become blobs beside the records.
    blobs = {
        "videos": BlobStorage(client, videos=settings.azure_storage_container_name, records=container),
        "pieces": BlobStorage(client, videos=container, records=container),
    }
    return Resumable(
        uploads,
        records,
        keeping=Keeping(uploads, records, **blobs),
        joining=Joining(records, signer=BlobSigner(client, container=container), **blobs),
        intake=intake,
        budget=budget,
        pool=pool,
        lifetime=timedelta(hours=settings.upload_expiry_hours),
    )


def _direct(settings: Settings, client: StorageClient, *, uploads: Uploads, library: Library) -> Direct:
    videos, records = settings.azure_storage_container_name, settings.records_container_name
    signer = BlobSigner(client, container=videos)
    return Direct(
        uploads,
        library,
        PendingUploads(RecordStore(client, container=records)),
        storage=BlobStorage(client, videos=videos, records=records),
        blobs=VideoBlobs(client, videos=videos, records=records),
        written=DirectBlobs(client, signer, container=videos, https_only=settings.production),
        lifetime=timedelta(hours=settings.upload_expiry_hours),
    )


def _doctor(settings: Settings, client: StorageClient, catalogue: Catalogue) -> Doctor:
    probe = AccountProbe(
        client,
        videos=settings.azure_storage_container_name,
        records=settings.records_container_name,
        https_only=settings.production,
    )
    return Doctor(
        probe,
        ping_database=catalogue.ping,
        origins=settings.cors_origins or (f"http://localhost:{settings.port}",),
        is_direct=settings.upload_mode is UploadMode.DIRECT,
    )


def _rules(settings: Settings) -> UploadRules:
    return UploadRules(
        largest=settings.max_upload_bytes,
        extensions=None if settings.any_file_allowed else frozenset(settings.allowed_extensions),
        # Blocks larger than half the budget would have nobody fill one while another is sent.
        block_size=min(settings.upload_block_mb * MIB, _bytes_in_flight(settings) // 2),
        checksum=settings.upload_checksum is UploadChecksum.SHA256,
    )


def _playback(settings: Settings, client: StorageClient, library: Library) -> Playback:
    signer = BlobSigner(client, container=settings.azure_storage_container_name)
    reader = BlobReader(signer, client.circuit, timeout=settings.storage_timeout_seconds, connections=PLAYERS)
    return Playback(library, reader, signer, places=PLAYERS, cdn_endpoint=settings.cdn_endpoint)


def _database_url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.reveal()
    return f"sqlite:///{settings.data_dir / 'catalogue.sqlite3'}"


def _bytes_in_flight(settings: Settings) -> int:
    # A quarter is left to what nobody can count: the server's own buffers, up to 2 MiB for each connection, and the
    # gaps that the allocator leaves between chunks.
    return settings.upload_memory_mb * MIB * 3 // 4


def _account(settings: Settings) -> StorageAccount:
    secret = settings.azure_storage_connection_string
    return StorageAccount(
        connection_string=secret.reveal() if secret else None,
        account_url=settings.azure_storage_account_url,
        identity_client_id=settings.azure_client_id,
        api_version=settings.azure_storage_api_version,
        connections=settings.max_concurrent_uploads + _STAGING_THREADS + 32,
        timeout=settings.storage_timeout_seconds,
    )
