"""Films that browsers really play."""

import random
from pathlib import Path

import av


def write_film(path: Path, *, seconds: int, codec: str = "libx264") -> None:
    """Write a film of noise, which hardly compresses: 2 pictures a second of 320x240."""
    rng = random.Random(0)
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=2)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.bit_rate = 40_000_000
        stream.options = {"crf": "4", "preset": "ultrafast", "deadline": "realtime", "cpu-used": "8"}
        for _ in range(2 * seconds):
            frame = av.VideoFrame(320, 240, "yuv420p")
            for plane in frame.planes:
                plane.update(rng.randbytes(plane.buffer_size))
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
