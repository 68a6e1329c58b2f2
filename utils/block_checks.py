"""What storage checks a block against, so that a bit that flips on the way is noticed."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Protocol, cast

import anycrc

CRC64_HEADER, MD5_HEADER = "x-ms-content-crc64", "Content-MD5"


class BlockCheck(StrEnum):
    """What is sent along with a block."""

    CRC64 = "crc64"
    """Storage's own: CRC-64/NVME, the eight bytes in little-endian order. Azurite 3.35 knows it not."""
    MD5 = "md5"
    """Known to every storage; costs many times as much."""
    NONE = "none"

    def headers(self, pieces: Iterable[bytes]) -> dict[str, str]:
        """What to say of a block whose bytes are these, one piece after the other."""
        if self is BlockCheck.NONE:
            return {}
        if self is BlockCheck.CRC64:
            running = RunningCrc64()
            for piece in pieces:
                running.update(piece)
            return {CRC64_HEADER: running.text}
        digest = hashlib.md5(usedforsecurity=False)
        for piece in pieces:
            digest.update(piece)
        return {MD5_HEADER: b64encode(digest.digest()).decode()}


class RunningCrc64:
    """The checksum of bytes that come one after the other."""

    def __init__(self) -> None:
        self._model = _model()
        self._value = 0

    def update(self, data: bytes) -> None:
        """Take in the next bytes."""
        self._value = self._model.calc(data, self._value)

    @property
    def text(self) -> str:
        """The checksum so far, as storage writes it."""
        return b64encode(self._value.to_bytes(8, "little")).decode()


class _Model(Protocol):
    def calc(self, data: bytes, init: int, /) -> int: ...


@cache
def _model() -> _Model:
    return cast("_Model", anycrc.Model("CRC64-NVME"))
