"""Work on films, put together for one process."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from config import Settings
from services.actors.actor import SYSTEM
from services.events.listener import Listener
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.media.chosen import ChosenPosters
from services.media.derived_files import Derived
from services.media.errors import ToolMissingError
from services.media.job_kinds import STANDARD, MediaWork
from services.media.media_files import MediaFiles
from services.media.processing import ARRIVALS, LATER, Processing
from services.media.programs import Programs, find_programs
from services.media.renditions import STANDARD_WISHES, Wishes
from services.media.scratch import Scratch
from services.media.states import DefaultKinds, MediaStates
from services.platform import Platform
from services.steps import Step
from services.storage.delivery import Delivery
from services.storage.files import FileStore
from services.storage.reading import BlobReader
from services.storage.records import RecordStore
from services.storage.signing import BlobSigner
from services.videos.video import Video
from services.watching.build import WatchingSlice
from utils.capacity import PLAYERS
from utils.container_names import derived_beside

_HOUR, _DAY = 3600.0, 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class MediaSlice:
    """What looks into films and makes something of them."""

    scratch: Scratch
    configured_ffmpeg: str | None
    derived: Derived
    work: MediaWork
    processing: Processing
    chosen: ChosenPosters
    states: MediaStates
    files: MediaFiles

    @property
    def programs(self) -> Programs:
        """The ffmpeg that is used; raises `ToolMissingError`."""
        return find_programs(self.configured_ffmpeg)

    def describe_programs(self) -> str:
        """Which ffmpeg is used and what it can do, in a sentence; raises `ToolMissingError`."""
        programs = self.programs
        if programs.lacks:
            lacking = ", ".join(programs.lacks)
            raise ToolMissingError(f"ffmpeg {programs.version} ({programs.ffmpeg}) cannot write {lacking}.")
        able = "It writes H.264, AAC and WebP" + (", and shows HDR." if programs.maps_tones else "; HDR looks pale.")
        probe = "ffprobe looks into films" if programs.ffprobe else "no ffprobe beside it, so it looks by itself"
        return f"ffmpeg {programs.version} from {programs.origin}, {probe}. {able}"

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for work on films."""
        return (
            Step(name="scratch", every=_HOUR, at_start=True, run=lambda _: self.scratch.sweep()),
            Step(
                name="media",
                every=_HOUR,
                at_start=True,
                run=lambda go: f"{self.processing.queue_missing(by=SYSTEM, progress=go)} lacked something",
            ),
            Step(
                name="derived",
                every=_DAY,
                run=lambda go: f"{self.processing.sweep(by=SYSTEM, progress=go)} swept",
            ),
        )


def build(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    jobs: JobsSlice,
    watching: WatchingSlice,
    *,
    default_kinds: DefaultKinds = lambda: STANDARD,
    wishes: Callable[[], Wishes] = lambda: STANDARD_WISHES,
) -> MediaSlice:
    """The slice; runs nothing and opens no connection. Its kinds of work are known to the queue from here on.

    `default_kinds` is asked anew for every video that comes in, `wishes` for all renditions that are made.
    """
    container = settings.derived_container_name or derived_beside(settings.azure_storage_container_name)
    derived = Derived(
        FileStore(platform.client, container=container), RecordStore(platform.client, container=container)
    )
    scratch = Scratch(settings.temp_dir or settings.data_dir / "scratch", settings.temp_max_mb)
    chosen = ChosenPosters(library.videos, platform.track_store())
    work = MediaWork(
        # Found once: what it can do is asked of the program itself.
        programs=cache(lambda: find_programs(settings.ffmpeg)),
        scratch=scratch,
        library=library.videos,
        signer=platform.signer(),
        derived=derived,
        chosen=chosen,
        events=platform.events,
        wishes=wishes,
    )
    for kind in work.kinds:
        jobs.kinds.register(kind)
    states = MediaStates(jobs.store, default_kinds=default_kinds)
    processing = Processing(
        jobs.jobs,
        {kind.name: kind for kind in work.kinds},
        library.videos,
        derived,
        states=states,
        store=jobs.store,
    )
    missed = partial(processing.notice, by=SYSTEM)
    platform.events.listen(Listener(name="processing", wants=ARRIVALS, take=processing.arrived, at_once=True))
    platform.events.listen(Listener(name="media", wants=LATER, take=processing.take))
    return MediaSlice(
        scratch=scratch,
        configured_ffmpeg=settings.ffmpeg,
        derived=derived,
        work=work,
        processing=processing,
        chosen=chosen,
        states=states,
        files=_files(platform, settings, library, derived, watching, missed=missed),
    )


def _files(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    derived: Derived,
    watching: WatchingSlice,
    *,
    missed: Callable[[Video], object],
) -> MediaFiles:
    """What hands out pictures and segments, or says where the CDN has them."""
    container = settings.derived_container_name or derived_beside(settings.azure_storage_container_name)
    signer = BlobSigner(platform.client, container=container)
    reader = BlobReader(signer, platform.client.circuit, timeout=settings.storage_timeout_seconds, connections=PLAYERS)
    delivery = Delivery(signer, cdn_endpoint=settings.cdn_endpoint) if settings.sends_to_cdn else None
    watched = watching.watching.note
    return MediaFiles(library.videos, derived, reader, missed=missed, watched=watched, delivery=delivery)
