"""The sign engine of one process, put together."""

from dataclasses import dataclass

from config import Settings
from services.captions.build import CaptionsSlice
from services.jobs.build import JobsSlice
from services.jobs.store import JobStore
from services.library.build import LibrarySlice
from services.media.build import MediaSlice
from services.platform import Platform
from services.sign_engine.command import SignCommand
from services.sign_engine.job_kind import SignWork
from services.sign_engine.settings import NO_ENGINE
from services.sign_engine.settling import Settling
from services.sign_engine.sign_engine import SignEngine
from services.sign_engine.store import SignFilmStore
from services.sign_tracks.build import SignTracksSlice
from services.steps import Step
from services.uploads.build import UploadsSlice

REPAIR = "which <program>  # SIGN_ENGINE must name one that can be run, or be none"
"""What helps where the engine does not work."""

_TEN_MINUTES = 600.0


@dataclass(frozen=True, kw_only=True)
class SignEngineSlice:
    """What makes signs of transcripts."""

    engine: SignEngine
    settling: Settling

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (Step(name="sign films", every=_TEN_MINUTES, at_start=True, quiet=True, run=self.settling.run),)


def build(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    media: MediaSlice,
    jobs: JobsSlice,
    uploads: UploadsSlice,
    captions: CaptionsSlice,
    sign_tracks: SignTracksSlice,
) -> SignEngineSlice:
    """The slice; opens no connection and runs nothing."""
    command = None if settings.sign_engine == NO_ENGINE else SignCommand(command=settings.sign_engine)
    films = SignFilmStore(platform.databases.durable)
    settling = Settling(
        store=films, tracks=sign_tracks.tracks, library=library.videos, is_over=lambda job: _is_over(jobs.store, job)
    )
    work = SignWork(
        captions=captions.captions,
        tracks=sign_tracks.tracks,
        media=media.work,
        uploads=uploads.whole,
        made=uploads.made,
        films=films,
        settling=settling,
        command=command,
        events=platform.events,
    )
    jobs.kinds.register(work.kind)
    engine = SignEngine(
        library.videos, captions.captions, sign_tracks.tracks, jobs.jobs, work.kind, store=jobs.store, command=command
    )
    return SignEngineSlice(engine=engine, settling=settling)


def _is_over(store: JobStore, job: str) -> bool:
    found = store.these([job]).get(job)
    return found is None or found.state.is_over
