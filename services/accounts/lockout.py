"""How often somebody may try: counted for the account, or the name that nobody has, and for the address.

A try is counted before the password is looked at, so that simultaneous ones, on any worker, are not more than the
setting lets through.
"""

import hashlib
from dataclasses import replace

from services.accounts import live_settings
from services.accounts.errors import AccountLockedError
from services.accounts.store import tries
from services.accounts.store.tries import Tries
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.errors import TooManyRequestsError
from services.live_settings.live_settings import LiveSettings
from utils.hosts import client_network

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_MOST_DOUBLINGS = 12


class Lockout:
    """Counts tries and says when somebody has to wait."""

    def __init__(self, database: Database, live: LiveSettings) -> None:
        self._clock = Clock(database)
        self._insert = insert_of(database)
        self._live = live

    def count(self, connection: Transaction, subject: str, *, address: str | None) -> int:
        """Count one more try; returns the milliseconds that the subject is locked for, 0 when it may be made.

        Raises `TooManyRequestsError` when the address has to wait; then nothing is counted.
        """
        now = self._clock.read_on(connection)
        if address is not None:
            limit = self._live.value(live_settings.LOCKOUT_ADDRESS_TRIES)
            if wait := self._count(connection, _of_address(address), limit=limit, now=now):
                raise TooManyRequestsError(
                    "Too many tries from this address. Wait a while.", retry_after=_seconds(wait)
                )
        return self._count(connection, subject, limit=self._live.value(live_settings.LOCKOUT_TRIES), now=now)

    def succeeded(self, connection: Transaction, subject: str, *, address: str | None) -> None:
        """Forget the subject's tries, and the one of the address: it was no guess."""
        self.forget_one(connection, address=address)
        tries.forget(connection, subject)

    def forget_one(self, connection: Transaction, *, address: str | None) -> None:
        """Forget the last try of the address, and nothing else."""
        if address is None:
            return
        now = self._clock.read_on(connection)
        before = tries.held(connection, _of_address(address), insert=self._insert, now=now)
        # The last try of many locks the address before it is known to be a right one.
        locks = before.locks - (before.locked_until is not None)
        after = replace(before, count=max(0, before.count - 1), locked_until=None, locks=max(0, locks))
        tries.write(connection, _of_address(address), after)

    def lift(self, connection: Transaction, user_id: str) -> None:
        """Let the account's person try again."""
        tries.forget(connection, subject_of_account(user_id))
        tries.forget(connection, subject_of_codes(user_id))

    def locked_until(self, connection: Transaction, user_id: str) -> int | None:
        """Until when the account is locked, for passwords or for codes, if it is."""
        now = self._clock.read_on(connection)
        subjects = (subject_of_account(user_id), subject_of_codes(user_id))
        locks = (tries.locked_until(connection, each, now=now) for each in subjects)
        return max((each for each in locks if each is not None), default=None)

    def _count(self, connection: Transaction, subject: str, *, limit: int, now: int) -> int:
        before = tries.held(connection, subject, insert=self._insert, now=now)
        if before.locked_until is not None and before.locked_until > now:
            return before.locked_until - now
        after = self._after(before, limit=limit, now=now)
        tries.write(connection, subject, after)
        return 0

    def _after(self, before: Tries, *, limit: int, now: int) -> Tries:
        window = self._live.value(live_settings.LOCKOUT_WINDOW_MINUTES) * _MINUTE
        was_locked = before.locked_until is not None
        count = 1 if was_locked or now - before.began_at > window else before.count + 1
        locks = 0 if now - max(before.began_at, before.locked_until or 0) > _DAY else before.locks
        began_at = now if count == 1 else before.began_at
        if count < limit:
            return Tries(count=count, began_at=began_at, locked_until=None, locks=locks)
        lasting = self._live.value(live_settings.LOCKOUT_MINUTES) * _MINUTE * 2 ** min(locks, _MOST_DOUBLINGS)
        return Tries(count=count, began_at=began_at, locked_until=now + min(lasting, _DAY), locks=locks + 1)


def subject_of_account(user_id: str) -> str:
    """Whose tries those for an account are."""
    return f"account:{user_id}"


def subject_of_codes(user_id: str) -> str:
    """Whose tries those are that somebody makes who knows the account's password."""
    return f"codes:{user_id}"


def subject_of_stranger(key: str) -> str:
    """Whose tries those for a name are that nobody has; what was typed is not kept, it may be a password."""
    return f"name:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def locked(wait: int) -> AccountLockedError:
    """What is said of a lock of so many milliseconds."""
    return AccountLockedError(
        "Too many tries have failed, so this account is locked for a while. An administrator can lift that.",
        retry_after=_seconds(wait),
    )


def _of_address(address: str) -> str:
    return f"address:{client_network(address)}"


def _seconds(milliseconds: int) -> int:
    return max(1, -(-milliseconds // 1000))
