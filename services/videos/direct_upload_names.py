"""Seals: names that no blob has by chance, for uploads that clients write by themselves.

A sealed name holds the digest of a secret. What lies under such a name is no video, whatever metadata it has: videos
are copies under other names. In containers of earlier versions a blob whose metadata hold the secret is one, because
the server had accepted it there; such secrets are written no more.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from uuid import UUID

_VERSION = 8  # RFC 9562 leaves this version to applications; other names here have version 4.
_VERSION_BITS = 0xF << 76
_VARIANT_BITS = 0x3 << 62


@dataclass(frozen=True)
class Seal:
    """A secret, and the token in the blob's name that it fits."""

    secret: str = field(repr=False)
    token: UUID


def new_seal() -> Seal:
    """A seal for one new blob."""
    secret = secrets.token_hex(16)
    return Seal(secret, _token_of(secret))


def is_sealed(token: UUID) -> bool:
    """Tell whether the token of a blob's name asks for a secret in the metadata."""
    return token.version == _VERSION


def seal_holds(token: UUID, secret: str | None) -> bool:
    """Tell whether this is the secret that the token was made of."""
    return secret is not None and hmac.compare_digest(_token_of(secret).bytes, token.bytes)


def _token_of(secret: str) -> UUID:
    number = int.from_bytes(hashlib.sha256(secret.encode()).digest()[:16], "big")
    return UUID(int=number & ~(_VERSION_BITS | _VARIANT_BITS) | _VERSION << 76 | 0x2 << 62)
