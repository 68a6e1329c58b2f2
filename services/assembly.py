"""All slices of one process, put together: the one place that knows every one of them."""

import logging
import logging.config
import os
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from config import Settings, load_settings
from services.accessibility import build as accessibility_slice
from services.accessibility.build import AccessibilitySlice
from services.accounts import build as accounts_slice
from services.accounts import live_settings as accounts_live
from services.accounts.build import AccountsSlice
from services.artists import build as artists_slice
from services.artists import live_settings as artists_live
from services.artists.build import ArtistsSlice
from services.audit import build as audit_slice
from services.audit.build import AuditSlice
from services.bulk import build as bulk_slice
from services.bulk.build import BulkSlice
from services.captions import build as captions_slice
from services.captions import live_settings as captions_live
from services.captions.build import CaptionsSlice
from services.clips import build as clips_slice
from services.clips.build import ClipsSlice
from services.collections import build as collections_slice
from services.collections.build import CollectionsSlice
from services.costs import build as costs_slice
from services.costs.build import CostsSlice
from services.database.build import build as build_databases
from services.documents import build as documents_slice
from services.documents.build import DocumentsSlice
from services.events.events import Events
from services.feedback import build as feedback_slice
from services.feedback.build import FeedbackSlice
from services.figures import build as figures_slice
from services.figures.build import FiguresSlice
from services.holds import build as holds_slice
from services.holds.build import HoldsSlice
from services.imports import build as imports_slice
from services.imports import live_settings as imports_live
from services.imports.build import ImportsSlice
from services.jobs import build as jobs_slice
from services.jobs import lanes
from services.jobs.build import JobsSlice
from services.library import build as library_slice
from services.library.build import LibrarySlice
from services.live_settings import build as live_settings_slice
from services.live_settings import general, rates
from services.live_settings.live_settings import LiveSettings
from services.media import build as media_slice
from services.media import live_settings as media_live
from services.media.build import MediaSlice
from services.migration import build as migration_slice
from services.migration import live_settings as migration_live
from services.migration.build import MigrationSlice
from services.operations import build as operations_slice
from services.operations.build import OperationsSlice
from services.operations.doctor import ExtraPart
from services.places import FairShare
from services.platform import Platform
from services.playback import build as playback_slice
from services.playback import live_settings as playback_live
from services.playback.build import PlaybackSlice
from services.rules import build as rules_slice
from services.rules.build import RulesSlice
from services.scrub import build as scrub_slice
from services.scrub import live_settings as scrub_live
from services.scrub.build import ScrubSlice
from services.secrets import SecretKeys
from services.sign_engine import build as sign_engine_slice
from services.sign_engine.build import SignEngineSlice
from services.sign_tracks import build as sign_tracks_slice
from services.sign_tracks.build import SignTracksSlice
from services.signing_key import SigningKey
from services.small_bodies import SmallBodies
from services.sources import build as sources_slice
from services.sources import live_settings as sources_live
from services.sources.build import SourcesSlice
from services.steps import Step
from services.storage.blobs import BlobStorage
from services.storage.client import StorageAccount, StorageClient
from services.storage.clock import StorageClock
from services.storage.containers import VideoContainers
from services.subscriptions import build as subscriptions_slice
from services.subscriptions.build import SubscriptionsSlice
from services.tiers import build as tiers_slice
from services.tiers.build import TiersSlice
from services.updates import build as updates_slice
from services.updates.build import UpdatesSlice
from services.uploads import build as uploads_slice
from services.uploads.build import UploadsSlice
from services.videos.blob_names import ReservedEndings
from services.watching import build as watching_slice
from services.watching.build import WatchingSlice
from utils.block_checks import BlockCheck
from utils.capacity import Capacity
from utils.container_names import tracks_beside
from utils.logs import logging_config

_NO_ENDINGS = ReservedEndings()


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything that routes, commands and workers can ask for, a field for each slice."""

    platform: Platform
    small_bodies: SmallBodies
    jobs: JobsSlice
    audit: AuditSlice
    live_settings: LiveSettings
    accounts: AccountsSlice
    library: LibrarySlice
    uploads: UploadsSlice
    playback: PlaybackSlice
    media: MediaSlice
    sign_tracks: SignTracksSlice
    documents: DocumentsSlice
    captions: CaptionsSlice
    sign_engine: SignEngineSlice
    accessibility: AccessibilitySlice
    clips: ClipsSlice
    collections: CollectionsSlice
    holds: HoldsSlice
    imports: ImportsSlice
    migration: MigrationSlice
    tiers: TiersSlice
    scrub: ScrubSlice
    watching: WatchingSlice
    rules: RulesSlice
    sources: SourcesSlice
    subscriptions: SubscriptionsSlice
    artists: ArtistsSlice
    feedback: FeedbackSlice
    figures: FiguresSlice
    costs: CostsSlice
    bulk: BulkSlice
    updates: UpdatesSlice
    operations: OperationsSlice

    def start(self) -> None:
        """Begin what goes on beside requests, once the process can serve."""
        self.platform.events.start()
        self.operations.housekeeping.start()
        self.scrub.thread.start()
        self.costs.writing_down.start()

    def close(self) -> None:
        """Let go of what the process has, so that another can take over at once."""
        self.uploads.resumable.close()
        self.operations.housekeeping.stop()
        self.scrub.thread.stop()
        self.updates.close()
        self.costs.writing_down.stop()
        self.platform.events.stop()


def build_services(settings: Settings, *, reserved: ReservedEndings = _NO_ENDINGS) -> Services:
    """Wire the services of one process, at rest; no video is found by a name that ends in one of `reserved`."""
    platform = build_platform(settings, reserved=reserved)
    audit, live, accounts = _build_people(platform, settings)
    jobs, library, collections = _build_library(platform, settings, accounts, audit)
    uploads, watching = uploads_slice.build(platform, settings, library), watching_slice.build(platform)
    media, captions = _build_films(platform, settings, library, jobs, watching, live)
    sign_tracks, sign_engine = _build_signs(platform, settings, library, media, jobs, uploads, captions)
    feedback = feedback_slice.build(platform, library, audit.entries)
    accessibility = accessibility_slice.build(platform, library, captions, sign_tracks)
    scrub = scrub_slice.build(platform, settings, library, live)
    costs, tiers = costs_slice.build(platform, settings, library), tiers_slice.build(platform, library, jobs)
    rules = rules_slice.build(platform, library, tiers, watching, costs, collections, audit.entries)
    documents = documents_slice.build(platform, settings, library, uploads)
    imports = imports_slice.build(platform, settings, live, jobs, library, uploads, (media, captions), collections)
    artists = artists_slice.build(platform, settings, library, imports, live, audit.entries, jobs=jobs, media=media)
    sources, subscriptions = _build_looking(platform, settings, audit, live, jobs, library, media, artists)
    bulk = bulk_slice.build(platform, library, jobs, media, tiers, audit, (artists, collections), renew=accounts.as_now)
    steps = _steps_of(
        *(platform.events, jobs, library, uploads, media, sign_tracks, sign_engine, captions, documents, collections),
        *(accessibility, accounts, audit, costs, watching, rules, sources, imports, bulk, artists, subscriptions),
    )
    clips = clips_slice.build(platform, jobs=jobs, library=library, uploads=uploads, media=media, captions=captions)
    migration = migration_slice.build(platform, settings, live, jobs, library, uploads, media, clips)
    extras = _extras(jobs, captions, sign_engine, costs, scrub, migration)
    return Services(
        platform=platform,
        small_bodies=SmallBodies(share=platform.share),
        jobs=jobs,
        audit=audit,
        live_settings=live,
        accounts=accounts,
        library=library,
        uploads=uploads,
        playback=playback_slice.build(platform, settings, library, watching, live, artists=artists.crediting),
        media=media,
        sign_tracks=sign_tracks,
        documents=documents,
        captions=captions,
        sign_engine=sign_engine,
        accessibility=accessibility,
        clips=clips,
        collections=collections,
        holds=holds_slice.build(platform, library),
        imports=imports,
        migration=migration,
        tiers=tiers,
        watching=watching,
        rules=rules,
        sources=sources,
        subscriptions=subscriptions,
        scrub=scrub,
        artists=artists,
        feedback=feedback,
        figures=figures_slice.build(library, feedback),
        costs=costs,
        bulk=bulk,
        updates=updates_slice.build(platform, settings, library, jobs, rights=accounts.rights),
        operations=operations_slice.build(platform, settings, library, media, steps=steps, extras=extras),
    )


def services_from_environment() -> Services:
    """The services of a process that serves no requests, and its logging, by the settings of the environment."""
    settings = load_settings()
    json_lines = settings.effective_log_format == "json"
    config = logging_config(level=settings.log_level, json_lines=json_lines, file=settings.log_file)
    logging.config.dictConfig(config)
    return build_services(settings)


class _Keeping(Protocol):
    """A slice that has something for housekeeping to do."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """What that is."""


def _build_signs(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    media: MediaSlice,
    jobs: JobsSlice,
    uploads: UploadsSlice,
    captions: CaptionsSlice,
) -> tuple[SignTracksSlice, SignEngineSlice]:
    """Signs that people have recorded, and those that a program makes."""
    tracks = sign_tracks_slice.build(platform, library)
    return tracks, sign_engine_slice.build(platform, settings, library, media, jobs, uploads, captions, tracks)


def _build_looking(
    platform: Platform,
    settings: Settings,
    audit: AuditSlice,
    live: LiveSettings,
    jobs: JobsSlice,
    library: LibrarySlice,
    media: MediaSlice,
    artists: ArtistsSlice,
) -> tuple[SourcesSlice, SubscriptionsSlice]:
    """What looks for films elsewhere, and when."""
    sources = sources_slice.build(platform, settings, live, jobs, media, artists)
    return sources, subscriptions_slice.build(platform, settings, jobs, library, sources, audit.entries)


def _steps_of(*slices: _Keeping) -> tuple[Step, ...]:
    return tuple(step for each in slices for step in each.steps)


def _build_films(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    jobs: JobsSlice,
    watching: WatchingSlice,
    live: LiveSettings,
) -> tuple[MediaSlice, CaptionsSlice]:
    """Work on films, and captions, as administrators have set them."""
    kinds, wishes = media_live.default_kinds_of(live), media_live.wishes_of(live)
    media = media_slice.build(platform, settings, library, jobs, watching, default_kinds=kinds, wishes=wishes)
    limits, by_itself = captions_live.limits_of(live), partial(live.value, captions_live.BY_THEMSELVES)
    captions = captions_slice.build(platform, settings, library, media, jobs, limits=limits, by_itself=by_itself)
    return media, captions


def _extras(
    jobs: JobsSlice,
    captions: CaptionsSlice,
    sign_engine: SignEngineSlice,
    costs: CostsSlice,
    scrub: ScrubSlice,
    migration: MigrationSlice,
) -> tuple[ExtraPart, ...]:
    """What is off by default, or can be without, and what else the doctor looks at."""
    return (
        ExtraPart(name="lanes", describe=jobs.lanes.describe, repair=lanes.REPAIR),
        ExtraPart(name="captions", describe=captions.recognition.describe, repair=captions_slice.REPAIR),
        ExtraPart(name="signs", describe=sign_engine.engine.describe, repair=sign_engine_slice.REPAIR),
        ExtraPart(name="clip service", describe=migration.describe_account, repair=""),
        ExtraPart(name="prices", describe=costs.prices.describe, repair=costs_slice.REPAIR),
        ExtraPart(name="scrubbing", describe=scrub.scrubber.describe, repair=scrub_slice.REPAIR),
    )


def _build_library(
    platform: Platform, settings: Settings, accounts: AccountsSlice, audit: AuditSlice
) -> tuple[JobsSlice, LibrarySlice, CollectionsSlice]:
    """What is stored, the work that waits to be done on it, and what people have put together of it."""
    jobs, library = jobs_slice.build(platform, settings), library_slice.build(platform, settings)
    jobs.jobs.know_videos(library.video_of)
    return jobs, library, collections_slice.build(platform, settings, library, accounts, audit.entries)


def _build_people(platform: Platform, settings: Settings) -> tuple[AuditSlice, LiveSettings, AccountsSlice]:
    """Who people are, what they have set, and what they did."""
    previous = settings.secret_key_previous
    older = (SigningKey(previous.reveal(), folder=settings.data_dir),) if previous else ()
    keys, required = SecretKeys(platform.key, *older), accounts_slice.required_setting(settings)
    # What is set says how long the audit is kept, and the audit tells who has set it.
    audit = audit_slice.build(platform, keep_days=lambda: live.value(general.AUDIT_DAYS))
    log_level = general.log_level(settings.log_level)
    live = live_settings_slice.build(
        platform,
        audit.entries,
        keys,
        definitions=(
            required,
            *accounts_live.ALL,
            *(general.LIST_PUBLIC, general.EXPORT_NAME),
            *playback_live.ALL,
            *(media_live.PROCESSING, media_live.RENDITION_SIZES, media_live.NORMALISE_LOUDNESS),
            *captions_live.ALL,
            *scrub_live.ALL,
            *sources_live.ALL,
            *imports_live.ALL,
            *artists_live.ALL,
            *migration_live.ALL,
            *rates.ALL,
            *(general.AUDIT_DAYS, log_level, general.LOG_MAX_SIZE, general.LOG_BACKUP_COUNT),
        ),
        production=settings.production,
    )
    live.on_change(lambda: logging.getLogger().setLevel(live.value(log_level)))
    if (file := settings.log_file) is not None:
        live.on_change(lambda: general.keep_log_to(live, file))
    accounts = accounts_slice.build(
        platform,
        audit.entries,
        live,
        keys,
        required=required,
        client=accounts_slice.provider_client(settings),
        mail=accounts_slice.mail_server(settings),
    )
    return audit, live, accounts


def build_platform(settings: Settings, *, reserved: ReservedEndings = _NO_ENDINGS) -> Platform:
    """What all slices stand on."""
    account = StorageAccount(
        connection_string=settings.storage_key,
        account_url=settings.azure_storage_account_url,
        identity_client_id=settings.azure_client_id,
        api_version=settings.azure_storage_api_version,
        connections=Capacity(settings.max_concurrent_uploads).storage_connections,
        timeout=settings.storage_timeout_seconds,
        block_check=BlockCheck(settings.upload_verify),
    )
    client = StorageClient(account)
    containers = {"videos": settings.azure_storage_container_name, "records": settings.records_container_name}
    storage = BlobStorage(client, **containers)
    databases = build_databases(settings)
    return Platform(
        databases=databases,
        events=Events(databases.durable),
        key=SigningKey(settings.secret_key.reveal() if settings.secret_key else None, folder=settings.data_dir),
        client=client,
        **containers,
        containers=VideoContainers(settings.azure_storage_container_name, has_homes=settings.gives_homes),
        tracks=settings.tracks_container_name or tracks_beside(settings.azure_storage_container_name),
        clock=StorageClock(client.time, ask=lambda: storage.ping(seconds=settings.storage_timeout_seconds)),
        reserved=reserved,
        share=FairShare(settings.client_share_percent / 100),
        instance=settings.instance_name or f"{os.getpid()}-{settings.port}",
    )
