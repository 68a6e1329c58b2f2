"""Films of every kind that people have, made by the ffmpeg that the app uses."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from services.media.programs import Programs, find_programs

PROGRAMS: Programs = find_programs(None)

_HDR = "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
FILMS: dict[str, Sequence[str]] = {
    "h264.mp4": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"),
    "h264.m4v": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "h264.mkv": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "h264.ts": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "h264.m2ts": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "ac3"),
    "h264.mts": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "ac3", "-f", "mpegts"),
    "h264.3gp": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "hevc.mp4": ("-c:v", "libx265", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p", "-tag:v", "hvc1"),
    "hdr.mkv": ("-c:v", "libx265", "-x265-params", _HDR, "-pix_fmt", "yuv420p10le", "-c:a", "aac"),
    "av1.mkv": ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "mpeg2.mpg": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "mpeg1.mpeg": ("-c:v", "mpeg1video", "-c:a", "mp2"),
    "prores.mov": ("-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    "wmv2.wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
    "flv1.flv": ("-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100"),
    "theora.ogv": ("-c:v", "libtheora", "-q:v", "7", "-c:a", "libvorbis"),
    "mjpeg.avi": ("-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-c:a", "pcm_s16le"),
    "mpeg4.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
}
"""What stands behind the inputs, by the name of the file."""


def ffmpeg(*arguments: str) -> None:
    """Run ffmpeg, which has to succeed."""
    subprocess.run(
        [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-y", *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


WORDS = "1\n00:00:01,000 --> 00:00:05,000\n{words}\n\n2\n00:00:05,200 --> 00:00:05,900\nFrom A --> B\n"
"""SubRip of a film of six seconds."""


def with_subtitles(film: Path, path: Path, *tracks: tuple[str, str, str], codec: str = "subrip") -> Path:
    """The same film with text subtitles: the language, title and words of each."""
    inputs, about = ["-i", str(film)], []
    for number, (language, title, words) in enumerate(tracks):
        source = path.with_name(f"{path.stem}-{number}.srt")
        source.write_text(WORDS.format(words=words), encoding="utf-8")
        inputs += ["-i", str(source)]
        about += [f"-metadata:s:s:{number}", f"language={language}", f"-metadata:s:s:{number}", f"title={title}"]
    maps = [each for number in range(len(tracks) + 1) for each in ("-map", str(number))]
    ffmpeg(*inputs, *maps, "-c", "copy", "-c:s", codec, *about, str(path))
    return path


def with_picture_subtitles(film: Path, path: Path, *, language: str) -> Path:
    """The same film with subtitles as a Blu-ray has them: here one picture of nothing, and its end."""
    parts = [(0x16, bytes((1, 64, 0, 180, 0x10, 0, 0, 0x80, 0, 0, 0))), (0x80, b"")]
    source = path.with_suffix(".sup")
    source.write_bytes(
        b"".join(
            b"PG" + (second * 90_000).to_bytes(4) + bytes(4) + bytes((kind,)) + len(body).to_bytes(2) + body
            for second in (1, 3)
            for kind, body in parts
        )
    )
    maps = ("-map", "0", "-map", "1", "-c", "copy", "-metadata:s:s:0", f"language={language}")
    ffmpeg("-i", str(film), "-f", "sup", "-i", str(source), *maps, str(path))
    return path


def make_film(
    path: Path,
    *encoding: str,
    seconds: float = 6,
    size: str = "320x180",
    sounds: int = 1,
    picture: str = "testsrc2",
) -> Path:
    """Make a moving picture with as many sounds beside it, encoded as said, or as `FILMS` says for the name."""
    inputs = ["-f", "lavfi", "-i", f"{picture}=size={size}:rate=25:duration={seconds}"]
    for number in range(sounds):
        inputs += ["-f", "lavfi", "-i", f"sine={440 * (number + 1)}:duration={seconds}"]
    maps = [each for number in range(sounds + 1) for each in ("-map", str(number))]
    ffmpeg(*inputs, *maps, *(encoding or FILMS[path.name]), str(path))
    return path


def make_dark_film(path: Path) -> Path:
    """Six seconds of black, of which the first three are heard."""
    picture = ["-f", "lavfi", "-i", "color=black:size=320x180:rate=25:duration=6"]
    sound = ["-f", "lavfi", "-i", "sine=440:duration=6,volume=0:enable='gt(t,3)'"]
    ffmpeg(*picture, *sound, *FILMS["h264.mp4"], str(path))
    return path
