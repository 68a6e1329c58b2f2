"""The chapters of a video: kept as WebVTT beside it, once, whatever languages it has."""

from dataclasses import dataclass
from itertools import pairwise

from services.actors.actor import Actor
from services.actors.policy import Act
from services.captions.cues import Cue, Words
from services.captions.errors import InvalidChaptersError
from services.captions.formats.markup import escaped, plain
from services.captions.formats.webvtt import read_webvtt, write_webvtt
from services.captions.track import MAX_LABEL, clean_label
from services.library.conditions import Condition
from services.library.library import Library
from services.library.tracks import folder
from services.library.written_records import put_record
from services.storage.records import RecordStore

MOST_CHAPTERS = 1000
LATEST = 1_000_000
"""Seconds from the beginning."""


@dataclass(frozen=True, kw_only=True)
class VideoChapter:
    """A part of the film."""

    start: float
    """In seconds."""
    title: str


@dataclass(frozen=True, kw_only=True)
class Chapters:
    """All of a video's."""

    chapters: tuple[VideoChapter, ...]
    etag: str | None
    """None while nobody has said any."""


class ChapterStore:
    """Reads and writes chapters. Raises `StorageError`, and what the library raises for videos one may not see."""

    def __init__(self, library: Library, tracks: RecordStore) -> None:
        """`tracks` is the container of people's work."""
        self._library = library
        self._tracks = tracks

    def read(self, video_id: str, *, by: Actor) -> Chapters:
        """The chapters of a video."""
        video = self._library.get(video_id, by=by)
        stored = self._tracks.read(_name(video.id))
        if stored is None:
            return Chapters(chapters=(), etag=None)
        cues = read_webvtt(stored.content.decode(errors="replace")).cues
        found = tuple(VideoChapter(start=cue.start / 1000, title=clean_label(plain(cue.text))) for cue in cues)
        return Chapters(chapters=found, etag=stored.etag)

    def write(self, video_id: str, chapters: tuple[VideoChapter, ...], *, condition: Condition, by: Actor) -> Chapters:
        """Have these and no others, of several at one moment the last.

        Raises `InvalidChaptersError`, and `RecordChangedError` by the condition.
        """
        video = self._library.get(video_id, by=by, act=Act.EDIT)
        ordered = _checked(chapters)
        last = max(video.made.duration or 0.0, ordered[-1].start + 1 if ordered else 0.0)
        starts = [*(each.start for each in ordered), last]
        cues = tuple(
            Cue(start=round(begin * 1000), end=round(end * 1000), text=escaped(each.title))
            for each, (begin, end) in zip(ordered, pairwise(starts), strict=True)
        )
        content = write_webvtt(Words(cues=cues)).encode()
        written = put_record(self._tracks, _name(video.id), content, tags={}, condition=condition)
        return Chapters(chapters=ordered, etag=written.etag)


def _checked(chapters: tuple[VideoChapter, ...]) -> tuple[VideoChapter, ...]:
    if len(chapters) > MOST_CHAPTERS:
        raise _invalid(f"There are more than {MOST_CHAPTERS} chapters.")
    clean = [VideoChapter(start=round(each.start, 3), title=clean_label(each.title)) for each in chapters]
    if not all(0 <= each.start <= LATEST and each.title for each in clean):
        raise _invalid("Each chapter needs a title, and a start in seconds from the beginning.")
    if any(len(each.title) > MAX_LABEL for each in chapters):
        raise _invalid(f"A title has at most {MAX_LABEL} characters.")
    by_start = {each.start: each for each in clean}
    return tuple(by_start[start] for start in sorted(by_start))


def _invalid(reason: str) -> InvalidChaptersError:
    return InvalidChaptersError(reason, errors=[{"field": "chapters", "reason": reason}])


def _name(video_id: str) -> str:
    return f"{folder(video_id)}/chapters.vtt"
