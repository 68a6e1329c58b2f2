"""What stands between the first and the second step of signing in: that the password was right, for five minutes."""

import hashlib

import msgspec

from services.accounts.errors import SignInFailedError
from services.accounts.user import User
from services.secrets import SecretBox, SecretKeys

_LASTING = 5 * 60_000
_LONGEST = 1000


class _Proved(msgspec.Struct, frozen=True):
    user_id: str
    password: str
    until: int


class Steps:
    """Seals and opens them. Nobody else can make one, and one is worth nothing without a second factor."""

    def __init__(self, keys: SecretKeys) -> None:
        self._box = SecretBox(keys, use="second steps")

    def seal(self, user: User, *, now: int) -> str:
        """What stands for the person from now on; times are milliseconds of the database's clock."""
        said = _Proved(user_id=user.id, password=_mark(user), until=now + _LASTING)
        return self._box.seal(msgspec.json.encode(said).decode())

    def user_id(self, step: str, *, now: int) -> str:
        """Whose it is; raises `SignInFailedError` when it holds no more."""
        return self._opened(step, now=now).user_id

    def check(self, step: str, user: User, *, now: int) -> None:
        """Raise `SignInFailedError` unless it was made for this person, with the password that they still have."""
        said = self._opened(step, now=now)
        if said.user_id != user.id or said.password != _mark(user):
            raise _over()

    def _opened(self, step: str, *, now: int) -> _Proved:
        try:
            said = msgspec.json.decode(self._box.open(step[:_LONGEST]), type=_Proved)
        except ValueError as error:  # Of a box that is none of ours, too.
            raise _over() from error
        if said.until <= now:
            raise _over()
        return said


def _mark(user: User) -> str:
    """What is another one as soon as the person has another password."""
    return hashlib.sha256((user.password or "").encode()).hexdigest()


def _over() -> SignInFailedError:
    return SignInFailedError("That took too long. Sign in once more from the beginning.")
