"""The kind of work that makes a sign track: the transcript to the engine, its film into the library, the track set."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from services.actors.actor import SYSTEM
from services.captions.captions import Captions
from services.captions.errors import CaptionsNotFoundError
from services.events.events import Events
from services.events.videos import ProcessingCompleted, ProcessingFailed, ProcessingStarted
from services.jobs.errors import BadInputError
from services.jobs.job import Lane, Results
from services.jobs.kinds import Kind, Work
from services.media.errors import BadMediaError
from services.media.job_kinds import MediaWork
from services.media.program_runs import Control
from services.sign_engine.command import FILM_MB, SignCommand, SignRequest, sign_request, time_allowed
from services.sign_engine.errors import HOW_TO_TURN_ON
from services.sign_engine.settling import Settling
from services.sign_engine.store import SignFilm, SignFilmStore
from services.sign_tracks.errors import EditedSignTrackError
from services.sign_tracks.sign_tracks import SignTracks
from services.sign_tracks.track import SignKind, SignOrigin, SignTrack
from services.uploads.errors import InvalidUploadError
from services.uploads.made import MadeUploads
from services.uploads.uploads import Candidate, Uploads
from services.videos.video import Video
from utils.validators import MAX_TITLE

SIGNS = "signs"
"""The name of the kind."""
DOOR = "signs"
RECIPE = 1

_HOUR = 3600.0
_MADE = 0.9
"""The part of the work that the engine does."""
_ROOM_MB = FILM_MB + 64
_FOR_GOOD = (BadMediaError, BadInputError, CaptionsNotFoundError, InvalidUploadError)
"""What would fail each time."""


@dataclass(frozen=True, kw_only=True)
class SignWork:
    """Makes sign tracks of one film after another."""

    captions: Captions
    tracks: SignTracks
    media: MediaWork
    uploads: Uploads
    made: MadeUploads
    films: SignFilmStore
    settling: Settling
    command: SignCommand | None
    events: Events

    @property
    def kind(self) -> Kind:
        """What the queue can be asked for."""
        return Kind(name=SIGNS, lane=Lane.SPEECH, recipe=RECIPE, run=self._run, longest=24 * _HOUR)

    def _run(self, work: Work) -> Results:
        """The work. A track that a person has set is left alone, and the job is done without having set any."""
        film = self.media.library.get(work.video, by=SYSTEM)
        language = str(work.arguments.get("language"))
        with self._told(work, film), self._settled(work):
            if self.tracks.is_edited(film.id, language, by=SYSTEM):
                return _kept(language)
            return self._made(work, film, language)

    def _made(self, work: Work, film: Video, language: str) -> Results:
        if self.command is None:
            raise BadInputError(HOW_TO_TURN_ON)
        transcript = self.captions.transcript(film.id, None, by=SYSTEM)
        request = sign_request(transcript, sign_language=language, duration=film.made.duration or 0.0)
        signs = self.settling.found(work.id, _digest(request))
        if signs is None:
            signs = self._new(work, film, request, self.command)
        else:
            self.uploads.announce(signs, by=SYSTEM)  # Whoever was killed may not have said so.
        return self._set(work, film, language, signs)

    def _new(self, work: Work, film: Video, request: SignRequest, command: SignCommand) -> Video:
        """The film that the engine makes, as a video."""
        duration = request.duration

        def progress(seconds: float) -> None:
            work.progress(_MADE * min(1.0, seconds / duration) if duration else 0.0)

        with self.media.room(_ROOM_MB) as folder:
            control = Control(seconds=time_allowed(duration), watch=folder.check, progress=progress)
            path, _ = command.make(request, folder.path, self.media.programs(), control)
            work.progress(_MADE)
            candidate = _candidate(film, request.sign_language, path.stat().st_size)
            draft = self.uploads.draft(candidate, door=DOOR, by=SYSTEM)
            self._note(work, film, request.sign_language, draft.name, request=_digest(request))
            return self.made.take(draft, path, attempt=work.attempt, by=SYSTEM)

    def _set(self, work: Work, film: Video, language: str, signs: Video) -> Results:
        """Have the new video sign the film; the one that a machine has made before goes into the trash afterwards."""
        track = SignTrack(
            film_id=film.id, language=language, video_id=signs.id, kind=SignKind.AVATAR, origin=SignOrigin.AUTO
        )
        try:
            self.tracks.put_automatic(
                track, by=work.by, replaces=lambda before: self._note(work, film, language, before)
            )
        except EditedSignTrackError:
            return _kept(language)
        return [{"id": language, "status": "made", "detail": signs.id}]

    def _note(self, work: Work, film: Video, language: str, video_id: str, *, request: str | None = None) -> None:
        self.films.note(
            SignFilm(video_id=video_id, film_id=film.id, language=language, job_id=work.id, request=request)
        )

    @contextmanager
    def _settled(self, work: Work) -> Iterator[None]:
        """Settle all films of the job when nothing more is tried; what is tried again may find them."""
        try:
            yield
        except _FOR_GOOD:
            self.settling.settle(self.films.of_job(work.id))
            raise
        self.settling.settle(self.films.of_job(work.id))

    @contextmanager
    def _told(self, work: Work, film: Video) -> Iterator[None]:
        """Say that it begins and how it ends; what would fail each time ends the job at once."""
        about = {"video_id": film.id, "kind": SIGNS, "job_id": work.id}
        self.events.say(ProcessingStarted(**about), by=work.by)
        try:
            yield
        except _FOR_GOOD as error:
            self.events.say(ProcessingFailed(**about, error=error.detail), by=work.by)
            raise BadInputError(error.detail) from error
        self.events.say(ProcessingCompleted(**about), by=work.by)


def _candidate(film: Video, language: str, length: int) -> Candidate:
    """The sign video as it comes in: it belongs to whom the film belongs to, and is seen by who sees that."""
    ending = f" ({language})"
    return Candidate(
        filename=f"signs-{language}.mp4",
        title=film.title[: MAX_TITLE - len(ending)] + ending,
        length=length,
        beside=film,
    )


def _kept(language: str) -> Results:
    return [{"id": language, "status": "edited", "detail": "A person has set this sign track: it is kept."}]


def _digest(request: SignRequest) -> str:
    return hashlib.sha256(msgspec.json.encode(request)).hexdigest()
