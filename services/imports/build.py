"""Imports of one process, put together."""

from dataclasses import dataclass

from config import Settings
from services.actors.actor import SYSTEM
from services.captions.build import CaptionsSlice
from services.collections.build import CollectionsSlice
from services.egress.guard import EgressGuard
from services.imports.imports import Imports, Queue
from services.imports.into_collections import IntoCollections
from services.imports.lists import FilmLists
from services.imports.live_settings import limits_of
from services.imports.page_films import PageFilms
from services.imports.store import ImportStore
from services.imports.words import FilmWords
from services.imports.working import IMPORT, ImportWork
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.live_settings.live_settings import LiveSettings
from services.media.build import MediaSlice
from services.migration.remote_place import SignedAddresses
from services.platform import Platform
from services.secrets import SecretBox, SecretKeys
from services.steps import KeepGoing, Step
from services.uploads.build import UploadsSlice

_MINUTE = 60.0


@dataclass(frozen=True, kw_only=True)
class ImportsSlice:
    """What fetches films that lie elsewhere."""

    imports: Imports
    work: ImportWork

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for imports."""
        return (Step(name="imports", every=_MINUTE, run=self._settle),)

    def _settle(self, _: KeepGoing) -> str:
        over = self.imports.settle(by=SYSTEM)
        return f"{over} were over, {self.work.find_come_in(by=SYSTEM)} had come in"


def build(
    platform: Platform,
    settings: Settings,
    live: LiveSettings,
    jobs: JobsSlice,
    library: LibrarySlice,
    uploads: UploadsSlice,
    films: tuple[MediaSlice, CaptionsSlice],
    collections: CollectionsSlice,
) -> ImportsSlice:
    """The slice; opens no connection. Its kind of work is known to the queue from here on."""
    media, captions = films
    store = ImportStore(platform.databases.durable)
    guard = EgressGuard(settings.egress_allow_hosts)
    sealed = SignedAddresses(guard, SecretBox(SecretKeys(platform.key), use="imports"))
    limits = limits_of(live)
    into = IntoCollections(collections.collections, collections.grouping)
    lists = FilmLists(store=store, sealed=sealed, library=library.videos, jobs=jobs.jobs, kinds=jobs.kinds)
    work = ImportWork(
        store=store,
        sealed=sealed,
        uploads=uploads.whole,
        made=uploads.made,
        library=library.videos,
        media=media.work,
        pages=PageFilms(guard=guard, media=media.work, made=uploads.made),
        lists=lists,
        into=into,
        words=FilmWords(guard=guard, library=library.videos, captions=captions, media=media),
        events=platform.events,
        limits=limits,
    )
    jobs.kinds.register(work.kind)
    imports = Imports(
        store,
        library.videos,
        queue=Queue(jobs=jobs.jobs, store=jobs.store, kind=work.kind),
        into=into,
        sealed=sealed,
        events=platform.events,
        limits=limits,
    )
    jobs.kinds.have_retried(IMPORT, imports.retry_job)
    return ImportsSlice(imports=imports, work=work)
