"""Renditions that browsers play: HLS of fragmented MP4, copied where only the wrapping is wrong, else encoded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.media.browser_support import copies_sound, copies_video
from services.media.confined_command import Limits
from services.media.facts import Facts, SoundTrack, VideoTrack
from services.media.picture_filters import even, prepared, scaled
from services.media.pictures import Film
from services.media.program_runs import Control

LADDER = (360, 720, 1080)
"""The lengths of the shorter side; none is larger than that of the film."""
SIDES = (240, 360, 480, 720, 1080)
"""What may be chosen of."""
SEGMENT_SECONDS = 4

_MOST_SOUNDS = 8
_BITRATES = {240: 500, 360: 900, 480: 1500, 720: 3000, 1080: 6000}
"""At most, in kbit/s; what is easy to show takes less."""
_CORES = 4
# EBU R128 asks for -23 LUFS; while it is measured the sound is sampled anew, so that its rate has to be said again.
_EVEN = "loudnorm=I=-23:TP=-1:LRA=11,aresample=48000"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What an administrator may choose of the renditions."""

    ladder: Sequence[int] = LADDER
    normalise: bool = False
    """Whether every sound is brought to the loudness of EBU R128."""


STANDARD_WISHES = Wishes()


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One size of a film."""

    name: str
    size: tuple[int, int]
    kbps: int


def rungs(video: VideoTrack, ladder: Sequence[int] = LADDER) -> list[Rung]:
    """The sizes to encode, the smallest first."""
    short = min(video.width, video.height)
    sides = [side for side in sorted(ladder) if side <= short] or [even(short)]
    return [
        Rung(
            name=f"v{side}",
            size=(even(video.width * side / short), even(video.height * side / short)),
            kbps=_BITRATES.get(side, max(300, side * 5)),
        )
        for side in sides
    ]


def copies(facts: Facts) -> bool:
    """Whether the picture needs no encoding, which takes seconds instead of minutes."""
    return facts.video is None or copies_video(facts.video)


def make_hls(film: Film, folder: Path, control: Control, *, encode: bool, wishes: Wishes = STANDARD_WISHES) -> None:
    """Write `master.m3u8` and all that it names into the folder; a segment is whole once a playlist names it."""
    video, sounds = film.facts.video, film.facts.sounds[:_MOST_SOUNDS]
    arguments = ["-progress", "pipe:1", *film.source.opened()]
    names: list[str] = []
    if video is not None and encode:
        steps = rungs(video, wishes.ladder)
        arguments += _encoded(video, steps, maps_tones=film.programs.maps_tones)
        names += [step.name for step in steps]
    elif video is not None:
        arguments += ["-map", f"0:{video.index}", "-c:v", "copy"]
        names.append(f"v{min(video.width, video.height)}")
    for number, sound in enumerate(sounds):
        arguments += ["-map", f"0:{sound.index}", *_sound(number, sound, normalise=wishes.normalise)]
    film.run([*arguments, *_muxer(names, sounds, folder)], control, limits=_limits(film.facts))


def _encoded(video: VideoTrack, steps: list[Rung], *, maps_tones: bool) -> list[str]:
    outlets = "".join(f"[s{number}]" for number in range(len(steps)))
    first = ",".join([*prepared(video, maps_tones=maps_tones), f"split={len(steps)}"])
    chains = [f"[0:{video.index}]{first}{outlets}"]
    chains += [f"[s{number}]{scaled(step.size)},format=yuv420p[v{number}]" for number, step in enumerate(steps)]
    arguments = ["-filter_complex", ";".join(chains), "-threads", str(_CORES)]
    for number, step in enumerate(steps):
        arguments += ["-map", f"[v{number}]", f"-maxrate:v:{number}", f"{step.kbps}k"]
        arguments += [f"-bufsize:v:{number}", f"{2 * step.kbps}k"]
    keys = f"expr:gte(t,n_forced*{SEGMENT_SECONDS})"
    # Frames keep their times: a film that stands still for an hour is not filled with copies of one picture.
    arguments += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-profile:v", "high", "-fps_mode:v", "vfr"]
    return [*arguments, "-force_key_frames:v", keys, "-sc_threshold:v", "0"]


def _sound(number: int, sound: SoundTrack, *, normalise: bool) -> list[str]:
    if copies_sound(sound) and not normalise:
        # Broadcasts have headers in their sound that fragments have not.
        return [f"-c:a:{number}", "copy", f"-bsf:a:{number}", "aac_adtstoasc"]
    stereo = [f"-ac:a:{number}", "2", f"-ar:a:{number}", "48000"]
    even_loudness = [f"-filter:a:{number}", _EVEN] if normalise else []
    return [f"-c:a:{number}", "aac", f"-b:a:{number}", "160k", *stereo, *even_loudness]


def _muxer(names: list[str], sounds: Sequence[SoundTrack], folder: Path) -> list[str]:
    group = ",agroup:sound" if names and sounds else ""
    streams = [f"v:{number}{group},name:{name}" for number, name in enumerate(names)]
    for number, sound in enumerate(sounds):
        language = f",language:{sound.language}" if sound.language.isalpha() else ""
        default = ",default:yes" if number == 0 else ""
        streams.append(f"a:{number}{group}{language}{default},name:a{number}")
    # ffmpeg fills in the name of the first part only where there are several streams.
    alone = (names or ["a0"])[0] if len(streams) == 1 else "%v"
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "4096"),
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "event"),
        *("-hls_segment_type", "fmp4", "-hls_flags", "independent_segments+temp_file"),
        *("-hls_fmp4_init_filename", f"{alone}-init.mp4", "-master_pl_name", "master.m3u8"),
        *("-hls_segment_filename", f"file:{folder}/%v-%05d.m4s", "-var_stream_map", " ".join(streams)),
        f"file:{folder}/%v.m3u8",
    ]


def _limits(facts: Facts) -> Limits:
    # 2.5 times real time on each of many processors for the slowest codecs; a film without a length gets an hour.
    return Limits(cpu_seconds=int(600 + 60 * (facts.duration or 3600)), file_mb=1024)
