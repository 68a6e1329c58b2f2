"""Looking into a film: by ffprobe where there is one, else by what ffmpeg says of its input."""

import json
from collections.abc import Mapping
from typing import Any

from services.media.confined_command import Limits
from services.media.errors import BadMediaError, MediaError
from services.media.facts import Chapter, Facts, SoundTrack, TextTrack, VideoTrack
from services.media.ffmpeg_banner import HDR_TRANSFERS, facts_in, shown_size, turned
from services.media.ffmpeg_runs import Source, run
from services.media.program_runs import Control
from services.media.programs import Programs

_LIMITS = Limits(memory_mb=3072, cpu_seconds=30, file_mb=1)
_SECONDS = 60.0
_MOST_TRACKS, _MOST_CHAPTERS, _LONGEST_TEXT = 100, 1000, 200
_MOST_HOURS = 1000
# More than enough to see what is in it, and far less than a film.
_LOOKING = ("-probesize", "8M", "-analyzeduration", "10M")


def probe(programs: Programs, source: Source, *, control: Control | None = None) -> Facts:
    """What the film is; raises `BadMediaError` when it is none that could be played, and `MediaError`s."""
    control = control or Control(seconds=_SECONDS)
    facts = (
        _by_ffprobe(programs.ffprobe, source, control) if programs.ffprobe else _by_ffmpeg(programs, source, control)
    )
    if not facts.is_film and not facts.sounds:
        raise BadMediaError("This file has no picture or sound that could be played.")
    if facts.duration > _MOST_HOURS * 3600:
        raise BadMediaError("The file claims to last for more than a thousand hours.")
    return _within_bounds(facts)


def _by_ffmpeg(programs: Programs, source: Source, control: Control) -> Facts:
    arguments = ["-hide_banner", "-nostdin", *source.opened(*_LOOKING)]
    # Asked for nothing to write, ffmpeg ends with a fault after it has told all.
    said = run(programs.ffmpeg, arguments, source=source, limits=_LIMITS, control=control, may_fail=True).stderr
    facts = facts_in(said)
    if facts is not None:
        return facts
    # The same again as a proper run tells a film that cannot be read from storage that cannot be reached.
    run(
        programs.ffmpeg,
        ["-hide_banner", "-nostdin", "-v", "error", *source.opened(*_LOOKING), "-t", "0", "-f", "null", "-"],
        source=source,
        limits=_LIMITS,
        control=control,
    )
    raise BadMediaError("ffmpeg cannot read this as a video.")


def _by_ffprobe(ffprobe: str, source: Source, control: Control) -> Facts:
    wanted = ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters"]
    said = run(ffprobe, [*wanted, *source.opened(*_LOOKING)], source=source, limits=_LIMITS, control=control).stdout
    try:
        told = json.loads(said)
    except ValueError as error:
        raise MediaError("ffprobe answered something that cannot be read.") from error
    streams: list[Mapping[str, Any]] = told.get("streams", [])
    videos = [each for each in streams if each.get("codec_type") == "video" and not _is_cover(each)]
    sounds = tuple(_sound(each) for each in streams if each.get("codec_type") == "audio")
    texts = tuple(_text(each) for each in streams if each.get("codec_type") == "subtitle")
    return Facts(
        container=str(told.get("format", {}).get("format_name", "")),
        duration=_number(told.get("format", {}).get("duration")),
        video=_video(videos[0]) if videos else None,
        sounds=sounds,
        texts=texts,
        chapters=tuple(
            Chapter(start=max(_number(each.get("start_time")), 0.0), title=_tag(each, "title"))
            for each in told.get("chapters", [])
        ),
        others=len(streams) - len(sounds) - len(texts) - bool(videos),
    )


def _video(stream: Mapping[str, Any]) -> VideoTrack:
    rotation = next((_number(each["rotation"]) for each in stream.get("side_data_list", []) if "rotation" in each), 0.0)
    across, _, down = str(stream.get("sample_aspect_ratio", "1:1")).partition(":")
    aspect = (int(across), int(down)) if across.isdecimal() and down.isdecimal() else (1, 1)
    width, height = shown_size(
        int(stream.get("width", 0)), int(stream.get("height", 0)), aspect=aspect, rotation=rotation
    )
    profile = str(stream.get("profile", ""))
    return VideoTrack(
        index=int(stream.get("index", 0)),
        codec=str(stream.get("codec_name", "")),
        profile="" if profile == "unknown" else profile,
        pixels=str(stream.get("pix_fmt", "")),
        width=width,
        height=height,
        rotation=turned(rotation),
        frame_rate=_fraction(stream.get("avg_frame_rate")) or _fraction(stream.get("r_frame_rate")),
        hdr=stream.get("color_transfer") in HDR_TRANSFERS,
        interlaced=stream.get("field_order", "progressive") in {"tt", "bb", "tb", "bt"},
    )


def _sound(stream: Mapping[str, Any]) -> SoundTrack:
    return SoundTrack(
        index=int(stream.get("index", 0)),
        codec=str(stream.get("codec_name", "")),
        channels=int(stream.get("channels", 0)),
        language=_language(stream),
        title=_tag(stream, "title"),
    )


def _text(stream: Mapping[str, Any]) -> TextTrack:
    return TextTrack(
        index=int(stream.get("index", 0)),
        codec=str(stream.get("codec_name", "")),
        language=_language(stream),
        title=_tag(stream, "title"),
    )


def _is_cover(stream: Mapping[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _language(stream: Mapping[str, Any]) -> str:
    language = _tag(stream, "language")
    return "" if language == "und" else language


def _tag(thing: Mapping[str, Any], name: str) -> str:
    return str(thing.get("tags", {}).get(name, ""))


def _fraction(text: object) -> float:
    above, _, below = str(text or "").partition("/")
    return _number(above) / _number(below) if _number(below) else 0.0


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return 0.0


def _within_bounds(facts: Facts) -> Facts:
    """The facts without what only a hostile film has: thousands of tracks, titles as long as books."""
    return Facts(
        container=facts.container,
        duration=facts.duration,
        video=facts.video,
        sounds=tuple(
            SoundTrack(
                index=each.index,
                codec=each.codec,
                channels=each.channels,
                language=each.language[:12],
                title=each.title[:_LONGEST_TEXT],
            )
            for each in facts.sounds[:_MOST_TRACKS]
        ),
        texts=tuple(
            TextTrack(
                index=each.index,
                codec=each.codec,
                language=each.language[:12],
                title=each.title[:_LONGEST_TEXT],
            )
            for each in facts.texts[:_MOST_TRACKS]
        ),
        chapters=tuple(
            Chapter(start=each.start, title=each.title[:_LONGEST_TEXT]) for each in facts.chapters[:_MOST_CHAPTERS]
        ),
        others=facts.others,
    )
