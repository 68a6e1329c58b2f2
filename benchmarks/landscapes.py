"""Films to look at: painted landscapes, each another, so that a library full of them shows what it will be like."""

import math
import random
from fractions import Fraction
from pathlib import Path

import av

_WIDTH, _HEIGHT = 192, 108
_SCALE = 5
_HILLS = 4


def paint_film(path: Path, *, seed: int, seconds: int) -> None:
    """Write a film of one landscape; it is as long as it is said to be, but only a few frames large."""
    picture = _landscape(random.Random(seed))
    with av.open(str(path), "w", options={"movflags": "faststart"}) as film:
        stream = film.add_stream("libx264", rate=1)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = _WIDTH * _SCALE, _HEIGHT * _SCALE, "yuv420p"
        stream.time_base = Fraction(1, 1)
        for second in (*range(5), seconds - 1):
            frame = picture.reformat(stream.width, stream.height, interpolation="BICUBIC")
            frame.pts, frame.time_base = second, Fraction(1, 1)
            film.mux(stream.encode(frame))
        film.mux(stream.encode())


def _landscape(rng: random.Random) -> av.VideoFrame:
    """Sky, sun and four ranges of hills in two colours."""
    tint = rng.random() * math.tau
    sky, earth = _colour(tint), _colour(tint + 2 + rng.random())
    sun = (rng.uniform(0.2, 0.8) * _WIDTH, rng.uniform(0.2, 0.45) * _HEIGHT, rng.uniform(0.07, 0.14) * _HEIGHT)
    ranges = [_skyline(rng, height=0.5 + 0.13 * number) for number in range(_HILLS)]
    luma, blue, red = bytearray(), bytearray(), bytearray()
    for y in range(_HEIGHT):
        for x in range(_WIDTH):
            near = sum(y > skyline[x] for skyline in ranges)
            luma.append(_brightness(x, y, near=near, sun=sun))
            if x % 2 == 0 and y % 2 == 0:
                share = near / _HILLS if near else 0.6 * (1 - y / _HEIGHT)
                blue.append(round(sky[0] + (earth[0] - sky[0]) * share))
                red.append(round(sky[1] + (earth[1] - sky[1]) * share))
    frame = av.VideoFrame(_WIDTH, _HEIGHT, "yuv420p")
    for plane, pixels in zip(frame.planes, (luma, blue, red), strict=True):
        width = plane.width
        rows = (pixels[start : start + width] for start in range(0, len(pixels), width))
        plane.update(b"".join(bytes(row).ljust(plane.line_size, b"\0") for row in rows))
    return frame


def _colour(tint: float) -> tuple[float, float]:
    return 128 + 34 * math.cos(tint), 128 + 34 * math.sin(tint)


def _skyline(rng: random.Random, *, height: float) -> list[float]:
    waves, rise, shift = rng.uniform(1, 4), rng.uniform(0.03, 0.1), rng.uniform(0, math.tau)
    base = height + rng.uniform(0, 0.05)
    return [_HEIGHT * (base + rise * math.sin(waves * math.tau * x / _WIDTH + shift)) for x in range(_WIDTH)]


def _brightness(x: int, y: int, *, near: int, sun: tuple[float, float, float]) -> int:
    if near:
        return 168 - 32 * near
    away = math.hypot(x - sun[0], y - sun[1]) - sun[2]
    glow = 70 * math.exp(-max(0.0, away) / 12)
    return round(min(238, 150 + 60 * y / _HEIGHT + glow))
