"""A device asks to be let in, a person approves it elsewhere, and it gets a pair of tokens, once."""

import secrets
from dataclasses import dataclass

from services.accounts import tokens
from services.accounts.announcing import tell_sign_in
from services.accounts.credentials import Credentials, Found, TokenPair
from services.accounts.device import store
from services.accounts.device.store import WaitingDevice
from services.accounts.errors import (
    DeviceCodeExpiredError,
    DeviceCodeUnknownError,
    DeviceDeniedError,
    DevicePendingError,
    DeviceSlowDownError,
    UserCodeUnknownError,
)
from services.accounts.lockout import Lockout, locked
from services.accounts.store import users
from services.actors.actor import Actor, Scope
from services.actors.errors import ForbiddenError
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome, AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.errors import ReelgateError, TooManyRequestsError
from utils.hosts import client_network

LASTING_SECONDS = 600
PAUSE_SECONDS = 5

# No vowels, so that no words come about, and nothing that looks like something else.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_LENGTH = 8
_LONGEST_NAME = 100
_MOST_FROM_ONE_ADDRESS = 20
_REMEMBERED = 3600 * 1000
_APPROVED, _DENIED = "approved", "denied"


@dataclass(frozen=True, kw_only=True)
class DeviceBegun:
    """What the device keeps, and what it shows to its person."""

    device_code: str
    user_code: str


class DeviceSignIn:
    """Raises what RFC 8628 says by `services/accounts/errors.py`'s own names."""

    def __init__(self, database: Database, audit: Audit, *, lockout: Lockout, credentials: Credentials) -> None:
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._lockout = lockout
        self._credentials = credentials

    def begin(self, *, client: str, scopes: frozenset[Scope] | None, device: str, by: Actor) -> DeviceBegun:
        """Let a device wait for somebody; raises `TooManyRequestsError`."""
        device_code, letters = tokens.new_token("rgd_"), "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        address = None if by.address is None else client_network(by.address)
        name = "".join(each for each in client if each.isprintable()).strip()[:_LONGEST_NAME]
        with self._database.writing() as connection:
            now = self._clock.read_on(connection)
            store.sweep(connection, before=now - _REMEMBERED)
            if store.count(connection, address, now=now) >= _MOST_FROM_ONE_ADDRESS:
                raise TooManyRequestsError("Too many devices of this address wait already.", retry_after=60)
            waiting = WaitingDevice(
                device_hash=tokens.hashed(device_code),
                client=name,
                scopes=scopes,
                address=address,
                device=device[:300],
                created_at=now,
                expires_at=now + LASTING_SECONDS * 1000,
                pause=PAUSE_SECONDS,
            )
            store.add(connection, waiting, user_code_hash=_code_hash(letters))
        return DeviceBegun(device_code=device_code, user_code=f"{letters[:4]}-{letters[4:]}")

    def tokens(self, device_code: str, *, by: Actor) -> TokenPair:
        """The pair, once somebody has approved it."""
        with self._database.writing() as connection:
            came = self._asked(connection, by, tokens.hashed(device_code))
        if isinstance(came, ReelgateError):
            raise came
        self._credentials.forget_known()
        return came

    def waiting(self, found: Found, user_code: str, *, by: Actor) -> WaitingDevice:
        """The device that shows this code; raises `UserCodeUnknownError`, and `AccountLockedError` to who guesses."""
        _insist_on_a_page(by, found)
        subject = f"device:{found.user.id}"
        with self._database.writing() as connection:
            wait = self._lockout.count(connection, subject, address=None)
            now = self._clock.read_on(connection)
            waiting = None if wait else store.undecided(connection, _code_hash(user_code), now=now)
            if waiting is not None:
                self._lockout.succeeded(connection, subject, address=None)
        if wait:
            raise locked(wait)
        if waiting is None:
            raise UserCodeUnknownError("No device waits with this code. Codes hold for ten minutes, and once.")
        return waiting

    def decide(self, found: Found, user_code: str, *, approve: bool, by: Actor) -> WaitingDevice:
        """Let the device in, or not."""
        waiting = self.waiting(found, user_code, by=by)
        answer = _APPROVED if approve else _DENIED
        with self._database.writing() as connection:
            if not store.decide(connection, waiting.device_hash, answer=answer, user_id=found.user.id):
                raise UserCodeUnknownError("Somebody has answered for this device already.")
            target = AuditTarget(kind="user", id=found.user.id)
            outcome = AuditOutcome.DONE if approve else AuditOutcome.REFUSED
            details = {"client": waiting.client, "address": waiting.address, "scopes": sorted(waiting.scopes or ())}
            self._audit.write(
                connection, "user.device-approved", target=target, outcome=outcome, details=details, by=by
            )
        return waiting

    def _asked(self, connection: Transaction, by: Actor, device_hash: str) -> TokenPair | ReelgateError:
        """The pair, or what the device is told; that is returned, so that what is written of it holds."""
        waiting, now = store.held(connection, device_hash), self._clock.read_on(connection)
        if waiting is None:
            return DeviceCodeUnknownError("This device code was used, or there has never been one.")
        if waiting.expires_at <= now:
            return DeviceCodeExpiredError("Nobody has approved this device in ten minutes. Begin once more.")
        is_early = waiting.asked_at is not None and now - waiting.asked_at < waiting.pause * 1000
        if is_early:
            pause = waiting.pause + PAUSE_SECONDS
            store.asked(connection, device_hash, pause=pause, now=now)
            return DeviceSlowDownError(f"Ask again in {pause} seconds, and no sooner each time.", retry_after=pause)
        store.asked(connection, device_hash, pause=waiting.pause, now=now)
        if waiting.answer is None:
            return DevicePendingError("Nobody has approved this device yet.", retry_after=waiting.pause)
        return self._answered(connection, by, waiting)

    def _answered(self, connection: Transaction, by: Actor, waiting: WaitingDevice) -> TokenPair | ReelgateError:
        store.spend(connection, waiting.device_hash)
        if waiting.user_id is not None:
            users.hold(connection, waiting.user_id)
        user = None if waiting.user_id is None else users.get(connection, waiting.user_id)
        if waiting.answer != _APPROVED or user is None or not user.active:
            return DeviceDeniedError("This device was not let in.")
        device = waiting.client or waiting.device
        pair = self._credentials.begin_family(
            connection, user.id, address=by.address, device=device, scopes=waiting.scopes
        )
        tell_sign_in(self._audit, connection, user, method="device", by=by)
        return pair


def _insist_on_a_page(by: Actor, found: Found) -> None:
    """A program must not let others in, whatever its person may."""
    require(by, Act.MANAGE_ONESELF)
    if found.session is None or found.session.kind != "page":
        raise ForbiddenError("Approve a device on the page for it, signed in there.")


def _code_hash(user_code: str) -> str:
    """What is kept of the code, however it was typed."""
    return tokens.hashed("".join(each for each in user_code.upper() if each in _LETTERS)[:64])
