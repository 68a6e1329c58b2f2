"""Passwords: which are taken, how they are hashed, and whether one is right.

A hash costs a quarter of a second and four megabytes of nothing else, so a process makes one at a time. An account that
is not there costs the same as one that is.
"""

import base64
import hashlib
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bcrypt

from services.accounts.errors import InvalidAccountError
from services.errors import BusyError

COMMON = Path(__file__).with_name("common_passwords.txt")
"""The passwords that too many people use; `scripts/common_passwords.py` says where they are from."""

LEAST_LETTERS = 8
_MOST_LETTERS = 1024
_COST = 12
_MOST_WAITING = 64
# Of a password that nobody knows: what a try for an account that is not there is compared with.
_NOBODYS = b"$2b$12$q8QznB02ifOqaziDDIWTPeK5Qi8sXgDaBjmC/SYddTHQggzANVDyC"


class Passwords:
    """Hashes and compares, one at a time."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)

    def hash(self, password: str) -> str:
        """What is kept of a password; raises `BusyError` when too many wait for their turn."""
        with self._turn():
            return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(_COST)).decode()

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept; costs the same where none was."""
        with self._turn():
            right = bcrypt.checkpw(_prepared(password), kept.encode() if kept else _NOBODYS)
        return right and kept is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise BusyError("Too many people sign in at this moment. Try again in a moment.", retry_after=5)
        try:
            with self._gate:
                yield
        finally:
            self._waiting.release()


def check_new(password: str, *, names: tuple[str | None, ...] = ()) -> None:
    """Raise `InvalidAccountError` unless it may be somebody's password; `names` are what the person is called."""
    if reason := _reason_against(password, names):
        raise InvalidAccountError(reason, errors=[{"field": "password", "reason": reason}])


def _reason_against(password: str, names: tuple[str | None, ...]) -> str | None:
    if len(password) < LEAST_LETTERS:
        return f"The password must have at least {LEAST_LETTERS} characters."
    if len(password) > _MOST_LETTERS:
        return f"The password must have at most {_MOST_LETTERS} characters."
    folded = password.casefold()
    if folded in {name.casefold() for name in names if name}:
        return "The password must not be the name or the address of its account."
    # Read anew each time: passwords are chosen seldom, and the list would stay in every worker.
    with COMMON.open() as lines:
        if any(line.rstrip("\n") == folded for line in lines):
            return "This password is among those that most people use. Choose another."
    return None


def _prepared(password: str) -> bytes:
    """At most 72 bytes, which is all that bcrypt takes, that stand for the whole password, however it was typed."""
    normal = unicodedata.normalize("NFKC", password)
    return base64.b64encode(hashlib.sha256(normal.encode("utf-8", "surrogatepass")).digest())
