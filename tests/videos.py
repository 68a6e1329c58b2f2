"""Files that pass for videos: a true signature, then whatever bytes a test wants."""

import random

MP4_HEAD = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"


def mp4(size: int, *, seed: int = 0) -> bytes:
    """`size` bytes that begin like an MP4 and go on at random, the same each time for the same seed."""
    return (MP4_HEAD + random.Random(seed).randbytes(max(0, size - len(MP4_HEAD))))[:size]


def crlf_dense(size: int) -> bytes:
    """An MP4 full of what multipart boundaries begin with."""
    return (MP4_HEAD + b"\r\n--" * (size // 4 + 1))[:size]
