"""Subtitles that a film brings along, as WebVTT: those that are text; pictures of words stay what they are."""

import re
from pathlib import Path

from services.media.confined_command import Limits
from services.media.facts import Facts, TextTrack
from services.media.pictures import Film
from services.media.program_runs import Control

SUBTITLES_MB = 128
"""Scratch room for all of them together."""

_MOST_TRACKS, _TRACK_MB = 32, 4
_TIMES = re.compile(r"[\d:]+\.\d{3} --> [\d:]+\.\d{3}(?: .*)?")


def readable(facts: Facts) -> tuple[TextTrack, ...]:
    """The tracks that can become WebVTT."""
    return tuple(each for each in facts.texts if each.is_text)[:_MOST_TRACKS]


def make_subtitles(film: Film, folder: Path, control: Control) -> dict[int, Path]:
    """Files by the track's number in the film; a track in which nothing is said has none."""
    tracks = readable(film.facts)
    made = {each.index: folder / f"text-{each.index}.vtt" for each in tracks}
    arguments = film.source.opened()
    for index, path in made.items():
        arguments += ["-map", f"0:{index}", "-map_metadata", "-1", "-c:s", "webvtt", "-f", "webvtt", f"file:{path}"]
    if made:
        film.run(arguments, control, limits=Limits(cpu_seconds=600, file_mb=_TRACK_MB))
    return {index: path for index, path in made.items() if _settle(path)}


def _settle(path: Path) -> bool:
    """Write the file as every browser reads it; returns whether anything is said in it."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.exists() else []
    cues = sum(bool(_TIMES.fullmatch(line)) for line in lines)
    if cues:
        # An arrow among the words would end their cue.
        told = [line if _TIMES.fullmatch(line) else line.replace("-->", "--&gt;") for line in lines]
        path.write_text("\n".join(told), encoding="utf-8")
    return cues > 0
