"""Bars that stand on each other, by month, as numbers that a template draws."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 636.0, 24.0, 268.0
_MOST_WIDE = 48.0
_GAP = 1.5
_STEPS = 3


@dataclass(frozen=True, kw_only=True)
class BarPart:
    """A piece of a bar."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The bar of one month."""

    name: str
    x: float
    width: float
    top: float
    parts: tuple[BarPart, ...]
    total: str
    """What it comes to, in words."""


@dataclass(frozen=True, kw_only=True)
class GridLine:
    """A line across, with what it stands for."""

    y: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """All that is drawn."""

    bars: tuple[Bar, ...]
    lines: tuple[GridLine, ...]


def stacked(months: Mapping[str, Sequence[tuple[str, float]]], *, words: Callable[[float], str]) -> Chart:
    """A bar for each month, of parts from below; `words` says a number as people read it."""
    sums = {name: sum(size for _, size in parts) for name, parts in months.items()}
    top = _round_up(max(sums.values(), default=0.0))
    room = (_RIGHT - _LEFT) / max(1, len(months))
    width = min(_MOST_WIDE, room * 0.7)
    bars = []
    for number, (name, parts) in enumerate(months.items()):
        middle = _LEFT + room * (number + 0.5)
        pieces = _pieces(parts, top)
        bars.append(
            Bar(
                name=name,
                x=round(middle - width / 2, 1),
                width=round(width, 1),
                top=pieces[-1].y if pieces else _BOTTOM,
                parts=pieces,
                total=words(sums[name]),
            )
        )
    lines = [GridLine(y=round(_y(top * step / _STEPS, top), 1), words=words(top * step / _STEPS)) for step in range(4)]
    return Chart(bars=tuple(bars), lines=tuple(lines))


def _pieces(parts: Sequence[tuple[str, float]], top: float) -> tuple[BarPart, ...]:
    found, below = [], 0.0
    for kind, size in parts:
        if size > 0:
            upper, lower = _y(below + size, top), _y(below, top)
            found.append(BarPart(kind=kind, y=round(upper, 1), height=round(max(0.5, lower - upper - _GAP), 1)))
        below += size
    return tuple(found)


def _y(value: float, top: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value / top


def _round_up(value: float) -> float:
    """The next number that parts well in three: 3, 6, 9, 12, 15, 30 … of its size."""
    if value <= 0:
        return 3.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(each * size for each in (1.2, 1.5, 3, 6, 9, 12, 15) if each * size >= value)
