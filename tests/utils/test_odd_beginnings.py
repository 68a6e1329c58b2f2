"""Films that begin in the middle of something, or behind something else: what ffmpeg plays is let in for what it is."""

import io
import random
from collections.abc import Callable
from functools import cache

import av
import pytest

from tests.utils.heads import HEADS
from utils.signatures import SNIFF_BYTES, Container, sniff


@cache
def film(form: str, codec: str = "mpeg2video", **options: str) -> bytes:
    """Two seconds of noise in that format."""
    rng, written = random.Random(0), io.BytesIO()
    with av.open(written, "w", format=form, options=options) as out:
        stream = out.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for _ in range(50):
            frame = av.VideoFrame(160, 120, "yuv420p")
            for plane in frame.planes:
                plane.update(rng.randbytes(plane.buffer_size))
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return written.getvalue()


def plays(content: bytes) -> bool:
    """Whether ffmpeg finds a picture in it."""
    try:
        with av.open(io.BytesIO(content), "r") as opened:
            next(opened.decode(video=0))
    except (av.FFmpegError, IndexError, StopIteration):
        return False
    return True


def cut(content: Callable[[], bytes], start: int) -> Callable[[], bytes]:
    return lambda: content()[start:]


def behind(start: bytes, content: Callable[[], bytes]) -> Callable[[], bytes]:
    return lambda: start + content()


def box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def id3(size: int) -> bytes:
    return b"ID3\x04\0\0" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + bytes(size)


def fragments() -> bytes:
    """What follows ftyp in an MP4 of fragments: moov, then moof and mdat by turns."""
    whole = film("mp4", "mpeg4", movflags="frag_keyframe+empty_moov+default_base_moof")
    return whole[int.from_bytes(whole[:4], "big") :]


def junk(size: int) -> bytes:
    return random.Random(1).randbytes(size)


STYP = box(b"styp", b"msdh\0\0\0\0msdhmsix")
FTYP = box(b"ftyp", b"iso6\0\0\0\0iso6")

PLAYED: dict[str, tuple[Callable[[], bytes], Container]] = {
    **{
        f"a transport stream from byte {n}": (cut(lambda: film("mpegts"), n), Container.MPEG_TS)
        for n in (1, 4, 50, 187)
    },
    **{
        f"m2ts from byte {n}": (cut(lambda: film("mpegts", mpegts_m2ts_mode="1"), n), Container.MPEG_TS)
        for n in (0, 1, 4, 100, 191)
    },
    "a transport stream behind bytes of something else": (lambda: junk(600) + film("mpegts"), Container.MPEG_TS),
    **{
        f"a transport stream behind {n} bytes of ID3": (behind(id3(n), lambda: film("mpegts")), Container.MPEG_TS)
        for n in (0, 63, 900)
    },
    "ID3 and a torn packet": (lambda: id3(63) + film("mpegts")[100:], Container.MPEG_TS),
    "ID3 and Ogg": (lambda: id3(63) + film("ogg", "libvpx"), Container.OGG),
    "ID3 and Flash": (lambda: id3(63) + film("flv", "flv1"), Container.FLV),
    "ID3 and a programme stream": (lambda: id3(63) + film("mpeg"), Container.MPEG_PS),
    "styp": (lambda: STYP + fragments(), Container.MP4),
    "styp and sidx": (lambda: STYP + box(b"sidx", bytes(32)) + fragments(), Container.MP4),
    "styp of 3GP": (lambda: box(b"styp", b"3gh9\0\0\0\0") + fragments(), Container.THREE_GP),
    **{
        f"{kind.decode()} before ftyp": (behind(box(kind, bytes(40)) + FTYP, fragments), Container.MP4)
        for kind in (b"sidx", b"emsg", b"prft", b"uuid", b"udta", b"junk", b"pict", b"prfl")
    },
    "ftyp of 64 bits": (
        lambda: b"\0\0\0\1ftyp" + (28).to_bytes(8, "big") + b"3gp5\0\0\0\x003gp5" + fragments(),
        Container.THREE_GP,
    ),
    **{
        f"a programme stream from byte {n}": (cut(lambda: film("vob"), n), Container.MPEG_PS)
        for n in (1, 30, 500, 1000)
    },
    **{f"MPEG-1 from byte {n}": (cut(lambda: film("mpeg", "mpeg1video"), n), Container.MPEG_PS) for n in (1, 30)},
    "a programme stream behind zeros": (lambda: bytes(99) + film("mpeg"), Container.MPEG_PS),
    "MPEG video behind zeros": (lambda: bytes(3) + film("mpeg2video"), Container.MPEG_PS),
    "a video CD": (lambda: b"RIFF\0\0\0\0CDXAfmt \x10\0\0\0" + bytes(29) + film("mpeg"), Container.MPEG_PS),
    "AVI that goes on from another": (lambda: film("avi", "mpeg4").replace(b"AVI ", b"AVIX", 1), Container.AVI),
    "AVI of some camera": (lambda: film("avi", "mpeg4").replace(b"AVI ", b"AVI\x19", 1), Container.AVI),
    "Flash of another version": (lambda: b"FLV\x04" + film("flv", "flv1")[4:], Container.FLV),
}


@pytest.mark.parametrize("kind", PLAYED)
def test_what_ffmpeg_plays_is_known(kind: str) -> None:
    make, container = PLAYED[kind]
    content = make()
    assert plays(content)
    assert sniff(content) is container
    assert sniff(content[:SNIFF_BYTES]) is container


def test_a_fragment_without_its_beginning_is_no_film() -> None:
    after_moov = fragments()[int.from_bytes(fragments()[:4], "big") :]
    for content in (after_moov, STYP + after_moov, STYP + box(b"sidx", bytes(32)) + after_moov):
        assert not plays(content)
        assert sniff(content) is None


@pytest.mark.parametrize(
    "content",
    [
        id3(63),
        id3(63) + b"\xff\xfb\x90\x64" + bytes(3000),  # MP3.
        id3(5000)[:SNIFF_BYTES],
        b"ID3",
        b"<html>" + b"G" * 4000,
        b"G" * 4000,
        junk(4000),
        bytes(4000),
        b"GIF89a" + junk(4000),
        b"\x89PNG\r\n\x1a\n" + junk(4000),
        b"%PDF-1.7\n" + b"x" * 3000,
        b"PK\x03\x04" + junk(3000),
        b"\x7fELF" + bytes(3000),
        b"<script>alert(1)</script>\0\0\x01\xba" + b"x" * 3000,
        b"RIFF\0\0\0\0WAVEfmt ",
        b"RIFF\0\0\0\0WEBPVP8 ",
        box(b"styp", b"mif1\0\0\0\0") + box(b"meta", bytes(40)),
        box(b"uuid", bytes(40)) + box(b"ftyp", b"heic\0\0\0\0") + bytes(100),
        box(b"junk", bytes(40)) + b"<html>" * 100,
        box(b"sidx", bytes(8)) * 500,
        b"FLV\x05\0\0\0\0\x09",
        b"FLV\x02\x05\0\0\0\x01",
    ],
)
def test_what_is_no_film_is_not_taken_for_one(content: bytes) -> None:
    assert sniff(content) is None


def test_packets_out_of_step_are_no_transport_stream_wherever_they_begin() -> None:
    stream = bytearray(junk(77) + HEADS["mpeg transport"] * 2)
    assert sniff(bytes(stream)) is Container.MPEG_TS
    stream[77 + 188 * 3] = 0
    assert sniff(bytes(stream[: 77 + 188 * 7])) is None
