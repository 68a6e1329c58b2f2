"""A long sound in pieces that are worked on one by one, so that hours take no more memory than minutes.

A piece ends where it is quietest, so that no word is cut in two.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sys import byteorder

from services.captions.recognition.engine import SAMPLE_BYTES, SAMPLES

_LOOKED_AT = 15.0
"""Seconds before the longest end of a piece in which the quietest moment is looked for."""
_MOMENT = SAMPLES // 5


@dataclass(frozen=True, slots=True)
class Window:
    """A piece, as numbers of samples."""

    begin: int
    end: int

    @property
    def start(self) -> float:
        """In seconds."""
        return self.begin / SAMPLES

    @property
    def stop(self) -> float:
        """When it ends, in seconds."""
        return self.end / SAMPLES


def windows(pcm: Path, *, longest: float) -> Iterator[Window]:
    """The pieces of a file of sound, none of them longer than so many seconds."""
    total = pcm.stat().st_size // SAMPLE_BYTES
    begin, most = 0, int(longest * SAMPLES)
    with pcm.open("rb") as file:
        while begin < total:
            end = total
            if total - begin > most:
                looked_at = min(int(_LOOKED_AT * SAMPLES), most // 2)
                first = begin + most - looked_at
                file.seek(first * SAMPLE_BYTES)
                end = first + _quietest(file.read(looked_at * SAMPLE_BYTES))
            yield Window(begin, end)
            begin = end


def _quietest(content: bytes) -> int:
    """The middle of the quietest fifth of a second, as a number of samples; of several the last."""
    samples = array("h", content[: len(content) // SAMPLE_BYTES * SAMPLE_BYTES])
    if byteorder == "big":
        samples.byteswap()
    moments = range(0, max(1, len(samples) - _MOMENT), _MOMENT // 2)
    quietest = min(reversed(moments), key=lambda at: sum(map(abs, samples[at : at + _MOMENT])))
    return max(1, quietest + _MOMENT // 2)
