"""The kind of work that makes captions: sound out of the film, words out of the sound, captions out of the words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from services.actors.actor import SYSTEM
from services.captions.captions import Captions
from services.captions.errors import EditedCaptionsError, TooManyCuesError
from services.captions.gate import CaptionLimits
from services.captions.languages import UNKNOWN
from services.captions.recognition.engine import HOW_TO_TURN_ON, Engine, NoSoundError, Transcription
from services.captions.recognition.segmenting import captions_of
from services.captions.recognition.sound import LONGEST_SECONDS, extract, megabytes, named_language, spoken_sound
from services.captions.recognition.whisper import time_allowed
from services.captions.track import CaptionKind
from services.events.events import Events
from services.events.videos import ProcessingCompleted, ProcessingFailed, ProcessingStarted
from services.jobs.errors import BadInputError
from services.jobs.job import Lane, Results
from services.jobs.kinds import Kind, Work
from services.media.errors import BadMediaError
from services.media.job_kinds import MediaWork
from services.videos.video import Video

CAPTIONS = "captions"
"""The name of the kind."""
RECIPE = 1

_HOUR = 3600.0
_EXTRACTING = 0.1
"""The part of the work that it is to take the sound out of a film."""


@dataclass(frozen=True, kw_only=True)
class CaptionWork:
    """Makes captions of one film after another."""

    captions: Captions
    media: MediaWork
    engine: Engine | None
    events: Events
    limits: Callable[[], CaptionLimits]

    @property
    def kind(self) -> Kind:
        """What the queue can be asked for."""
        return Kind(name=CAPTIONS, lane=Lane.SPEECH, recipe=RECIPE, run=self._run, longest=24 * _HOUR)

    def _run(self, work: Work) -> Results:
        """The work. A person's captions are left alone, and the job is done without having written any."""
        video = self.media.library.get(work.video, by=SYSTEM)
        language = str(work.arguments.get("language") or UNKNOWN)
        with self._told(work, video):
            if self.captions.is_edited(video.id, language, CaptionKind.CAPTIONS, by=SYSTEM):
                return _kept(language)
            heard = self._heard(work, video, None if language == UNKNOWN else language)
            if not heard.words:
                return [{"id": heard.language, "status": "silent", "detail": "Nobody was heard to speak."}]
            return self._write(work, video, heard)

    def _heard(self, work: Work, video: Video, language: str | None) -> Transcription:
        if self.engine is None:
            raise BadInputError(HOW_TO_TURN_ON)
        facts = self.media.facts(video)
        track = spoken_sound(facts, language)
        language = language or named_language(track)
        length = facts.duration or LONGEST_SECONDS
        room, seconds = megabytes(facts), time_allowed(length)
        with self.media.opened(video, facts=facts, seconds=seconds, megabytes=room) as (film, folder, control):

            def told(done: float, *, of: float, before: float) -> None:
                work.progress(before + min(done / length, 1.0) * of)

            extracting = replace(control, progress=lambda done: told(done, of=_EXTRACTING, before=0.0))
            pcm = extract(film, track, folder.path, extracting)
            hearing = replace(control, progress=lambda done: told(done, of=1 - _EXTRACTING, before=_EXTRACTING))
            return self.engine.transcribe(pcm, language, control=hearing)

    def _write(self, work: Work, video: Video, heard: Transcription) -> Results:
        words = captions_of(heard.words, limits=self.limits())
        try:
            track = self.captions.write_automatic(video.id, heard.language, CaptionKind.CAPTIONS, words, by=work.by)
        except EditedCaptionsError:
            return _kept(heard.language)
        return [{"id": track.language, "status": "written", "detail": f"{len(words.cues)} captions"}]

    @contextmanager
    def _told(self, work: Work, video: Video) -> Iterator[None]:
        """Say that it begins and how it ends; what cannot be made of this film ends the job at once."""
        about = {"video_id": video.id, "kind": CAPTIONS, "job_id": work.id}
        self.events.say(ProcessingStarted(**about), by=work.by)
        try:
            yield
        except (BadMediaError, BadInputError, NoSoundError, TooManyCuesError) as error:
            self.events.say(ProcessingFailed(**about, error=error.detail), by=work.by)
            raise BadInputError(error.detail) from error
        self.events.say(ProcessingCompleted(**about), by=work.by)


def _kept(language: str) -> Results:
    return [{"id": language, "status": "edited", "detail": "A person has worked on these captions: they are kept."}]
