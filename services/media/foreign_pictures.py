"""Pictures that strangers have made, made anew: small, still, and with nothing in them but what is seen.

What is told apart by its first bytes is read by that one reader; drawings in XML and pages are none of them.
"""

from dataclasses import dataclass
from pathlib import Path

from services.media.confined_command import Limits
from services.media.errors import BadMediaError
from services.media.ffmpeg_runs import Source, ffmpeg_arguments, run
from services.media.program_runs import STANDARD, Control
from services.media.programs import Programs
from services.videos.look import LOOK_ACROSS, LOOK_DOWN, look_of_picture

WIDEST, HIGHEST = 640, 960
CONTENT_TYPE = "image/webp"
_LEAST = 16
"""Pixels to each side: what is smaller counts who looks, and shows nothing."""
_LIMITS = Limits(memory_mb=2048, cpu_seconds=20, file_mb=4)
_SIGNATURES = ((b"\xff\xd8\xff", "jpeg_pipe"), (b"\x89PNG\r\n\x1a\n", "png_pipe"))
_GIF = (b"GIF87a", b"GIF89a")


@dataclass(frozen=True, kw_only=True)
class SmallPicture:
    """A picture as it is kept."""

    path: Path
    look: str
    """A difference hash, 16 hex digits; empty where it shows too little."""


def reader_of(head: bytes) -> str | None:
    """The reader of ffmpeg for a picture that begins so: JPEG, PNG, WebP or GIF. None for all else."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp_pipe"
    if head.startswith(_GIF):
        return "gif"
    return next((reader for signature, reader in _SIGNATURES if head.startswith(signature)), None)


def make_small(programs: Programs, picture: Path, folder: Path, control: Control = STANDARD) -> SmallPicture:
    """Make a picture anew, `small.webp` in the folder; of one that moves the first.

    Raises `BadMediaError` where it is none, too large or too small.
    """
    with picture.open("rb") as file:
        reader = reader_of(file.read(16))
    if reader is None:
        raise BadMediaError("It is no picture: JPEG, PNG, WebP or GIF.")
    source = Source(f"file:{picture.resolve()}", is_remote=False, formats=reader)
    small, grey = folder / "small.webp", folder / "grey"
    # Fails where there are not so many pixels to be left.
    least = f"crop=w='max({_LEAST},iw)':h='max({_LEAST},ih)'"
    fit = f"scale=w='min({WIDEST},iw)':h='min({HIGHEST},ih)':force_original_aspect_ratio=decrease"
    shapes = f"[0:v:0]trim=end_frame=1,{least},split[a][b];[a]{fit}:force_divisible_by=2,setsar=1[small]"
    shapes += f";[b]scale={LOOK_ACROSS}:{LOOK_DOWN}:flags=area,format=gray[grey]"
    arguments = [*source.opened("-f", reader), "-filter_complex", shapes]
    arguments += ["-map", "[small]", "-frames:v", "1", "-map_metadata", "-1", "-c:v", "libwebp", "-quality", "80"]
    arguments += ["-f", "webp", f"file:{small}"]
    arguments += ["-map", "[grey]", "-frames:v", "1", "-f", "rawvideo", f"file:{grey}"]
    run(programs.ffmpeg, ffmpeg_arguments(*arguments), source=source, limits=_LIMITS, control=control)
    content = grey.read_bytes() if grey.exists() else b""
    if len(content) != LOOK_ACROSS * LOOK_DOWN or not small.exists() or not small.stat().st_size:
        raise BadMediaError("There is nothing to be seen in this picture.")
    return SmallPicture(path=small, look=look_of_picture(content))
