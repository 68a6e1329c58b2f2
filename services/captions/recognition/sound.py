"""The sound of a film as engines of recognition want it, its times those of the film."""

import math
from pathlib import Path

from services.captions.languages import UNKNOWN, language_of_file
from services.captions.recognition.engine import SAMPLE_BYTES, SAMPLES, NoSoundError
from services.media.confined_command import Limits
from services.media.errors import BadMediaError
from services.media.facts import Facts, SoundTrack
from services.media.ffmpeg_runs import ffmpeg_arguments, run
from services.media.pictures import Film
from services.media.program_runs import Control
from utils.sizes import MIB

LONGEST_SECONDS = 12 * 3600.0
"""More is said in no track of captions than fits into its file."""

_SLACK = 10.0
# A sound that begins after its picture, or has gaps, keeps its times; what is said on any channel is heard.
_FILTERS = f"aresample={SAMPLES}:async=1:first_pts=0"


def spoken_sound(facts: Facts, language: str | None) -> SoundTrack:
    """The sound to listen to: one in that language, else the first; raises `NoSoundError`, `BadMediaError`."""
    if not facts.sounds:
        raise NoSoundError("There is no sound in this film: nothing can be heard in it.")
    if facts.duration > LONGEST_SECONDS:
        raise BadMediaError(f"Captions are made of films of up to {LONGEST_SECONDS / 3600:.0f} hours.")
    wanted = None if language is None else language.partition("-")[0]
    named = (each for each in facts.sounds if language_of_file(each.language).partition("-")[0] == wanted)
    return next(named, facts.sounds[0])


def named_language(track: SoundTrack) -> str | None:
    """The language that the film says of its sound."""
    language = language_of_file(track.language)
    return None if language == UNKNOWN else language


def megabytes(facts: Facts) -> int:
    """How much room the sound takes at most, with what an engine makes of it."""
    return math.ceil(_seconds(facts) * SAMPLES * SAMPLE_BYTES * 1.2 / MIB) + 16


def extract(film: Film, track: SoundTrack, folder: Path, control: Control) -> Path:
    """The file of one sound of the film; raises `BadMediaError` and `MediaError`s."""
    path, seconds = folder / "sound.pcm", _seconds(film.facts)
    arguments = ["-progress", "pipe:1", *film.source.opened("-vn", "-sn", "-dn")]
    arguments += ["-map", f"0:{track.index}", "-af", _FILTERS, "-ac", "1", "-ar", str(SAMPLES), "-t", f"{seconds:.3f}"]
    arguments += ["-f", "s16le", f"file:{path}"]
    limits = Limits(cpu_seconds=int(120 + seconds / 2), file_mb=megabytes(film.facts))
    run(film.programs.ffmpeg, ffmpeg_arguments(*arguments), source=film.source, limits=limits, control=control)
    if not path.exists() or path.stat().st_size < SAMPLE_BYTES:
        raise BadMediaError("Nothing of the sound of this film can be read.")
    return path


def _seconds(facts: Facts) -> float:
    """Of the film, a little more; of one that does not say, as much as is ever listened to."""
    return min(facts.duration + _SLACK, LONGEST_SECONDS) if facts.duration else LONGEST_SECONDS
