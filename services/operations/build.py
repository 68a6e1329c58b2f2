"""What runs beside the requests and tells of them, put together for one process."""

from collections.abc import Sequence
from dataclasses import dataclass

from config import Settings, UploadMode
from services.library.build import LibrarySlice
from services.media.build import MediaSlice
from services.operations.backup import Backups
from services.operations.doctor import Doctor, ExtraPart
from services.operations.health import Readiness
from services.operations.housekeeping import Housekeeping
from services.platform import Platform
from services.steps import Step
from services.storage.account_probe import AccountProbe
from services.storage.leases import BlobLeases


@dataclass(frozen=True, kw_only=True)
class OperationsSlice:
    """Health, the doctor, and the one loop that does what is due."""

    readiness: Readiness
    housekeeping: Housekeeping
    doctor: Doctor
    backups: Backups


def build(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    media: MediaSlice,
    *,
    steps: Sequence[Step],
    extras: Sequence[ExtraPart] = (),
) -> OperationsSlice:
    """The slice, with what the other slices want done from time to time, and looked at; opens no connection."""
    storage = platform.blob_storage()
    return OperationsSlice(
        readiness=Readiness(
            {
                "storage": lambda limit: storage.ping(seconds=limit),
                "database": lambda _: platform.databases.ping(library.catalogue.ping),
            }
        ),
        housekeeping=Housekeeping(
            library.catalogue.notes,
            BlobLeases(platform.client, container=platform.records),
            prepare=library.prepare,
            steps=steps,
        ),
        doctor=_doctor(platform, settings, library, media, extras),
        backups=Backups(platform.databases, platform.record_store()),
    )


def _doctor(
    platform: Platform, settings: Settings, library: LibrarySlice, media: MediaSlice, extras: Sequence[ExtraPart]
) -> Doctor:
    return Doctor(
        AccountProbe(
            platform.client, videos=platform.containers, records=platform.records, https_only=settings.production
        ),
        ping_database=lambda: platform.databases.ping(library.catalogue.ping),
        describe_ffmpeg=media.describe_programs,
        extras=extras,
        origins=settings.cors_origins or (f"http://localhost:{settings.port}",),
        is_direct=settings.upload_mode is UploadMode.DIRECT,
    )
