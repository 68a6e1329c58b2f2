"""Digests that a client sends with its bytes: Content-MD5, and Content-Digest and Repr-Digest of RFC 9530."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from utils.text import quoted

# RFC 9530 lets a recipient ignore any algorithm. Of the deprecated ones MD5 is checked: old tools send it.
_HASHLIB_NAMES = {"md5": "md5", "sha-256": "sha256", "sha-512": "sha512"}

_KEY = r"[a-z*][a-z0-9_.*-]*"
_BARE_ITEM = r'(?::[A-Za-z0-9+/=]*:|"(?:[^"\\]|\\["\\])*"|[A-Za-z0-9*?+.:/_-]+)'
_MEMBER = re.compile(
    rf"[ \t]*(?P<key>{_KEY})(?:=(?P<value>{_BARE_ITEM}))?(?:; *{_KEY}(?:={_BARE_ITEM})?)*[ \t]*(?P<end>,|\Z)"
)


class InvalidDigest(ValueError):
    """A digest header is malformed."""


class DigestMismatch(ValueError):
    """The bytes do not have the digest that was sent with them."""


@dataclass(frozen=True)
class ExpectedDigests:
    """What the client says its bytes hash to, by algorithm (`md5`, `sha-256`, `sha-512`)."""

    by_algorithm: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))


NO_DIGESTS = ExpectedDigests()
"""What a client expects that says nothing."""


def parse_expected_digests(
    *, content_md5: str | None = None, content_digest: str | None = None, repr_digest: str | None = None
) -> ExpectedDigests:
    """Return what the three headers promise together, unknown algorithms ignored. Raises InvalidDigest."""
    found: dict[str, bytes] = {}
    promised = list(_members("Content-Digest", content_digest)) + list(_members("Repr-Digest", repr_digest))
    if content_md5 is not None:
        promised.append(("md5", _decoded("Content-MD5", "md5", content_md5.strip())))
    for algorithm, digest in promised:
        if found.setdefault(algorithm, digest) != digest:
            raise InvalidDigest(f"The request carries two different {algorithm} digests.")
    return ExpectedDigests(MappingProxyType(found))


class DigestCheck:
    """Hashes bytes as they pass, and compares at the end."""

    def __init__(self, expected: ExpectedDigests, *, with_sha256: bool) -> None:
        """Hash what is expected, and SHA-256 too when `with_sha256` asks for it: once, whoever wants it."""
        self._expected = expected.by_algorithm
        wanted = dict.fromkeys([*self._expected, *(["sha-256"] if with_sha256 else [])])
        self._hashes = {name: hashlib.new(_HASHLIB_NAMES[name], usedforsecurity=False) for name in wanted}

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes. Large pieces are hashed without holding the interpreter's lock."""
        for running in self._hashes.values():
            running.update(data)

    @property
    def sha256(self) -> str | None:
        """The SHA-256 so far, as hex, or None when it is not computed."""
        running = self._hashes.get("sha-256")
        return running.hexdigest() if running else None

    def verify(self) -> None:
        """Raise DigestMismatch when the bytes taken are not those that the client promised."""
        for algorithm, digest in self._expected.items():
            if not hmac.compare_digest(self._hashes[algorithm].digest(), digest):
                raise DigestMismatch(f"The bytes that arrived do not match their {algorithm} digest; send them again.")


def _members(header: str, text: str | None) -> Iterator[tuple[str, bytes]]:
    """Yield the known members of a dictionary of byte sequences (RFC 8941); the last of a key counts."""
    if text is None or not text.strip():
        return
    values: dict[str, str | None] = {}
    at, end = 0, ","
    while end:
        match = _MEMBER.match(text, at)
        if match is None:
            raise InvalidDigest(f"{header} is malformed: {quoted(text)} is not like sha-256=:base64:.")
        values[match["key"]] = match["value"]
        at, end = match.end(), match["end"]
    for algorithm in values.keys() & _HASHLIB_NAMES.keys():
        value = values[algorithm] or ""
        if len(value) < 2 or value[0] != ":" or value[-1] != ":":
            raise InvalidDigest(f"{header} is malformed: {algorithm} must be base64 between two colons.")
        yield algorithm, _decoded(header, algorithm, value[1:-1])


def _decoded(header: str, algorithm: str, text: str) -> bytes:
    size = hashlib.new(_HASHLIB_NAMES[algorithm], usedforsecurity=False).digest_size
    try:
        digest = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != size:
        raise InvalidDigest(f"{header} is malformed: {quoted(text)} is not {size} bytes in base64.")
    return digest
