"""Files that mean harm, as they come through an upload with a harmless name."""

import io
import struct
import zipfile
from pathlib import Path

from tests.media_films import FILMS, ffmpeg


def hls_in_disguise(path: Path, url: str) -> Path:
    """A playlist that names another address."""
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{url}\n#EXT-X-ENDLIST\n")
    return path


def dash_in_disguise(path: Path, url: str) -> Path:
    """A DASH description that names another address."""
    path.write_text(_dash(url))
    return path


def dash_behind_a_box(path: Path, url: str) -> Path:
    """The same as XML whose comment is the head of a QuickTime film."""
    path.write_text(f"<!--free-->{_dash(url).partition('?>')[2]}")
    return path


def before_a_broadcast(path: Path, text: str) -> Path:
    """A text before the packets of a broadcast, whose recording may begin anywhere."""
    path.write_bytes(text.encode() + 20 * (b"\x47\x1f\xff\x10" + b"\xff" * 184))
    return path


def _dash(url: str) -> str:
    return (
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT5S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">'
        '<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1" codecs="avc1.42E01E">'
        f"<BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>\n"
    )


def concat_in_disguise(path: Path, url: str) -> Path:
    """A list of files for ffmpeg's own demuxer."""
    path.write_text(f"ffconcat version 1.0\nfile '{url}'\n")
    return path


def pixel_bomb(path: Path) -> Path:
    """One picture of 16,000 by 16,000 pixels in a small file."""
    picture = ["-f", "lavfi", "-i", "color=gray:size=16000x16000:rate=1:duration=1", "-frames:v", "1"]
    ffmpeg(*picture, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-f", "avi", str(path))
    return path


def endless(path: Path, film: Path, *, hours: int = 2000) -> Path:
    """A film that stands still for weeks in its middle, of some kilobytes: a Matroska."""
    jump = f"setts=ts=if(gte(N\\,20)\\,TS+{hours * 3600}/TB\\,TS)"
    ffmpeg("-i", str(film), "-map", "0:v", "-c", "copy", "-bsf:v", jump, "-f", "matroska", str(path))
    return path


def cut_off(path: Path, film: Path) -> Path:
    """A film of which only the first half has come."""
    content = film.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def without_tracks(path: Path) -> Path:
    """An MP4 with nothing in it."""

    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    movie = _box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 5000) + bytes(80))
    path.write_bytes(head + _box(b"moov", movie) + _box(b"mdat", bytes(1000)))
    return path


def deep_atoms(path: Path, *, depth: int = 50_000) -> Path:
    """A QuickTime film of atoms in atoms in atoms."""
    size = 8 * depth
    atoms = b"".join(struct.pack(">I", size - 8 * number) + b"moov" for number in range(depth))
    path.write_bytes(_box(b"ftyp", b"qt  \0\0\2\0qt  ") + atoms)
    return path


def greedy_index(path: Path, film: Path) -> Path:
    """An MP4 whose index claims two thousand million pictures."""
    head, found, rest = film.read_bytes().partition(b"stsz")
    assert found
    path.write_bytes(head + found + rest[:8] + b"\x7f\xff\xff\xff" + rest[12:])
    return path


def film_of_another_file(path: Path, film: Path, url: str) -> Path:
    """An MP4 whose pictures are said to lie at another address."""
    content = _with_references(film.read_bytes(), _box(b"url ", b"\0\0\0\0" + url.encode() + b"\0"))
    assert url.encode() in content
    path.write_bytes(content)
    return path


def many_streams(path: Path, film: Path, *, streams: int = 900) -> Path:
    """A film with hundreds of pictures beside each other."""
    maps = [each for _ in range(streams) for each in ("-map", "0:v")]
    ffmpeg("-i", str(film), *maps, "-c", "copy", "-frames:v", "2", str(path))
    return path


def subtitles_that_name_files(path: Path, url: str) -> Path:
    """A film with subtitles that name files and addresses in every way that subtitles can."""
    words = path.with_suffix(".ass")
    words.write_text(
        "[Script Info]\nScriptType: v4.00+\nVideo File: /etc/passwd\nAudio URI: " + url + "\n\n"
        "[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,/etc/passwd,20\n\n"
        "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        f"Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{{\\1img(file:///etc/passwd)}}<img src='{url}'>\n"
    )
    picture = ["-f", "lavfi", "-i", "testsrc2=size=64x36:rate=25:duration=1", "-i", str(words)]
    ffmpeg(*picture, "-map", "0", "-map", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:s", "ass", str(path))
    return path


def with_a_picture_that_runs_scripts(path: Path, film: Path) -> Path:
    """A film that is an SVG with a script, too."""
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
    path.write_bytes(film.read_bytes() + _box(b"free", picture))
    return path


def with_an_archive(path: Path, film: Path) -> Path:
    """A film that is a ZIP, too."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../escaped", "x" * 1000)
    path.write_bytes(film.read_bytes() + packed.getvalue())
    return path


def behind_a_tag(path: Path) -> Path:
    """A broadcast behind an ID3 tag, which players of sound take for a song."""
    broadcast = path.with_name("h264.ts")
    picture = ["-f", "lavfi", "-i", "testsrc2=size=64x36:rate=25:duration=1"]
    ffmpeg(*picture, *FILMS["h264.ts"], str(broadcast))
    path.write_bytes(b"ID3\x04\0\0\0\0\0\x0aTIT2\0\0\0\0\0\0" + broadcast.read_bytes())
    return path


def _with_references(content: bytes, reference: bytes) -> bytes:
    """The boxes, with every reference to the film's own data changed into that one."""
    made, at = [], 0
    while at + 8 <= len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        inside = content[at + 8 : at + size]
        if kind in {b"moov", b"trak", b"mdia", b"minf", b"dinf"}:
            inside = _with_references(inside, reference)
        elif kind == b"dref":
            inside = inside[:8] + reference
        made.append(_box(kind, inside))
        at += size
    return b"".join(made)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content
