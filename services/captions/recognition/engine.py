"""What an engine of recognition promises: sound goes in, words with their times and its confidence come out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.errors import ReelgateError
from services.media.program_runs import Control

SAMPLES, SAMPLE_BYTES = 16_000, 2
"""In a second, and in one of them: sound is one channel of signed 16 bits, the low byte first, without a head."""
LOW_CONFIDENCE = 0.5
"""A word of which an engine is less sure is marked, for a person to look at."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was heard."""

    start: float
    """In seconds from the beginning of the film."""
    end: float
    text: str
    """With its punctuation, and the space before it where its language writes one."""
    confidence: float
    """From 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Transcription:
    """All that was heard."""

    language: str
    """The one that was asked for, or that was found; as BCP 47 writes it."""
    words: tuple[Word, ...]
    """By their starts; none where nobody speaks."""


class Engine(Protocol):
    """One way to recognise speech."""

    def transcribe(self, pcm: Path, language: str | None, *, control: Control) -> Transcription:
        """The words of a file of sound; the engine finds the language out where none is named.

        `control.progress` is told how many seconds of the sound are done. Raises `BadMediaError` where this sound, or
        this language, cannot be worked on however often it is tried, and other `ReelgateError`s for what may pass.
        """

    def describe(self) -> str:
        """What the engine is and that it works, in a sentence; raises `EngineError` where it does not."""


class NoEngineError(ReelgateError):
    """Nothing here makes captions; the text says how to turn it on."""

    slug = "no-engine"
    title = "No engine"
    status = 409


class NoSoundError(ReelgateError):
    """There is nothing to be heard in the film."""

    slug = "no-sound"
    title = "No sound"
    status = 409


class EngineError(ReelgateError):
    """The engine cannot be used now: it lacks something, or does not answer."""

    slug = "engine-failed"
    title = "Recognition failed"
    status = 503


HOW_TO_TURN_ON = "No engine makes captions here. Set CAPTIONS_ENGINE to whisper or azure to turn that on."
