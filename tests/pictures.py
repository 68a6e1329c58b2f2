"""Pictures of every kind that services have, and files that only say that they are some."""

import struct
import subprocess
import zlib

from tests.media_films import PROGRAMS

_ENCODERS = {
    "jpeg": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-f", "mjpeg"),
    "png": ("-c:v", "png", "-f", "image2pipe"),
    "webp": ("-c:v", "libwebp", "-f", "webp"),
    "gif": ("-c:v", "gif", "-f", "gif"),
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="99" height="99"/></svg>'
HTML = b"<!doctype html><script>alert(1)</script><p>Not a picture"


def picture(kind: str = "jpeg", size: str = "1280x720", *, seen: str = "testsrc2", comment: str = "") -> bytes:
    """A picture of that kind; `seen` is what of ffmpeg's own shows it."""
    shown = ["-f", "lavfi", "-i", f"{seen}{':' if '=' in seen else '='}size={size}:rate=1", "-frames:v", "1"]
    about = ["-metadata", f"comment={comment}"] if comment else []
    command = [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", *shown, *about, *_ENCODERS[kind], "pipe:1"]
    return subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60).stdout


def png_bomb(side: int = 30_000) -> bytes:
    """A picture of so many pixels to each side, all black, in some hundred thousand bytes."""
    row = bytes(1 + (side + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
