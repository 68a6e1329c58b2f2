"""The key behind what this server signs: SECRET_KEY, or one that a server makes for itself and keeps."""

import contextlib
import hmac
import os
import secrets
import threading
from pathlib import Path

from services.errors import KeyUnavailableError

_FILE = "signing.key"


class SigningKey:
    """Keys for each purpose, made of one secret, which is read or made at the first use."""

    def __init__(self, given: str | None, *, folder: Path) -> None:
        """`given` is SECRET_KEY; without it a file in `folder` holds the secret, which its owner alone can read."""
        self._secret = given.encode() if given else None
        self._path = folder / _FILE
        self._lock = threading.Lock()

    def derived(self, purpose: str) -> bytes:
        """The key for one purpose; what is signed with it means nothing for another."""
        return hmac.digest(self._read(), purpose.encode(), "sha256")

    def _read(self) -> bytes:
        with self._lock:
            if self._secret is None:
                try:
                    self._secret = self._kept()
                except OSError as error:
                    raise KeyUnavailableError(
                        "This server has no key to sign with: set SECRET_KEY, or let it write in DATA_DIR."
                    ) from error
            return self._secret

    def _kept(self) -> bytes:
        with contextlib.suppress(FileNotFoundError):
            return self._path.read_bytes()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_hex(32).encode())
                file.flush()
                os.fsync(file.fileno())
            # Several processes may come through here at once: the first one's key is everybody's, and is whole.
            with contextlib.suppress(FileExistsError):
                os.link(draft, self._path)
        finally:
            draft.unlink()
        return self._path.read_bytes()
