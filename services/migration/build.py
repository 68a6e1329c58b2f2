"""Migration of one process, put together."""

from dataclasses import dataclass
from pathlib import Path

from config import Settings
from services.clips.build import ClipsSlice
from services.egress.guard import EgressGuard
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.migration.local_place import Folders, LocalPlace
from services.migration.migrations import Migrations
from services.migration.place import Place
from services.migration.remote_place import REMOTE, RemotePlace, SignedAddresses
from services.migration.store import Migration, MigrationStore
from services.migration.working import MigrationWork
from services.platform import Platform
from services.secrets import SecretBox, SecretKeys
from services.uploads.build import UploadsSlice


@dataclass(frozen=True, kw_only=True)
class MigrationSlice:
    """What takes in many files from elsewhere."""

    migrations: Migrations


def build(
    platform: Platform,
    settings: Settings,
    *,
    jobs: JobsSlice,
    library: LibrarySlice,
    uploads: UploadsSlice,
    clips: ClipsSlice,
) -> MigrationSlice:
    """The slice; opens no connection. Its kind of work is known to the queue from here on."""
    store, folders = MigrationStore(platform.databases.durable), Folders(settings.migration_dir)
    box = SecretBox(SecretKeys(platform.key), use="migrations")
    addresses = SignedAddresses(EgressGuard(settings.egress_allow_hosts), box)

    def local(folder: Path) -> Place:
        return LocalPlace(folder, uploads.made)

    def place_of(migration: Migration) -> Place:
        if migration.kind == REMOTE:
            return RemotePlace(addresses.open(migration.secret or ""), addresses.guard, uploads.made)
        # Looked at again: the setting may be another one by now.
        return local(folders.find(migration.place))

    work = MigrationWork(
        store=store,
        places=place_of,
        uploads=uploads.whole,
        made=uploads.made,
        library=library.videos,
        clips=clips.clips,
    )
    kind = work.kind
    jobs.kinds.register(kind)
    migrations = Migrations(
        store,
        folders,
        local=local,
        kind=kind,
        jobs=jobs.jobs,
        job_store=jobs.store,
        extensions=settings.checked_extensions,
        addresses=addresses,
    )
    return MigrationSlice(migrations=migrations)
