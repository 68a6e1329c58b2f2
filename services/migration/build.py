"""Migration of one process, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config import Settings
from services.actors.actor import SYSTEM
from services.clips.build import ClipsSlice
from services.egress.guard import EgressGuard
from services.jobs.build import JobsSlice
from services.jobs.errors import NotYetError
from services.library.build import LibrarySlice
from services.live_settings.live_settings import LiveSettings
from services.media.build import MediaSlice
from services.migration.account_blobs import BlobBringing
from services.migration.account_place import CLIPLINK, AccountPlace, CliplinkAccount
from services.migration.container_place import CONTAINER, AccountContainers, ContainerPlace
from services.migration.live_settings import S3_ACCESS, S3_SECRET
from services.migration.local_place import FOLDER, Folders, LocalPlace
from services.migration.migrations import Elsewhere, Migrations
from services.migration.place import Place
from services.migration.remote_place import REMOTE, FilesElsewhere, RemotePlace, SignedAddresses
from services.migration.s3_place import S3, Bucket, S3Buckets, S3Place
from services.migration.storage_fetch import StorageFetch
from services.migration.store import Migration, MigrationStore
from services.migration.working import MigrationWork
from services.platform import Platform
from services.secrets import SecretBox, SecretKeys
from services.storage.other_containers import OtherContainers
from services.uploads.build import UploadsSlice
from services.videos.video import Video
from utils.container_names import derived_beside


@dataclass(frozen=True, kw_only=True)
class MigrationSlice:
    """What takes in many files from elsewhere."""

    migrations: Migrations
    describe_account: Callable[[], str]
    """Says whether a clip service has filled the account."""


def build(
    platform: Platform,
    settings: Settings,
    live: LiveSettings,
    jobs: JobsSlice,
    library: LibrarySlice,
    uploads: UploadsSlice,
    media: MediaSlice,
    clips: ClipsSlice,
) -> MigrationSlice:
    """The slice; opens no connection. Its kind of work is known to the queue from here on."""
    store, folders = MigrationStore(platform.databases.durable), Folders(settings.migration_dir)
    account = CliplinkAccount(OtherContainers(platform.client), own=platform.videos)
    box = SecretBox(SecretKeys(platform.key), use="migrations")
    addresses = SignedAddresses(EgressGuard(settings.egress_allow_hosts), box)
    buckets = _buckets(settings, live)
    containers = AccountContainers(account.containers, is_own=_own_containers(platform, settings))

    def local(folder: Path) -> Place:
        return LocalPlace(folders.open(folder), uploads.made)

    def files() -> FilesElsewhere:
        return FilesElsewhere(addresses.guard, uploads.made, StorageFetch(uploads.copied))

    def blobs() -> BlobBringing:
        return BlobBringing(containers=account.containers, uploads=uploads.made, fetch=StorageFetch(uploads.copied))

    def place_of(migration: Migration) -> Place:
        if migration.kind == CLIPLINK:
            return AccountPlace(migration.place, blobs(), give=partial(_give_poster, media))
        if migration.kind == CONTAINER:
            return ContainerPlace(migration.place, blobs())
        if migration.kind == S3:
            return S3Place(Bucket.parse(migration.place), buckets, addresses.guard, files())
        if migration.kind == REMOTE:
            return RemotePlace(addresses.open(migration.secret or ""), addresses.guard, files())
        if migration.kind == FOLDER:  # Looked at again: the setting may be another one by now.
            return local(folders.find(migration.place))
        raise NotYetError("A newer version has to take in what lies there.", again_in=60)

    work = MigrationWork(
        store=store,
        places=place_of,
        uploads=uploads.whole,
        made=uploads.made,
        library=library.videos,
        clips=clips.clips,
    )
    jobs.kinds.register(work.kind)
    migrations = Migrations(
        store,
        folders,
        local=local,
        kind=work.kind,
        jobs=jobs.jobs,
        job_store=jobs.store,
        extensions=settings.checked_extensions,
        elsewhere=Elsewhere(addresses=addresses, account=account, containers=containers, buckets=buckets),
    )
    return MigrationSlice(migrations=migrations, describe_account=account.describe)


def _buckets(settings: Settings, live: LiveSettings) -> S3Buckets:
    access, secret = partial(live.value, S3_ACCESS), partial(live.value, S3_SECRET)
    return S3Buckets(settings.s3_endpoint, settings.s3_region, access=access, secret=secret)


def _give_poster(media: MediaSlice, video: Video, picture: bytes) -> None:
    chosen, choice = media.chosen.choose_picture(video.id, picture, by=SYSTEM)
    media.processing.make_poster(chosen, choice=choice.version, by=SYSTEM)


def _own_containers(platform: Platform, settings: Settings) -> Callable[[str], bool]:
    derived = settings.derived_container_name or derived_beside(settings.azure_storage_container_name)
    beside = frozenset({platform.records, platform.tracks, derived})
    return lambda name: name in beside or platform.containers.owns(name)
