"""One film of several: each is brought to the size of the first, and to one kind of sound."""

from collections.abc import Sequence
from pathlib import Path

from services.clips.cutting import ENCODED_AS, PICTURES, SOUNDS
from services.media.confined_command import Limits
from services.media.errors import BadMediaError, MediaError
from services.media.ffmpeg_runs import ffmpeg_arguments, run
from services.media.picture_filters import even, prepared
from services.media.pictures import Film
from services.media.program_runs import Control

MOST_JOINED = 50

_RATE = 48_000


def join(films: Sequence[Film], folder: Path, control: Control, *, megabytes: int) -> Path:
    """Write `clip.mp4` into the folder: the films in their order."""
    width, height = _size_of(films)
    inputs: list[str] = []
    chains: list[str] = []
    for number, film in enumerate(films):
        inputs += film.source.opened()
        chains += [_picture(number, film, width, height), _sound(number, film)]
    outlets = "".join(f"[v{number}][a{number}]" for number in range(len(films)))
    chains.append(f"{outlets}concat=n={len(films)}:v=1:a=1[v][a]")
    path = folder / f"clip.{ENCODED_AS}"
    arguments = ["-progress", "pipe:1", *inputs, "-filter_complex", ";".join(chains), "-map", "[v]", "-map", "[a]"]
    arguments += [*PICTURES, *SOUNDS, "-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4", f"file:{path}"]
    length = sum(film.facts.duration or 60 for film in films)
    limits = Limits(cpu_seconds=int(600 + 60 * length), file_mb=megabytes)
    try:
        run(
            films[0].programs.ffmpeg,
            ffmpeg_arguments(*arguments),
            source=films[0].source,
            limits=limits,
            control=control,
        )
    except (BadMediaError, MediaError) as error:
        raise type(error)(_without_addresses(error.detail, films)) from None
    if not path.exists() or not path.stat().st_size:
        raise BadMediaError("Nothing came of these clips.")
    return path


def _without_addresses(text: str, films: Sequence[Film]) -> str:
    for film in films:
        text = film.source.hidden_in(text)
    return text


def _size_of(films: Sequence[Film]) -> tuple[int, int]:
    video = next((film.facts.video for film in films if film.facts.video is not None), None)
    if video is None:
        raise BadMediaError("None of these clips has a picture.")
    return even(video.width), even(video.height)


def _picture(number: int, film: Film, width: int, height: int) -> str:
    shape = (
        f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2,"
        f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,fps=30,format=yuv420p"
    )
    if film.facts.video is None:
        return f"color=black:size={width}x{height}:rate=30:duration={film.facts.duration:.3f},setsar=1[v{number}]"
    ready = prepared(film.facts.video, maps_tones=film.programs.maps_tones)
    return f"[{number}:{film.facts.video.index}]{','.join([*ready, shape])}[v{number}]"


def _sound(number: int, film: Film) -> str:
    if not film.facts.sounds:
        return f"anullsrc=r={_RATE}:cl=stereo,atrim=duration={film.facts.duration:.3f}[a{number}]"
    return f"[{number}:{film.facts.sounds[0].index}]aformat=sample_rates={_RATE}:channel_layouts=stereo[a{number}]"
