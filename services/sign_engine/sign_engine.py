"""Asking for sign tracks that a machine makes, by whoever may edit a film."""

from services.actors.actor import Actor
from services.actors.policy import Act
from services.captions.captions import Captions
from services.captions.errors import CaptionsNotFoundError
from services.database.errors import DatabaseUnavailableError
from services.jobs.job import Job, JobStanding
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind
from services.jobs.store import JobStore
from services.jobs.wish import Wish
from services.library.library import Library
from services.sign_engine.command import SignCommand
from services.sign_engine.errors import HOW_TO_TURN_ON, NoSignEngineError, NoTranscriptError
from services.sign_engine.job_kind import SIGNS
from services.sign_tracks.errors import EditedSignTrackError, InvalidSignTrackError
from services.sign_tracks.sign_tracks import SignTracks
from services.videos.video import Video
from utils.sign_languages import sign_language


class SignEngine:
    """Queues the work. Raises what the library raises for videos one may not see."""

    def __init__(
        self,
        library: Library,
        captions: Captions,
        tracks: SignTracks,
        jobs: Jobs,
        kind: Kind,
        *,
        store: JobStore,
        command: SignCommand | None,
    ) -> None:
        self._library = library
        self._captions = captions
        self._tracks = tracks
        self._jobs = jobs
        self._kind = kind
        self._store = store
        self._command = command

    @property
    def is_possible(self) -> bool:
        """Whether there is an engine."""
        return self._command is not None

    def describe(self) -> str:
        """Which engine there is, in a sentence; raises `SignEngineError` where it does not work."""
        return HOW_TO_TURN_ON if self._command is None else self._command.describe()

    def generate(self, video_id: str, language: str, *, by: Actor) -> Job:
        """Queue a sign track; the same asked for while it is under way is the same job.

        Raises `NoSignEngineError`, `NoTranscriptError`, `InvalidSignTrackError` for what is no sign language, and
        `EditedSignTrackError` where a person has set that track.
        """
        film = self._library.get(video_id, by=by, act=Act.EDIT)
        tag = sign_language(language)
        if tag is None:
            reason = "Expected the tag of a sign language, such as ase, bfi or gsg"
            raise InvalidSignTrackError(f"{reason}.", errors=[{"field": "language", "reason": reason}])
        if self._command is None:
            raise NoSignEngineError(HOW_TO_TURN_ON)
        if self._tracks.is_edited(film.id, tag, by=by):
            raise EditedSignTrackError("A person has set this sign track: take it away first to have one made.")
        try:
            self._captions.transcript(film.id, None, by=by)
        except CaptionsNotFoundError as error:
            raise NoTranscriptError("There is nothing to sign: the film has no captions or subtitles.") from error
        wish = Wish(
            kind=self._kind, video=film.id, arguments={"source": film.content_etag, "language": tag}, again=True
        )
        return self._jobs.add(wish, by=by)

    def standing(self, video: Video, *, by: Actor) -> JobStanding | None:
        """Where the newest job for a video stands that the actor has been shown; None where there is none."""
        del by  # Whoever sees the video may know how far it is, as its JSON says it.
        try:
            return self._store.standings_of([video.id]).get(video.id, {}).get(SIGNS)
        except DatabaseUnavailableError:
            return None
