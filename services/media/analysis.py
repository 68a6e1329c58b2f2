"""What there is to hear and to see in a film, measured by watching all of it: loudness, silence, black and its look."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from services.media.confined_command import Limits
from services.media.facts import Facts
from services.media.ffmpeg_runs import run
from services.media.picture_filters import even
from services.media.pictures import Film
from services.media.program_runs import Control
from services.videos.look import LOOK_ACROSS, LOOK_DOWN, LOOKS, look_of

_SILENCE_DB, _SILENCE_SECONDS, _BLACK_SECONDS = -60, 2.0, 1.0
"""What counts as silent and as black, and from which length on people want to know of it."""
_ACROSS, _RATE = 160, 10
"""A small picture, ten times a second, tells black as well as the whole."""
_MOST_STRETCHES = 200
_SILENT_LUFS = -70.0
"""The gate of EBU R128: nothing softer is counted, so a film of this loudness has none."""

_LOUDNESS = re.compile(r"^\s+I:\s+(-?\d+(?:\.\d+)?) LUFS\s*$", re.MULTILINE)
# A number of ffmpeg stands behind the name of its filter, which no title in the file can put at the start of a line.
_SILENT_FROM = re.compile(r"^\[[^\]\n]*silencedetect[^\]\n]*\] silence_start: (-?[\d.]+)", re.MULTILINE)
_SILENT_TO = re.compile(r"^\[[^\]\n]*silencedetect[^\]\n]*\] silence_end: (-?[\d.]+)", re.MULTILINE)
_BLACK = re.compile(r"^\[[^\]\n]*blackdetect[^\]\n]*\] black_start:(-?[\d.]+) black_end:(-?[\d.]+)", re.MULTILINE)


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a film, in seconds."""

    start: float = 0.0
    end: float = 0.0


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. A field that is missing has its default."""

    loudness: float | None = None
    """Integrated, by EBU R128, of the first sound, in LUFS; None where there is none, or nothing is heard."""
    silent: tuple[Stretch, ...] = ()
    black: tuple[Stretch, ...] = ()
    look: str = ""
    """What it looks like (`services/videos/look.py`)."""


def analyse(film: Film, folder: Path, control: Control) -> Analysis:
    """Watch the film to its end; raises `BadMediaError` when it cannot be read, and `MediaError`s."""
    facts, pictures = film.facts, folder / "look"
    chains, outputs = [], []
    if facts.video is not None and facts.is_film:
        chains.append(f"[0:{facts.video.index}]{_seen(facts)}[picture]")
        outputs += ["-map", "[picture]", "-f", "rawvideo", f"file:{pictures}"]
    if facts.sounds:
        silence = f"silencedetect=n={_SILENCE_DB}dB:d={_SILENCE_SECONDS}"
        chains.append(f"[0:{facts.sounds[0].index}]{silence},ebur128=framelog=quiet[sound]")
        outputs += ["-map", "[sound]", "-f", "null", "-"]
    if not chains:
        return Analysis()
    # What the filters find is told as information, not as a fault.
    loud = ["-hide_banner", "-nostdin", "-y", "-nostats", "-v", "info", "-progress", "pipe:1"]
    arguments = [*loud, *film.source.opened(), "-filter_complex", ";".join(chains), *outputs]
    limits = Limits(cpu_seconds=int(600 + 4 * (facts.duration or 3600)), file_mb=1)
    said = run(film.programs.ffmpeg, arguments, source=film.source, limits=limits, control=control).stderr
    content = pictures.read_bytes() if pictures.exists() else b""
    return msgspec.structs.replace(read(said, duration=facts.duration), look=look_of(list(_pictures(content))))


def read(said: str, *, duration: float) -> Analysis:
    """What ffmpeg's filters have told."""
    loudness = [float(each) for each in _LOUDNESS.findall(said)]
    begins, ends = _SILENT_FROM.findall(said), _SILENT_TO.findall(said)
    # Silence that lasts to the end is not always told to have ended.
    ends += [str(duration)] * (len(begins) - len(ends))
    heard = loudness[-1] if loudness else _SILENT_LUFS
    return Analysis(
        loudness=heard if heard > _SILENT_LUFS else None,
        silent=_stretches(list(zip(begins, ends, strict=False))),
        black=_stretches(_BLACK.findall(said)),
    )


def _seen(facts: Facts) -> str:
    """The filters that look for black, and leave as many small grey pictures as a look has."""
    assert facts.video is not None  # noqa: S101 - asked before
    down = even(_ACROSS * facts.video.height / facts.video.width)
    small = f"fps={_RATE},scale={_ACROSS}:{down}:flags=fast_bilinear"
    every = f"fps={LOOKS}/{max(facts.duration, 1.0):.3f}"
    return f"{small},blackdetect=d={_BLACK_SECONDS},{every},scale={LOOK_ACROSS}:{LOOK_DOWN}:flags=area,format=gray"


def _pictures(content: bytes) -> Iterator[bytes]:
    size = LOOK_ACROSS * LOOK_DOWN
    # A film that does not say how long it is has left more of them: the first tell.
    for begin in range(0, min(len(content), LOOKS * size) - size + 1, size):
        yield content[begin : begin + size]


def _stretches(found: list[tuple[str, str]]) -> tuple[Stretch, ...]:
    times = [(max(0.0, float(start)), float(end)) for start, end in found[:_MOST_STRETCHES]]
    return tuple(Stretch(start=round(start, 2), end=round(end, 2)) for start, end in times if end > start)
