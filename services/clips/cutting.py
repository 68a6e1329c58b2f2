"""Cutting a part out of a stored film, of which little more than that part is read.

Fast: the pictures stay as they are, so the clip begins with the last key frame at or before the start. Exact: all of it
is encoded anew, and holds the pictures whose moments lie from the start up to, and not with, the end; `edges.py` spares
most of that work where it can.
"""

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.media.confined_command import Limits
from services.media.errors import BadMediaError
from services.media.facts import Facts
from services.media.ffmpeg_runs import Source
from services.media.pictures import Film
from services.media.probe import probe
from services.media.program_runs import Control
from utils.sizes import MIB

ENCODED_AS = "mp4"
"""The extension of what is encoded anew."""

_MP4, _MATROSKA = "mp4", "matroska"
_MUXERS: Mapping[str, str] = {
    **dict.fromkeys(("mp4", "m4v", "3gp"), _MP4),
    "mov": "mov",
    "mkv": _MATROSKA,
    "webm": "webm",
    "avi": "avi",
    "wmv": "asf",
    "flv": "flv",
    "ogv": "ogg",
    **dict.fromkeys(("ts", "mts", "m2ts"), "mpegts"),
    **dict.fromkeys(("mpg", "mpeg"), "vob"),
}
_H264_TOO = frozenset({_MP4, "mov", _MATROSKA, "mpegts"})
"""What takes pictures that had to be encoded anew, after they could not be copied."""
_MOST_SOUNDS = 8
_INDEXED = ("mov", "matroska")
"""What is asked of these for a moment begins with the key frame before it."""
_EARLIER = (0.0, 2.0, 6.0, 15.0, 45.0, 150.0)
"""Of others, what is found first may lie behind the moment: then it is looked for so many seconds further before."""
_CLOSE = 0.000_5
_TAIL_SECONDS = 1.0
"""So much more is read, so that nothing before the end is missed."""
_SPARE_SECONDS, _SPARE_MB = 60.0, 64
_ENCODED_MB_A_SECOND = 6.0
_FIRST = "first.txt"
_TIME_BASE = re.compile(r"^#tb 0: (\d+)/(\d+)$", re.MULTILINE)
_PACKET = re.compile(r"^0, +(-?\d+), +(-?\d+),", re.MULTILINE)
_NO_MOMENT = -(2**63)


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when to when, in seconds of the film."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What was cut."""

    path: Path
    begins: float
    """The moment of the film at which it really begins."""


def extension_for(film_extension: str, *, exact: bool) -> str:
    """The extension of a clip of a film that has this one."""
    if exact:
        return ENCODED_AS
    return film_extension if film_extension in _MUXERS else "mkv"


def room_for(span: Span, facts: Facts, *, size: int, exact: bool) -> int:
    """How much scratch space a clip may take, in MiB: a film's rate is not everywhere the same."""
    if exact:
        return int(span.length * _ENCODED_MB_A_SECOND) + _SPARE_MB
    share = min(1.0, 2 * (span.length + _SPARE_SECONDS) / facts.duration) if facts.duration else 1.0
    # What begins with its index is written a second time, to put that in front.
    return int(2 * share * size / MIB) + _SPARE_MB


def cut_fast(film: Film, span: Span, folder: Path, control: Control, *, extension: str, megabytes: int) -> Cut:
    """Copy the part as it is, from the last key frame before it on; raises `BadMediaError` where that cannot be."""
    path, first = folder / f"clip.{extension}", folder / _FIRST
    seek = _seek_before(film, span.start, first, control)
    arguments = [
        "-progress",
        "pipe:1",
        *film.at(seek),
        *_maps(film),
        "-c",
        "copy",
        "-t",
        f"{span.end - seek + _picture_seconds(film):.6f}",
    ]
    # Shown from its first picture on: where players know no edit lists, the start would be late otherwise.
    arguments += ["-avoid_negative_ts", "make_zero", *_written(path), *_first_picture(film, first)]
    film.run(arguments, control, limits=_limits(megabytes))
    return Cut(path=_there(path), begins=max(0.0, seek + _first_moment(first)))


def may_encode(extension: str) -> bool:
    """Whether a clip of this extension may be encoded where it cannot be copied."""
    return _MUXERS[extension] in _H264_TOO


def cut_exact(film: Film, span: Span, folder: Path, control: Control, *, extension: str, megabytes: int) -> Cut:
    """Encode the part anew."""
    path = folder / f"clip.{extension}"
    seek = _seek_before(film, span.start, folder / _FIRST, control)
    begin, end = span.start - seek, span.end - seek
    arguments = ["-progress", "pipe:1", *film.at(seek, "-t", f"{end + _TAIL_SECONDS:.6f}"), *_maps(film)]
    if film.facts.video is not None:
        # A picture is neither left out nor shown twice, whatever the film's rate is.
        shape = film.filters(_EVEN, "format=yuv420p")
        arguments += ["-vf", f"{_trimmed('', begin, end)},{shape}", "-fps_mode", "passthrough", *PICTURES]
    sound = ["-af", _trimmed("a", begin, end), *SOUNDS] if film.facts.sounds else []
    film.run([*arguments, *sound, *_written(path)], control, limits=_limits(megabytes, encoded=span.length))
    probe(film.programs, Source.file(_there(path)))  # Of what lies behind the end of a film, nothing is written.
    return Cut(path=path, begins=span.start)


PICTURES: Sequence[str] = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-profile:v", "high")
"""How pictures are encoded anew: as good as they are to most eyes."""
SOUNDS: Sequence[str] = ("-c:a", "aac", "-b:a", "192k")
_EVEN = "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0"


def _trimmed(letter: str, begin: float, end: float) -> str:
    """The filter that lets through what lies between two moments; `letter` is that of filters for sound."""
    # ffmpeg's own options count the end from the first picture that there is.
    return f"{letter}trim=start={begin:.6f}:end={end:.6f},{letter}setpts=PTS-{begin:.6f}/TB"


def _maps(film: Film) -> list[str]:
    return [each for index in _chosen(film) for each in ("-map", f"0:{index}")]


def _picture_seconds(film: Film) -> float:
    """How long one picture is shown: where packets have no exact times, the last would be missing."""
    rate = film.facts.video.frame_rate if film.facts.video is not None else 0.0
    return 1 / rate if rate > 1 else 0.0


def _chosen(film: Film) -> list[int]:
    """The picture and the sounds; raises `BadMediaError` where there is neither."""
    chosen = [film.facts.video.index] if film.facts.video is not None else []
    chosen += [sound.index for sound in film.facts.sounds[:_MOST_SOUNDS]]
    if not chosen:
        raise BadMediaError("This file has no picture or sound that could be cut.")
    return chosen


def _seek_before(film: Film, start: float, first: Path, control: Control) -> float:
    """From where on to read, so that a key frame at or before the start is among it."""
    if film.facts.container.startswith(_INDEXED):
        return start
    quiet = replace(control, progress=None)
    for earlier in _EARLIER:
        seek = max(0.0, start - earlier)
        if seek == 0.0:
            break
        film.run([*film.at(seek), *_first_picture(film, first)], quiet, limits=_limits(1))
        with contextlib.suppress(BadMediaError):
            if seek + _first_moment(first) <= start + _CLOSE:
                return seek
    return 0.0


def _first_picture(film: Film, path: Path) -> list[str]:
    """The arguments that write down when the first picture is shown, counted from where reading began."""
    copied = ["-map", f"0:{_chosen(film)[0]}", "-c", "copy", "-frames:v", "1", "-frames:a", "1"]
    return [*copied, "-avoid_negative_ts", "disabled", "-f", "framecrc", f"file:{path}"]


def _written(path: Path) -> list[str]:
    muxer = _MUXERS[path.suffix[1:]]
    index_first = ["-movflags", "+faststart"] if muxer in {_MP4, "mov"} else []
    # The same bytes each time, so that it does not matter which attempt was the one.
    same = ["-fflags", "+bitexact", "-map_chapters", "-1", "-dn", "-sn"]
    return [*same, *index_first, "-f", muxer, f"file:{path}"]


def _first_moment(path: Path) -> float:
    text = path.read_text()
    base, packet = _TIME_BASE.search(text), _PACKET.search(text)
    if base is None or packet is None:
        raise BadMediaError("There is no picture in this part of the film.")
    # Some containers say of few pictures when they are shown; when one is decoded is hardly before that.
    decoded, shown = int(packet[1]), int(packet[2])
    return (decoded if shown == _NO_MOMENT else shown) * int(base[1]) / int(base[2])


def _there(path: Path) -> Path:
    if not path.exists() or not path.stat().st_size:
        raise BadMediaError("There is nothing in this part of the film.")
    return path


def _limits(megabytes: int, *, encoded: float = 0.0) -> Limits:
    return Limits(cpu_seconds=int(600 + 60 * encoded), file_mb=megabytes)
