"""The wire format of tus 1.0.0: its headers, read strictly, and checksums computed as bytes pass."""

import base64
import binascii
import hashlib
import hmac
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from utils.text import quoted

TUS_VERSION = "1.0.0"
CHECKSUM_ALGORITHMS = ("sha1", "sha256", "md5", "crc32")
"""As Tus-Checksum-Algorithm advertises them."""

MAX_METADATA = 16 * 1024
_MAX_CONCAT = 64 * 1024
_MAX_INTEGER_DIGITS = 18  # So that every number fits where 64 bits are all there is.
_INTEGER = re.compile(rf"[0-9]{{1,{_MAX_INTEGER_DIGITS}}}")
_METADATA_KEY = re.compile(r"[!-+\--~]+")  # Visible ASCII without the comma.
_UPLOAD_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


class InvalidTusHeader(ValueError):
    """A header of the protocol is missing, malformed or out of bounds."""


class UnsupportedTusVersion(ValueError):
    """The client speaks another version of the protocol."""


def check_version(header: str | None) -> None:
    """Raise UnsupportedTusVersion unless Tus-Resumable names the version spoken here."""
    if header != TUS_VERSION:
        given = quoted(header) if header else "no version"
        raise UnsupportedTusVersion(f"Tus-Resumable must be {TUS_VERSION}; the request names {given}.")


def parse_upload_length(header: str) -> int:
    """Return the size of the whole upload in bytes. Raises InvalidTusHeader."""
    return _integer("Upload-Length", header)


def parse_upload_offset(header: str | None) -> int:
    """Return where the client's bytes begin. Raises InvalidTusHeader, also when the header is missing."""
    if header is None:
        raise InvalidTusHeader("The Upload-Offset header is missing.")
    return _integer("Upload-Offset", header)


def parse_announced_length(*, upload_length: str | None, defer_length: str | None) -> int | None:
    """Return what a creation says about its length: bytes, or None for later. Raises InvalidTusHeader.

    Exactly one of Upload-Length and `Upload-Defer-Length: 1` must be there.
    """
    if (upload_length is None) == (defer_length is None):
        raise InvalidTusHeader("Send either Upload-Length or Upload-Defer-Length: 1.")
    if upload_length is not None:
        return parse_upload_length(upload_length)
    if defer_length != "1":
        raise InvalidTusHeader("Upload-Defer-Length can only be 1.")
    return None


def parse_metadata(header: str | None) -> dict[str, str]:
    """Return Upload-Metadata as texts by key, empty for a key without a value. Raises InvalidTusHeader."""
    if header is None or not header.strip():
        return {}
    if len(header) > MAX_METADATA:
        raise InvalidTusHeader(f"Upload-Metadata is longer than {MAX_METADATA} bytes.")
    metadata: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip(" ").partition(" ")
        if not _METADATA_KEY.fullmatch(key):
            raise InvalidTusHeader(f"Upload-Metadata has an empty or non-ASCII key: {quoted(key)}.")
        if key in metadata:
            raise InvalidTusHeader(f"Upload-Metadata has the key {quoted(key)} twice.")
        metadata[key] = _text_of(key, value)
    return metadata


@dataclass(frozen=True)
class Partial:
    """The upload is a piece of a later one."""


@dataclass(frozen=True)
class Final:
    """The upload is made of these finished pieces, in this order."""

    ids: tuple[str, ...]


def parse_concat(header: str | None, *, collections: Sequence[str]) -> Partial | Final | None:
    """Return what Upload-Concat asks for, or None when there is none. Raises InvalidTusHeader.

    `collections` are paths of the uploads, such as `/api/uploads`. Each URL of a final upload must lie
    directly below one of them; the host of an absolute one is not looked at, since proxies change it, and an
    id that is not here will not be found.
    """
    if header is None:
        return None
    if header == "partial":
        return Partial()
    kind, _, urls = header.partition(";")
    if kind != "final" or not urls.split() or len(header) > _MAX_CONCAT:
        raise InvalidTusHeader(f'Upload-Concat must be "partial" or "final;" and URLs, not {quoted(header)}.')
    return Final(tuple(_upload_id(url, collections) for url in urls.split()))


class _Running(Protocol):
    def update(self, data: bytes | bytearray | memoryview, /) -> None: ...

    def digest(self) -> bytes: ...


class Checksum:
    """What Upload-Checksum promises for one request's bytes, and what they come to."""

    def __init__(self, running: _Running, expected: bytes) -> None:
        """Begin; `parse_checksum` does."""
        self._running = running
        self._expected = expected

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes."""
        self._running.update(data)

    def matches(self) -> bool:
        """Tell whether the bytes taken are those that the client promised."""
        return hmac.compare_digest(self._running.digest(), self._expected)


def parse_checksum(header: str | None) -> Checksum | None:
    """Return the check that Upload-Checksum asks for, or None when there is none. Raises InvalidTusHeader."""
    if header is None:
        return None
    algorithm, _, encoded = header.partition(" ")
    if algorithm not in CHECKSUM_ALGORITHMS:
        offered = ", ".join(CHECKSUM_ALGORITHMS)
        raise InvalidTusHeader(f"Upload-Checksum uses {quoted(algorithm)}; offered are: {offered}.")
    running = _Crc32() if algorithm == "crc32" else hashlib.new(algorithm, usedforsecurity=False)
    expected = _base64("Upload-Checksum", encoded)
    if len(expected) != len(running.digest()):
        raise InvalidTusHeader(f"Upload-Checksum holds {len(expected)} bytes, which is no {algorithm}.")
    return Checksum(running, expected)


class _Crc32:
    """CRC-32 with the face of a hash; its digest is big-endian, as it is written in hex."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes | bytearray | memoryview) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


def _integer(header: str, text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise InvalidTusHeader(
            f"{header} must be a whole number of at most {_MAX_INTEGER_DIGITS} digits, not {quoted(text)}."
        )
    return int(text)


def _text_of(key: str, value: str) -> str:
    try:
        return _base64("Upload-Metadata", value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidTusHeader(f"The Upload-Metadata value of {quoted(key)} is not UTF-8.") from error


def _base64(header: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidTusHeader(f"{header} has bad base64: {quoted(text)}.") from error


def _upload_id(url: str, collections: Sequence[str]) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    # An id has no slash: what lies elsewhere cannot look like one, and an id alone is a relative URL.
    prefixes = [collection.rstrip("/") + "/" for collection in collections]
    upload_id = path.removeprefix(next(filter(path.startswith, prefixes), ""))
    if not _UPLOAD_ID.fullmatch(upload_id):
        raise InvalidTusHeader(f"Upload-Concat names {quoted(url)}, which is no upload here.")
    return upload_id
