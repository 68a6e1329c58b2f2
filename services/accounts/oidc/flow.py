"""What a browser carries from the beginning of a sign-in to its end: sealed, so that nobody reads or makes one."""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from typing import TypeVar

import msgspec

from services.secrets import SecretBox, SecretKeys

LASTING_SECONDS = 600

M = TypeVar("M", bound="Carried")


class Carried(msgspec.Struct, frozen=True, kw_only=True, tag_field="step"):
    """Something that holds for ten minutes, in one browser."""

    issuer: str
    following: str
    """The page to go on to."""
    begun_at: float


class Flow(Carried, frozen=True, kw_only=True, tag="asked"):
    """A sign-in that has been begun."""

    state: str
    nonce: str
    verifier: str
    """Of PKCE: the code is worth nothing without it."""

    @property
    def challenge(self) -> str:
        """What is told of the verifier at the beginning."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")


class Unconfirmed(Carried, frozen=True, kw_only=True, tag="unconfirmed"):
    """Somebody whom the provider knows, and an account with their address, whose password is still to be typed."""

    subject: str
    email: str
    user_id: str
    roles: tuple[str, ...] = ()


def begin(issuer: str, *, following: str) -> Flow:
    """A new sign-in."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Flow(issuer=issuer, following=following, begun_at=time.time(), state=state, nonce=nonce, verifier=verifier)


class FlowSeals:
    """Seals and opens them."""

    def __init__(self, keys: SecretKeys) -> None:
        self._box = SecretBox(keys, use="sign-in elsewhere")

    def seal(self, carried: Carried) -> str:
        """What goes into the browser's cookie."""
        return self._box.seal(msgspec.json.encode(carried).decode())

    def open(self, sealed: str | None, kind: type[M], *, issuer: str) -> M | None:
        """What the cookie holds; None when it is none of that kind, of another provider, or its time is over."""
        if sealed is None:
            return None
        try:
            carried = msgspec.json.decode(self._box.open(sealed), type=kind)
        except (ValueError, msgspec.DecodeError):
            return None
        is_due = time.time() - carried.begun_at + 5 >= 0 and time.time() - carried.begun_at < LASTING_SECONDS
        return carried if is_due and carried.issuer == issuer else None
