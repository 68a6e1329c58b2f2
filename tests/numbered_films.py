"""Films whose every picture says which one it is, so that a cut can be checked picture by picture."""

import subprocess
from pathlib import Path

from tests.media_films import PROGRAMS, ffmpeg

RATE = 25
_ACROSS, _DOWN = 64, 36
# The left half counts to sixteen, the right half the sixteens.
_LUMA = "if(lt(X,W/2),mod(N,16)*14+16,floor(N/16)*14+16)"


def numbered_film(path: Path, *encoding: str, seconds: float = 8, key_every: int = 50, sound: bool = True) -> Path:
    """A film of 25 pictures a second, with a key frame every so many."""
    picture = f"nullsrc=size={_ACROSS}x{_DOWN}:rate={RATE}:duration={seconds},geq=lum='{_LUMA}':cb=128:cr=128"
    inputs = ["-f", "lavfi", "-i", picture]
    if sound:
        inputs += ["-f", "lavfi", "-i", f"sine=440:duration={seconds}"]
    usual = ("-c:v", "libx264", "-preset", "veryfast", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac")
    ffmpeg(*inputs, *(encoding or usual), "-g", str(key_every), str(path))
    return path


def numbers(path: Path) -> list[int]:
    """Which pictures of its film a clip has, in the order in which they are shown."""
    command = [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-i", str(path), "-map", "0:v:0"]
    command += ["-fps_mode", "passthrough", "-vf", "extractplanes=y", "-f", "rawvideo", "-"]
    told = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    size = _ACROSS * _DOWN
    return [_number(told[begin : begin + size]) for begin in range(0, len(told), size)]


def _number(picture: bytes) -> int:
    return _level(picture, _ACROSS // 4) + 16 * _level(picture, 3 * _ACROSS // 4)


def _level(picture: bytes, column: int) -> int:
    """How bright it is around the middle of that column, from 0 to 15."""
    rows = range(_DOWN // 4, 3 * _DOWN // 4)
    seen = [picture[row * _ACROSS + across] for row in rows for across in range(column - 8, column + 8)]
    return round((sum(seen) / len(seen) - 16) / 14)
