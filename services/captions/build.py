"""Captions, put together for one process."""

from collections.abc import Callable
from dataclasses import dataclass

from config import Settings
from services.actors.actor import SYSTEM
from services.captions.captions import Captions
from services.captions.chapters import ChapterStore
from services.captions.drafts import Drafts
from services.captions.embedded import EmbeddedTracks
from services.captions.gate import USUAL, CaptionLimits
from services.captions.index import CaptionIndex
from services.captions.recognition.azure_speech import AzureSpeech
from services.captions.recognition.engine import Engine
from services.captions.recognition.job_kind import CaptionWork
from services.captions.recognition.recognition import Recognition
from services.captions.recognition.whisper import Whisper
from services.captions.search import TranscriptSearch
from services.captions.spoken.store import SpokenStore
from services.captions.store import CaptionStore
from services.events.listener import Listener
from services.events.videos import CaptionsChanged, ProcessingCompleted, VideoPurged
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.media.build import MediaSlice
from services.platform import Platform
from services.steps import KeepGoing, Step
from utils.setting_choices import CaptionEngine

REPAIR = "pip install -r requirements-captions.txt  # or set CAPTIONS_ENGINE to what is there"
"""What helps where the engine does not work."""

_HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class CaptionsSlice:
    """Words with times beside videos."""

    captions: Captions
    index: CaptionIndex
    drafts: Drafts
    chapters: ChapterStore
    search: TranscriptSearch
    recognition: Recognition

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for captions."""
        return (
            Step(name="captions", every=_HOUR, at_start=True, run=self.index.compare),
            # After it, for it is told by it what there is.
            Step(name="transcripts", every=_HOUR, at_start=True, run=self._catch_up),
        )

    def _catch_up(self, keep_going: KeepGoing) -> str:
        return f"{self.search.catch_up(self.captions.versions(by=SYSTEM), keep_going)} looked up"


def build(
    platform: Platform,
    settings: Settings,
    library: LibrarySlice,
    media: MediaSlice,
    jobs: JobsSlice,
    *,
    limits: Callable[[], CaptionLimits] = lambda: USUAL,
    by_itself: Callable[[], bool] = lambda: False,
) -> CaptionsSlice:
    """The slice; opens no connection. Both functions are asked anew each time.

    `limits` are what the quality gate goes by; `by_itself`: whether new films get captions without being asked for.
    """
    databases, tracks = platform.databases, platform.track_store()
    index = CaptionIndex(
        CaptionStore(databases.durable),
        tracks,
        catalogue=library.catalogue,
        events=platform.events,
        notes=databases.notes,
    )
    platform.events.listen(Listener(name="captions", wants=(VideoPurged,), take=index.take))
    captions = Captions(library.videos, tracks, index=index, embedded=EmbeddedTracks(media.derived), limits=limits)
    search = TranscriptSearch(SpokenStore(databases.index), captions, library.videos)
    wants = (VideoPurged, CaptionsChanged, ProcessingCompleted)
    platform.events.listen(Listener(name="transcripts", wants=wants, take=search.take))
    engine = _engine(settings)
    work = CaptionWork(captions=captions, media=media.work, engine=engine, events=platform.events, limits=limits)
    jobs.kinds.register(work.kind)
    recognition = Recognition(
        library.videos, captions, jobs.jobs, work.kind, store=jobs.store, engine=engine, by_itself=by_itself
    )
    platform.events.listen(Listener(name="recognition", wants=(ProcessingCompleted,), take=recognition.take))
    return CaptionsSlice(
        captions=captions,
        index=index,
        drafts=Drafts(library.videos, captions, tracks, limits=limits),
        chapters=ChapterStore(library.videos, tracks),
        search=search,
        recognition=recognition,
    )


def _engine(settings: Settings) -> Engine | None:
    """The engine that the settings name; neither a model nor a connection is opened for it."""
    match settings.captions_engine:
        case CaptionEngine.WHISPER:
            return Whisper(model=settings.whisper_model)
        case CaptionEngine.AZURE:
            key = settings.azure_speech_key
            return AzureSpeech(
                endpoint=(settings.azure_speech_endpoint or "").rstrip("/"), key=key.reveal() if key else ""
            )
        case CaptionEngine.NONE:
            return None
