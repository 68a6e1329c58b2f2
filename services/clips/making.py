"""The kinds of work that make clips: safe to repeat, with the name of the clip chosen before they begin."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.actors.actor import SYSTEM
from services.captions.build import CaptionsSlice
from services.clips.carried_words import carry_chapters, carry_words
from services.clips.cutting import Cut, Span, cut_exact, cut_fast, may_encode, room_for
from services.clips.edges import cut_exactly
from services.clips.joining import join
from services.errors import ReelgateError, TooLargeError
from services.events.events import Events
from services.events.videos import ClipCreated
from services.jobs.errors import BadInputError
from services.jobs.job import Lane
from services.jobs.kinds import Kind, Work
from services.library.errors import VideoNotFoundError, VideoReplacedError
from services.library.library import Library
from services.library.video_change import VideoChange
from services.media.errors import BadMediaError
from services.media.job_kinds import MediaWork
from services.media.pictures import Film
from services.media.program_runs import Control
from services.uploads.errors import InvalidUploadError
from services.uploads.made import MadeUploads
from services.uploads.uploads import Draft
from services.videos.blob_names import parse_blob_name
from services.videos.clip_of import ClipOf
from services.videos.video import Video

CLIP, SUPERCUT = "clip", "supercut"

_RECIPE = 1
_LEAST_SECONDS, _SECONDS_A_SECOND = 900.0, 40.0
_CUT_SHARE, _STORED_SHARE = 0.8, 0.95


@dataclass(frozen=True, kw_only=True)
class ClipWork:
    """Does the work on one clip after another."""

    media: MediaWork
    library: Library
    uploads: MadeUploads
    captions: CaptionsSlice
    events: Events

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the queue can be asked for."""
        return (
            Kind(name=CLIP, lane=Lane.QUICK, recipe=_RECIPE, run=_told(self._clip)),
            Kind(name=SUPERCUT, lane=Lane.MEDIA, recipe=_RECIPE, run=_told(self._supercut)),
        )

    def _clip(self, work: Work) -> None:
        draft, clip = _draft_of(work)
        if clip is None:
            raise BadInputError("The job does not say which part of which film is wanted.")
        film = self.library.get(clip.video_id, by=SYSTEM)
        # Who may see the film may see the clip: as it is now, and not as it was when the clip was asked for.
        metadata = replace(draft.metadata, owner=film.owner, visibility=film.visibility, collections=film.collections)
        draft = replace(draft, metadata=metadata)
        with self._cut(work, film, clip, draft) as cut:
            work.progress(_CUT_SHARE)
            if not self.uploads.is_there(draft, by=work.by):
                self.uploads.take(draft, cut.path, attempt=work.attempt, by=work.by)
            begins = cut.begins
        work.progress(_STORED_SHARE)
        with contextlib.suppress(VideoNotFoundError):  # Somebody has deleted it already.
            self._complete(film, draft.name, begins=begins, end=clip.end, work=work)
        self.events.say(ClipCreated(clip_id=draft.name, video_id=film.id, start=clip.start, end=clip.end), by=work.by)

    def _complete(self, film: Video, clip_id: str, *, begins: float, end: float, work: Work) -> None:
        """Give the clip what people have said about the film."""
        carry_words(self.captions.captions, film.id, clip_id, begin=begins, end=end, by=work.by)
        carry_chapters(self.captions.chapters, film.id, clip_id, begin=begins, end=end, by=work.by)
        language = film.about.language
        if language and self.library.get(clip_id, by=SYSTEM).about.language is None:
            self.library.edit(clip_id, VideoChange(language=language), by=work.by, if_match=None)

    @contextlib.contextmanager
    def _cut(self, work: Work, film: Video, clip: ClipOf, draft: Draft) -> Iterator[Cut]:
        facts, exact = self.media.facts(film), bool(work.arguments.get("exact"))
        if facts.duration and clip.start >= facts.duration:
            raise BadMediaError(f"The film is only {facts.duration:.3f} s long.")
        span = Span(start=clip.start, end=clip.end)
        extension = _extension(draft)
        megabytes = room_for(span, facts, size=film.size, exact=exact)
        seconds = _LEAST_SECONDS + _SECONDS_A_SECOND * span.length
        with self.media.opened(film, facts=facts, seconds=seconds, megabytes=megabytes) as (opened, folder, control):
            watched = replace(control, progress=lambda done: work.progress(_CUT_SHARE * done / span.length))
            room: dict[str, Any] = {"extension": extension, "megabytes": folder.megabytes}
            if exact:
                yield cut_exactly(opened, span, folder.path, watched, **room)
            else:
                yield _fast_or_encoded(opened, span, folder.path, watched, **room)

    def _supercut(self, work: Work) -> None:
        draft, _ = _draft_of(work)
        clips = [self.library.get(str(each), by=SYSTEM) for each in work.arguments.get("clips", ())]
        if not clips:
            raise BadInputError("The job names no clips.")
        facts = [self.media.facts(each) for each in clips]
        length = sum(each.duration for each in facts) or 1.0
        seconds = _LEAST_SECONDS + _SECONDS_A_SECOND * length
        megabytes = room_for(Span(start=0, end=length), facts[0], size=0, exact=True)
        with contextlib.ExitStack() as stack:
            opened = [
                stack.enter_context(
                    self.media.opened(each, facts=known, seconds=seconds, megabytes=0 if number else megabytes)
                )
                for number, (each, known) in enumerate(zip(clips, facts, strict=True))
            ]
            _, folder, control = opened[0]
            watched = replace(control, progress=lambda done: work.progress(_CUT_SHARE * done / length))
            path = join([film for film, _, _ in opened], folder.path, watched, megabytes=folder.megabytes)
            if not self.uploads.is_there(draft, by=work.by):
                self.uploads.take(draft, path, attempt=work.attempt, by=work.by)


def _fast_or_encoded(film: Film, span: Span, folder: Path, control: Control, *, extension: str, megabytes: int) -> Cut:
    try:
        return cut_fast(film, span, folder, control, extension=extension, megabytes=megabytes)
    except BadMediaError:
        # Some old containers do not say when a picture is to be shown, and so it cannot be copied.
        if not may_encode(extension):
            raise
        return cut_exact(film, span, folder, control, extension=extension, megabytes=megabytes)


def _told(run: Callable[[Work], None]) -> Callable[[Work], None]:
    """The work, ending at once where trying again would not help."""

    def told(work: Work) -> None:
        try:
            run(work)
        except (VideoNotFoundError, VideoReplacedError) as error:
            raise BadInputError("The film is gone, or its content has been replaced.") from error
        except (BadMediaError, InvalidUploadError, TooLargeError) as error:
            raise BadInputError(error.detail) from error

    return told


def _draft_of(work: Work) -> tuple[Draft, ClipOf | None]:
    draft = Draft.from_record(work.arguments["draft"])
    return draft, draft.metadata.clip


def _extension(draft: Draft) -> str:
    name = parse_blob_name(draft.name)
    if name is None:
        raise ReelgateError("The job has a name for the clip that is none.")
    return name.extension
