"""Pictures of a film: a poster in several sizes, a storyboard to look ahead in, and a preview that moves."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

from services.media.confined_command import Limits
from services.media.errors import BadMediaError
from services.media.facts import Facts, VideoTrack
from services.media.ffmpeg_runs import Source, ffmpeg_arguments, run
from services.media.picture_filters import fitted, prepared, scaled
from services.media.program_runs import Control
from services.media.programs import Programs
from services.media.still_quality import judged

POSTER_WIDTHS = (320, 640, 1280)
_MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.02, 0.9)
_LOOK = (320, 180)
_TILE, _ACROSS, _SHEETS = 160, 10, 2
_MOST_TILES = _ACROSS * _ACROSS * _SHEETS
_EXACT_SECONDS = 120
"""A film up to this length is decoded whole for its storyboard; of longer ones, the key frames."""
_SEEKING = ("mov", "matroska")
"""What begins with an index, or names it at once, so that a moment is found without reading up to it."""
_OPENING_BYTES, _INDEX_BYTES = 1_500_000, 700
"""What it costs to look at one moment, and of the index for each second of the film; both are measured."""
_SPARING = ("-initial_request_size", "262144", "-request_size", "262144", "-multiple_requests", "1")
"""Asks storage for a little at a time: of an open answer, megabytes are on their way before it is closed."""
_QUICKLY = ("-noaccurate_seek", "-threads", "1", "-fpsprobesize", "0", "-analyzeduration", "0")
_FIRST = "trim=end_frame=1,setpts=0"
"""The first picture that is found, though it lies before the moment; else ffmpeg reads on to just that one."""
_PARTS, _PART_SECONDS, _PREVIEW_RATE, _PREVIEW_WIDTH = 5, 1.0, 8, 320
_LIMITS = Limits(cpu_seconds=600, file_mb=64)


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film to take pictures of."""

    programs: Programs
    source: Source
    facts: Facts
    size: int = 0
    """In bytes, where it is known."""

    @property
    def video(self) -> VideoTrack:
        """Its picture; raises `BadMediaError` when it has none."""
        if self.facts.video is None or not self.facts.is_film:
            raise BadMediaError("There is no picture in this file.")
        return self.facts.video

    def at(self, moment: float, *options: str) -> list[str]:
        """The arguments that open it at a moment."""
        sparing = _SPARING if self.programs.asks_in_parts and self.source.is_remote else ()
        return self.source.opened("-ss", f"{moment:.6f}", *sparing, *options)

    def filters(self, *further: str) -> str:
        """The filters that bring its picture to every screen, and further ones."""
        return ",".join([*prepared(self.video, maps_tones=self.programs.maps_tones), *further])

    def run(self, arguments: list[str], control: Control, *, limits: Limits = _LIMITS) -> None:
        """Run ffmpeg on it."""
        run(
            self.programs.ffmpeg,
            ffmpeg_arguments(*arguments),
            source=self.source,
            limits=limits,
            control=control,
        )


@dataclass(frozen=True, kw_only=True)
class Storyboard:
    """Small pictures in even distances, on sheets."""

    interval: float
    """Seconds from one to the next."""
    count: int
    across: int
    width: int
    height: int
    sheets: tuple[str, ...]


def make_poster(film: Film, folder: Path, control: Control, *, at: float | None = None) -> dict[int, Path]:
    """A picture that is neither black nor blurred where there is one, or that of the given moment; files by width."""
    moment = _best_moment(film, folder, control) if at is None else at
    sizes = sorted({fitted(film.video, width=width) for width in POSTER_WIDTHS})
    arguments = film.at(moment, "-noaccurate_seek") if at is None else film.at(moment)
    split = "".join(f"[p{number}]" for number in range(len(sizes)))
    chains = [f"[0:{film.video.index}]{_FIRST},{film.filters(f'split={len(sizes)}')}{split}"]
    chains += [f"[p{number}]{scaled(size)}[o{number}]" for number, size in enumerate(sizes)]
    arguments += ["-filter_complex", ";".join(chains)]
    made = {}
    for number, size in enumerate(sizes):
        made[size[0]] = folder / f"poster-{size[0]}.webp"
        arguments += ["-map", f"[o{number}]", "-frames:v", "1", "-c:v", "libwebp", "-quality", "80"]
        arguments += ["-f", "webp", f"file:{made[size[0]]}"]
    film.run(arguments, control)
    return _all_there(made)


def shape_poster(programs: Programs, picture: Path, folder: Path, control: Control) -> dict[int, Path]:
    """The poster's sizes of a picture that somebody has chosen; files by width."""
    source = Source.picture(picture)
    split = "".join(f"[p{number}]" for number in range(len(POSTER_WIDTHS)))
    chains = [f"[0:v:0]split={len(POSTER_WIDTHS)}{split}"]
    chains += [
        f"[p{number}]scale=w='max(2,min({width},trunc(iw/2)*2))':h=-2,setsar=1[o{number}]"
        for number, width in enumerate(POSTER_WIDTHS)
    ]
    arguments = [*source.opened(), "-filter_complex", ";".join(chains)]
    made = {width: folder / f"poster-{width}.webp" for width in POSTER_WIDTHS}
    for number, path in enumerate(made.values()):
        arguments += ["-map", f"[o{number}]", "-frames:v", "1", "-c:v", "libwebp", "-quality", "85"]
        arguments += ["-f", "webp", f"file:{path}"]
    run(programs.ffmpeg, ffmpeg_arguments(*arguments), source=source, limits=_LIMITS, control=control)
    return _all_there(made)


def make_storyboard(film: Film, folder: Path, control: Control) -> Storyboard:
    """Sheets of small pictures, `storyboard-1.webp` and on, in the folder."""
    if _seeking_spares(film):
        return _storyboard_by_seeking(film, folder, control)
    duration = film.facts.duration or 1.0
    interval = max(1.0, duration / _MOST_TILES)
    width, height = fitted(film.video, width=_TILE)
    # Only key frames are read and decoded, which spares storage and processors most of a long film.
    sparing = ("-discard:v", "nokey", "-skip_frame:v", "nokey") if duration > _EXACT_SECONDS else ()
    rate = f"fps=1/{interval:.3f}:start_time=0:round=near:eof_action=pass"
    filters = film.filters(rate, scaled((width, height)), f"tile={_ACROSS}x{_ACROSS}")
    count = min(max(1, math.ceil(duration / interval)), _MOST_TILES)
    sheets = math.ceil(count / _ACROSS**2)
    arguments = [*film.source.opened(*sparing), "-map", f"0:{film.video.index}", "-vf", filters]
    arguments += ["-frames:v", str(sheets), "-c:v", "libwebp", "-quality", "60", "-f", "image2"]
    film.run([*arguments, f"file:{folder}/storyboard-%d.webp"], control)
    made = sorted(folder.glob("storyboard-*.webp"))
    if not made:
        raise BadMediaError("No picture of this film can be read.")
    names = tuple(path.name for path in made)
    count = min(count, len(names) * _ACROSS**2)
    return Storyboard(interval=interval, count=count, across=_ACROSS, width=width, height=height, sheets=names)


def _seeking_spares(film: Film) -> bool:
    """Whether it is far less to read a film here and there than from its beginning to its end."""
    duration = film.facts.duration
    if duration <= _EXACT_SECONDS or not film.facts.container.startswith(_SEEKING):
        return False
    return _ACROSS**2 * (_OPENING_BYTES + _INDEX_BYTES * duration) < film.size / 2


def _storyboard_by_seeking(film: Film, folder: Path, control: Control) -> Storyboard:
    """One sheet, row by row: as many inputs as a row has pictures are as much as should be open at once."""
    size = fitted(film.video, width=_TILE)
    interval = film.facts.duration / _ACROSS**2
    rows = 0
    while rows < _ACROSS and _row_is_made(film, folder, control, interval=interval, row=rows, size=size):
        rows += 1
    if rows == 0:
        raise BadMediaError("No picture of this film can be read.")
    inputs = ["-f", "image2", "-start_number", "0", "-i", f"file:{folder}/row-%d.png"]
    outputs = ["-vf", f"tile=1x{rows}", "-frames:v", "1", "-c:v", "libwebp", "-quality", "60", "-f", "image2"]
    film.run([*inputs, *outputs, f"file:{folder}/storyboard-%d.webp"], control)
    return Storyboard(
        interval=interval,
        count=rows * _ACROSS,
        across=_ACROSS,
        width=size[0],
        height=size[1],
        sheets=("storyboard-1.webp",),
    )


def _row_is_made(
    film: Film, folder: Path, control: Control, *, interval: float, row: int, size: tuple[int, int]
) -> bool:
    """Make a row of the sheet, `row-<n>.png`; False when the film has no pictures there, whatever it says."""
    arguments, chains = [], []
    for place in range(_ACROSS):
        arguments += film.at((row * _ACROSS + place) * interval, *_QUICKLY)
        chains.append(f"[{place}:{film.video.index}]{_FIRST},{film.filters(scaled(size), 'format=rgb24')}[p{place}]")
    joined = "".join(f"[p{place}]" for place in range(_ACROSS))
    graph = ";".join([*chains, f"{joined}concat=n={_ACROSS}:v=1,tile={_ACROSS}x1[row]"])
    path = folder / f"row-{row}.png"
    outputs = ["-filter_complex", graph, "-map", "[row]", "-frames:v", "1", "-c:v", "png", "-f", "image2"]
    film.run([*arguments, *outputs, "-update", "1", f"file:{path}"], replace(control, progress=None))
    return path.exists()


def make_preview(film: Film, folder: Path, control: Control) -> Path:
    """A moving picture of some seconds out of all of the film, `preview.webp`."""
    duration = film.facts.duration
    short = duration <= 2 * _PARTS * _PART_SECONDS
    moments = [0.0] if short else [duration * (number + 0.5) / _PARTS for number in range(_PARTS)]
    length = min(duration or 5.0, 5.0) if short else _PART_SECONDS
    size = fitted(film.video, width=_PREVIEW_WIDTH)
    arguments, chains = [], []
    for number, moment in enumerate(moments):
        arguments += film.at(moment, "-t", f"{length:.3f}")
        shape = film.filters(f"fps={_PREVIEW_RATE}", scaled(size), "format=yuv420p")
        chains.append(f"[{number}:{film.video.index}]{shape}[p{number}]")
    joined = "".join(f"[p{number}]" for number in range(len(moments)))
    arguments += ["-filter_complex", ";".join([*chains, f"{joined}concat=n={len(moments)}:v=1[out]"]), "-map", "[out]"]
    path = folder / "preview.webp"
    arguments += ["-c:v", "libwebp_anim", "-loop", "0", "-quality", "50", "-f", "webp", f"file:{path}"]
    film.run(arguments, control)
    return path


def _best_moment(film: Film, folder: Path, control: Control) -> float:
    """The first of some moments whose picture is good, or the best of them."""
    duration = film.facts.duration
    best, moment_of_best = -1.0, 0.0
    for share in _MOMENTS if duration else (0.0,):
        look = _look(film, share * duration, folder, replace(control, progress=None))
        if look is None:
            continue
        verdict = judged(look, width=_LOOK[0])
        if verdict.is_good:
            return share * duration
        if verdict.score > best:
            best, moment_of_best = verdict.score, share * duration
    return moment_of_best


def _look(film: Film, moment: float, folder: Path, control: Control) -> bytes | None:
    """A small grey picture of the moment; None when there is none."""
    path = folder / "look.gray"
    filters = f"{_FIRST}," + film.filters(f"scale={_LOOK[0]}:{_LOOK[1]}", "format=gray")
    # The key frame before the moment will do, and is the sharpest one.
    arguments = [*film.at(moment, "-noaccurate_seek"), "-map", f"0:{film.video.index}", "-vf", filters]
    film.run([*arguments, "-frames:v", "1", "-f", "rawvideo", f"file:{path}"], control)
    content = path.read_bytes()
    path.unlink()
    return content if len(content) == _LOOK[0] * _LOOK[1] else None


def _all_there(made: dict[int, Path]) -> dict[int, Path]:
    if not all(path.exists() and path.stat().st_size for path in made.values()):
        raise BadMediaError("No picture of this film can be read.")
    return made
