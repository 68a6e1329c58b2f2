"""Facts out of what `ffmpeg -i` says, for where no ffprobe is: the PyPI build brings none.

The text is for people, and its shape is the same since years. Names and titles inside a film cannot forge a line of it:
what follows a line end in them is written behind spaces and a colon.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.media.facts import Chapter, Facts, SoundTrack, TextTrack, VideoTrack

_INPUT = re.compile(r"Input #0, (?P<formats>[\w,]+), from ")
_DURATION = re.compile(r"  Duration: (?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?),")
_STREAM = re.compile(
    r"  Stream #0:(?P<index>\d+)(?:\[0x[0-9a-f]+\])?(?:\((?P<language>[^()]{1,12})\))?: (?P<kind>\w+): (?P<rest>.+)"
)
_CHAPTER = re.compile(r"    Chapter #0:\d+: start (?P<start>-?\d+(?:\.\d+)?), end ")
_TITLE = re.compile(r" +title +: (?P<title>.*)")
_ROTATION = re.compile(
    r" +(?:Display Matrix|displaymatrix): rotation of (?P<degrees>-?\d+(?:\.\d+)?) degrees", re.IGNORECASE
)
_CODEC = re.compile(r"(?P<codec>\w+)(?: \((?P<profile>[^()]*)\))?")
_SIZE = re.compile(r", (?P<width>\d+)x(?P<height>\d+)(?: \[SAR (?P<num>\d+):(?P<den>\d+) DAR [\d:]+\])?")
_ASPECT = re.compile(r", SAR (?P<num>\d+):(?P<den>\d+) DAR ")
_RATE = re.compile(r"(?P<rate>\d+(?:\.\d+)?(?P<thousand>k?)) fps")
_REAL_RATE = re.compile(r"(?P<rate>\d+(?:\.\d+)?(?P<thousand>k?)) tbr")
_PIXELS = re.compile(r"^, (?P<pixels>[a-z]\w*)(?:\((?P<colour>[^()]*(?:\([^()]*\))?[^()]*)\))?")
_LAYOUTS = {"mono": 1, "stereo": 2, "2.1": 3, "3.0": 3, "quad": 4, "4.0": 4, "5.0": 5, "5.1": 6, "6.1": 7, "7.1": 8}
_CHANNELS = re.compile(r"(\d+) channels?")
HDR_TRANSFERS = ("smpte2084", "arib-std-b67")


@dataclass
class _Stream:
    """One stream as it is being read."""

    index: int
    language: str
    kind: str
    rest: str
    title: str = ""
    rotation: float = 0.0


@dataclass
class _Reading:
    """All that has been read so far."""

    formats: str = ""
    duration: float = 0.0
    streams: list[_Stream] = field(default_factory=list)
    chapters: list[tuple[float, str]] = field(default_factory=list)
    in_chapter: bool = False


def facts_in(text: str) -> Facts | None:
    """The facts that the text tells; None when it tells of no film."""
    reading = _Reading()
    # Not `splitlines`, which ends lines where ffmpeg does not.
    for line in text.split("\n"):
        _read(line, reading)
    if not reading.formats:
        return None
    # A track that belongs to two programs of a broadcast is told twice.
    reading.streams = list({each.index: each for each in reading.streams}.values())
    videos = [each for each in reading.streams if each.kind == "Video" and "(attached pic)" not in each.rest]
    sounds = tuple(_sound(each) for each in reading.streams if each.kind == "Audio")
    texts = tuple(_text(each) for each in reading.streams if each.kind == "Subtitle")
    return Facts(
        container=reading.formats,
        duration=reading.duration,
        video=_video(videos[0]) if videos else None,
        sounds=sounds,
        texts=texts,
        chapters=tuple(Chapter(start=max(start, 0.0), title=title) for start, title in reading.chapters),
        others=len(reading.streams) - len(sounds) - len(texts) - bool(videos),
    )


def _read(line: str, reading: _Reading) -> None:
    if not reading.formats:
        match = _INPUT.match(line)
        reading.formats = match["formats"] if match else ""
    elif match := _DURATION.match(line):
        reading.duration = int(match["hours"]) * 3600 + int(match["minutes"]) * 60 + float(match["seconds"])
    elif match := _STREAM.match(line):
        reading.streams.append(_stream(match))
        reading.in_chapter = False
    elif match := _CHAPTER.match(line):
        reading.chapters.append((float(match["start"]), ""))
        reading.in_chapter = True
    elif match := _TITLE.match(line):
        _entitle(match["title"], reading)
    elif (match := _ROTATION.match(line)) and reading.streams:
        reading.streams[-1].rotation = float(match["degrees"])


def _stream(match: re.Match[str]) -> _Stream:
    language = "" if match["language"] in {None, "und"} else match["language"]
    return _Stream(int(match["index"]), language, match["kind"], match["rest"])


def _entitle(title: str, reading: _Reading) -> None:
    if reading.in_chapter:
        reading.chapters[-1] = (reading.chapters[-1][0], title)
    elif reading.streams:
        reading.streams[-1].title = title


def _video(stream: _Stream) -> VideoTrack:
    codec, profile, rest = _codec(stream.rest)
    pixels = _PIXELS.match(rest)
    colour = (pixels["colour"] or "") if pixels else ""
    size = _SIZE.search(rest)
    width, height = (int(size["width"]), int(size["height"])) if size else (0, 0)
    aspect = _ASPECT.search(rest) or (size if size and size["num"] else None)
    shown = shown_size(
        width,
        height,
        aspect=(int(aspect["num"]), int(aspect["den"])) if aspect else (1, 1),
        rotation=stream.rotation,
    )
    return VideoTrack(
        index=stream.index,
        codec=codec,
        profile=profile,
        pixels=pixels["pixels"] if pixels else "",
        width=shown[0],
        height=shown[1],
        rotation=turned(stream.rotation),
        frame_rate=_rate(rest),
        hdr=any(transfer in colour for transfer in HDR_TRANSFERS),
        interlaced="top first" in colour or "bottom first" in colour,
    )


def turned(degrees: float) -> int:
    """By how many degrees a picture is turned clockwise, in quarters; ffmpeg counts against the clock."""
    return round(-degrees / 90) * 90 % 360


def shown_size(width: int, height: int, *, aspect: tuple[int, int], rotation: float) -> tuple[int, int]:
    """The size of a picture as it is shown, from that of its stored pixels, their shape and its turn."""
    across, down = aspect
    if across > 0 and down > 0:
        width = round(width * across / down)
    return (height, width) if turned(rotation) in {90, 270} else (width, height)


def _rate(rest: str) -> float:
    match = _RATE.search(rest) or _REAL_RATE.search(rest)
    if match is None:
        return 0.0
    return float(match["rate"].rstrip("k")) * (1000 if match["thousand"] else 1)


def _sound(stream: _Stream) -> SoundTrack:
    codec, _, rest = _codec(stream.rest)
    return SoundTrack(
        index=stream.index,
        codec=codec,
        channels=_channels(rest.split(", ")),
        language=stream.language,
        title=stream.title,
    )


def _channels(parts: Iterable[str]) -> int:
    for part in parts:
        layout = part.partition("(")[0]
        if layout in _LAYOUTS:
            return _LAYOUTS[layout]
        if match := _CHANNELS.match(part):
            return int(match[1])
    return 0


def _text(stream: _Stream) -> TextTrack:
    codec, _, _ = _codec(stream.rest)
    return TextTrack(index=stream.index, codec=codec, language=stream.language, title=stream.title)


def _codec(rest: str) -> tuple[str, str, str]:
    match = _CODEC.match(rest)
    if match is None:
        return "", "", rest
    profile = match["profile"] or ""
    # `h264 (High) (avc1 / 0x31637661), yuv420p…`: what stands in the second brackets is the container's name of it.
    is_tag = " / 0x" in profile
    behind = re.sub(r"^(?: \([^()]*\))*", "", rest[match.end() :])
    return match["codec"], "" if is_tag else profile, behind
