"""Whether a still is worth looking at: neither dark, nor of one colour, nor blurred."""

import statistics
from dataclasses import dataclass

_DARK, _BRIGHT, _FLAT = 28, 235, 12
_BLURRED = 3.0
_EVERY = 2


@dataclass(frozen=True)
class Still:
    """What is thought of a picture."""

    is_good: bool
    score: float
    """The higher the better."""


def judged(grey: bytes, *, width: int) -> Still:
    """What is thought of a grey picture, a byte for each pixel."""
    light = statistics.fmean(grey)
    spread = statistics.pstdev(grey)
    sharpness = _sharpness(grey, width)
    good = _DARK < light < _BRIGHT and spread > _FLAT and sharpness > _BLURRED
    return Still(good, min(spread, 64) + 4 * min(sharpness, 16) - (100 if light <= _DARK else 0))


def _sharpness(grey: bytes, width: int) -> float:
    """How much neighbours differ from the middle between them; a picture without edges has little of it."""
    total = count = 0
    for top in range(width, len(grey) - width, width * _EVERY):
        row = grey[top : top + width]
        above, below = grey[top - width : top], grey[top + width : top + 2 * width]
        total += sum(
            abs(4 * row[x] - row[x - 1] - row[x + 1] - above[x] - below[x]) for x in range(1, width - 1, _EVERY)
        )
        count += (width - 2) // _EVERY
    return total / max(count, 1)
