"""Keys that are made of SECRET_KEY, one for each use, and a box for what must be kept and not be read.

A key that was in use before still opens and verifies; only the newest seals and signs.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from services.signing_key import SigningKey

if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key for one use."""

    id: str
    """Names it in what it has signed."""
    value: bytes

    def __repr__(self) -> str:
        return f"Key({self.id})"


class SecretKeys:
    """The newest secret and those before it. Nothing is read before the first use."""

    def __init__(self, *secrets: SigningKey) -> None:
        """The newest comes first."""
        self._secrets = secrets

    def for_use(self, use: str) -> tuple[Key, ...]:
        """A key of each secret for that use, the newest first. Raises `KeyUnavailableError`."""
        return tuple(_key(secret.derived(use)) for secret in self._secrets)


class SecretBox:
    """Seals texts so that a copy of the database alone does not show them."""

    def __init__(self, keys: SecretKeys, *, use: str) -> None:
        self._keys = keys
        self._use = use

    def seal(self, text: str) -> str:
        """The text, sealed with the newest key."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed; raises ValueError when none of the keys opens it."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - hardly ever asked for

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ValueError("It was sealed with a key that is not known here.") from error

    def renewed(self, sealed: str) -> str | None:
        """The same, sealed with the newest key; None where it is already, or none of the keys opens it."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        fernets = self._fernets
        try:
            fernets[0].decrypt(sealed.encode())
        except InvalidToken:
            try:
                return self.seal(self.open(sealed))
            except ValueError:
                return None
        return None

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import MultiFernet  # noqa: PLC0415

        return MultiFernet(self._fernets)

    @cached_property
    def _fernets(self) -> "list[Fernet]":
        from cryptography.fernet import Fernet  # noqa: PLC0415

        return [Fernet(base64.urlsafe_b64encode(key.value)) for key in self._keys.for_use(self._use)]


def _key(value: bytes) -> Key:
    return Key(id=hashlib.sha256(value).hexdigest()[:12], value=value)
