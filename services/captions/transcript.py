"""What is said in a film, with times, to be read."""

from dataclasses import dataclass

from services.captions.cues import Words
from services.captions.formats.markup import plain, speaker


@dataclass(frozen=True, kw_only=True)
class Line:
    """A cue without its markup."""

    start: int
    """In milliseconds."""
    end: int
    text: str
    speaker: str | None


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """All that one track says."""

    language: str
    lines: tuple[Line, ...]


def transcript_of(words: Words, *, language: str) -> Transcript:
    """The lines of a track."""
    lines = (
        Line(start=cue.start, end=cue.end, text=" ".join(plain(cue.text).split()), speaker=speaker(cue.text))
        for cue in words.cues
    )
    return Transcript(language=language, lines=tuple(line for line in lines if line.text))
