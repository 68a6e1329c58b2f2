"""What a passkey signs: new each time, for one purpose, one site and one person, for five minutes and once.

A challenge carries its own end and signature. So whoever looks at the page for signing in makes the database keep
nothing; only one that has been answered rightly is written down, and is worth nothing from then on.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from enum import StrEnum

from services.secrets import Key

LASTING = 5 * 60_000
"""Milliseconds that a challenge holds."""

_NONCE, _TIME, _MAC = 16, 8, 32


class Ceremony(StrEnum):
    """What a challenge is for."""

    REGISTER = "register"
    """A new passkey."""
    SIGN_IN = "sign-in"
    """A passkey that is all that is asked for, by its owner's finger, face or PIN."""
    SECOND = "second"
    """A passkey besides a password, or to prove once more who somebody is."""


def new_challenge(ceremony: Ceremony, *, host: str, user_id: str, now: int, keys: Sequence[Key]) -> bytes:
    """A challenge; `user_id` is empty where anybody may answer it."""
    body = secrets.token_bytes(_NONCE) + (now + LASTING).to_bytes(_TIME, "big")
    return body + _mac(keys[0], body, ceremony, host, user_id)


def holds(
    challenge: bytes, ceremony: Ceremony, *, host: str, user_id: str, now: int, keys: Sequence[Key]
) -> int | None:
    """Until when a challenge holds; None when it does not, or was made for something else."""
    body, mac = challenge[: _NONCE + _TIME], challenge[_NONCE + _TIME :]
    if len(mac) != _MAC or not any(hmac.compare_digest(_mac(key, body, ceremony, host, user_id), mac) for key in keys):
        return None
    until = int.from_bytes(body[_NONCE:], "big")
    return until if until > now else None


def hashed(challenge: bytes) -> str:
    """What is written down of one that has been answered."""
    return hashlib.sha256(challenge).hexdigest()


def _mac(key: Key, body: bytes, ceremony: Ceremony, host: str, user_id: str) -> bytes:
    # None of the parts can hold a NUL, so that no two lists of parts read the same.
    said = f"{ceremony.value}\0{host}\0{user_id}".encode()
    return hmac.digest(key.value, body + said, "sha256")
