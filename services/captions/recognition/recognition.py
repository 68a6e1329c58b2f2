"""Asking for captions that a machine makes: by whoever may edit a film, and by itself where that is set."""

import logging
from collections.abc import Callable

from services.actors.actor import SYSTEM, Actor
from services.actors.policy import Act
from services.captions.captions import Captions
from services.captions.errors import EditedCaptionsError
from services.captions.languages import UNKNOWN
from services.captions.recognition.engine import HOW_TO_TURN_ON, Engine, NoEngineError, NoSoundError
from services.captions.recognition.job_kind import CAPTIONS
from services.captions.track import CaptionKind
from services.database.errors import DatabaseUnavailableError
from services.events.envelope import Said
from services.events.videos import ProcessingCompleted
from services.jobs.job import Job, JobStanding, State
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind
from services.jobs.store import JobStore
from services.jobs.wish import Wish
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.media.job_kinds import PROBE
from services.videos.video import READY, Video

log = logging.getLogger(__name__)

_BY_ITSELF_PRIORITY = 30
"""What nobody waits for stands behind what somebody has asked for."""


class Recognition:
    """Queues the work, and tells where it stands. Raises what the library raises for videos one may not see."""

    def __init__(
        self,
        library: Library,
        captions: Captions,
        jobs: Jobs,
        kind: Kind,
        *,
        store: JobStore,
        engine: Engine | None,
        by_itself: Callable[[], bool],
    ) -> None:
        """`by_itself` says whether new films get captions without being asked for; asked anew each time."""
        self._library = library
        self._captions = captions
        self._jobs = jobs
        self._kind = kind
        self._store = store
        self._engine = engine
        self._by_itself = by_itself

    @property
    def is_possible(self) -> bool:
        """Whether there is an engine."""
        return self._engine is not None

    def describe(self) -> str:
        """Which engine there is and that it works, in a sentence; raises `EngineError` where it does not."""
        return HOW_TO_TURN_ON if self._engine is None else self._engine.describe()

    def generate(self, video_id: str, language: str, *, by: Actor) -> Job:
        """Queue captions in the language that is spoken; `und` has the engine find it out.

        The same asked for while it is under way is the same job. Raises `NoEngineError`, `NoSoundError`, and
        `EditedCaptionsError` where a person has worked on them.
        """
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        if self._engine is None:
            raise NoEngineError(HOW_TO_TURN_ON)
        self._library.at_hand(video_id, by=by, act=Act.EDIT)
        if _is_silent(video):
            raise NoSoundError("There is no sound in this film: nothing can be heard in it.")
        if self._captions.is_edited(video.id, language, CaptionKind.CAPTIONS, by=by):
            raise EditedCaptionsError("A person has worked on these captions: delete them first to have others made.")
        return self._jobs.add(self._wish(video, language, again=True), by=by)

    def standing(self, video: Video, *, by: Actor) -> JobStanding | None:
        """Where the newest job for a video stands that the actor has been shown; None where there is none."""
        del by  # Whoever sees the video may know how far it is, as its JSON says it.
        try:
            return self._store.standings_of([video.id]).get(video.id, {}).get(CAPTIONS)
        except DatabaseUnavailableError:
            return None

    def take(self, said: Said) -> None:
        """Queue captions of a film that has just been looked into, where that is set; done twice it is done once."""
        event = said.event
        if not isinstance(event, ProcessingCompleted) or event.kind != PROBE or self._engine is None:
            return
        if not self._is_wanted():
            return
        try:
            video = self._library.get(event.video_id, by=SYSTEM)
            tracks = self._captions.tracks(video.id, by=SYSTEM)
        except VideoNotFoundError:
            return
        brings_words = any(not each.pictures for each in video.made.subtitles)
        if video.status != READY or _is_silent(video) or tracks or brings_words:
            return
        job = self._jobs.add(self._wish(video, video.about.language or UNKNOWN, again=False), by=SYSTEM)
        log.info("captions of %s are made by themselves: job %s", video.id, job.id)

    def _is_wanted(self) -> bool:
        try:
            return self._by_itself()
        except DatabaseUnavailableError:
            return False

    def _wish(self, video: Video, language: str, *, again: bool) -> Wish:
        arguments = {"source": video.content_etag, "language": language}
        priority = 0 if again else _BY_ITSELF_PRIORITY
        return Wish(kind=self._kind, video=video.id, arguments=arguments, again=again, priority=priority)


def is_under_way(standing: JobStanding | None) -> bool:
    """Whether captions are being made, or are waited for."""
    return standing is not None and standing.state in {State.QUEUED, State.RUNNING}


def _is_silent(video: Video) -> bool:
    """Whether it is known that the film has no sound; where nobody has looked yet, the job finds out."""
    return video.made.source == video.content_etag and video.made.has_audio is False
