"""Films that browsers really play, and some of which they play only the sound."""

import random
from pathlib import Path

import av


def write_film(path: Path, *, seconds: int, codec: str = "libx264", pixels: str = "yuv420p") -> None:
    """Write a film of noise, which hardly compresses: 2 pictures a second of 320x240."""
    with av.open(str(path), "w") as film:
        _write_pictures(film, seconds=seconds, codec=codec, pixels=pixels)


def write_film_with_sound(path: Path, *, seconds: int, codec: str, pixels: str = "yuv420p") -> None:
    """Write such a film with silence beside it, in a codec that every browser plays."""
    with av.open(str(path), "w") as film:
        sound = film.add_stream("aac", rate=_SAMPLES, layout="mono")
        assert isinstance(sound, av.AudioStream)
        _write_pictures(film, seconds=seconds, codec=codec, pixels=pixels)
        for second in range(seconds):
            frame = av.AudioFrame(format="fltp", layout="mono", samples=_SAMPLES)
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            frame.sample_rate, frame.pts = _SAMPLES, second * _SAMPLES
            film.mux(sound.encode(frame))
        film.mux(sound.encode())


_SAMPLES = 48_000


def _write_pictures(film: av.container.OutputContainer, *, seconds: int, codec: str, pixels: str) -> None:
    rng = random.Random(0)
    stream = film.add_stream(codec, rate=2)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = 320, 240, pixels
    stream.bit_rate = 40_000_000
    if not codec.startswith("prores"):
        stream.options = {"crf": "4", "preset": "ultrafast", "deadline": "realtime", "cpu-used": "8"}
    for _ in range(2 * seconds):
        frame = av.VideoFrame(320, 240, pixels)
        for plane in frame.planes:
            plane.update(rng.randbytes(plane.buffer_size))
        film.mux(stream.encode(frame))
    film.mux(stream.encode())
