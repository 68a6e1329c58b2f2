"""The accounts of others, as administrators see to them."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from services.accounts.errors import LastAdminError
from services.accounts.lockout import Lockout
from services.accounts.names import key_of
from services.accounts.store import personal_tokens, sessions, users
from services.accounts.user import User
from services.actors.actor import Actor, Role
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.errors import NoDatabaseError
from services.errors import NotFoundError

_MOST_OWNERS = 500
_BELIEVED_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Person:
    """An account, and until when it is locked."""

    user: User
    locked_until: int | None


@dataclass(frozen=True, kw_only=True)
class AccountChange:
    """What is to change; what is None stays."""

    role: Role | None = None
    active: bool | None = None
    unlock: bool = False
    authorized_modules: tuple[str, ...] | None = None
    all_modules: bool = False


class People:
    """Reads and changes them. Raises what the policy says, and `NotFoundError`."""

    def __init__(self, database: Database, audit: Audit, *, lockout: Lockout, forget_known: Callable[[], None]) -> None:
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._lockout = lockout
        self._forget_known = forget_known
        self._nobody_until = float("-inf")
        self._somebody = False

    def is_anybody_there(self) -> bool:
        """Whether somebody has an account and has been there; that nobody has is believed for half a second."""
        # Once there is an account, there always is: the last administrator stays.
        if not self._somebody and time.monotonic() > self._nobody_until:
            # Where a full or read-only disk has kept the database from being made, there are no accounts.
            with suppress(NoDatabaseError), self._database.reading() as connection:
                self._somebody = users.is_anybody_there(connection)
            self._nobody_until = time.monotonic() + _BELIEVED_SECONDS
        return self._somebody

    def look_again(self) -> None:
        """Believe no more that nobody is there: somebody may have come."""
        self._nobody_until = float("-inf")

    def page(self, *, words: str, after: tuple[int, str] | None, limit: int, by: Actor) -> Sequence[Person]:
        """So many accounts, the oldest first."""
        require(by, Act.ADMINISTER)
        with self._database.reading() as connection:
            found = users.page(connection, after=after, limit=limit, words=key_of(words))
            return [self._person(connection, user) for user in found]

    def get(self, user_id: str, *, by: Actor) -> Person:
        """One account."""
        require(by, Act.ADMINISTER)
        with self._database.reading() as connection:
            return self._person(connection, _found(connection, user_id))

    def by_name(self, name: str, *, by: Actor) -> Person:
        """The account whose name or address is that."""
        require(by, Act.ADMINISTER)
        with self._database.reading() as connection:
            user = users.by_key(connection, key_of(name))
            if user is None:
                raise NotFoundError("There is no such account.")
            return self._person(connection, user)

    def called(self, user_id: str, *, by: Actor) -> str | None:
        """What the account of that id is called, for those who may see what belongs to it; None where it is gone."""
        require(by, Act.LIST)
        with self._database.reading() as connection:
            user = users.get(connection, user_id)
        return None if user is None else user.name

    def id_of(self, named: str, *, by: Actor) -> str | None:
        """The id of the account of that id, or with exactly that name or address; None where there is none."""
        require(by, Act.COLLECT)
        with self._database.reading() as connection:
            user = users.get(connection, named) or users.by_key(connection, key_of(named))
        return None if user is None else user.id

    def owners(self, *, by: Actor) -> Sequence[tuple[str, str]]:
        """To whom a video can be given: their ids and what they are called, the oldest accounts first."""
        require(by, Act.UPLOAD_FOR_OTHERS)
        with self._database.reading() as connection:
            found = users.page(connection, after=None, limit=_MOST_OWNERS, words="")
        return [(user.id, user.name) for user in found if user.active]

    def change(self, user_id: str, change: AccountChange, *, by: Actor) -> Person:
        """Change it; raises `LastAdminError` when nobody would be left who may administer."""
        require(by, Act.ADMINISTER)
        with self._database.writing() as connection:
            others = users.other_admins(connection, user_id)
            users.hold(connection, user_id)
            user = _found(connection, user_id)
            loses = (change.role or user.role) is not Role.ADMIN or change.active is False
            _insist_on_an_admin(user, others=others, loses=loses)
            values, details = self._values(connection, user, change)
            if values:
                users.change(connection, user_id, values)
            if change.active is False:
                sessions.end_all(connection, user_id)
            if change.unlock:
                self._lockout.lift(connection, user_id)
                details["unlocked"] = True
            target = AuditTarget(kind="user", id=user_id)
            self._audit.write(connection, "user.changed", by=by, target=target, details=details)
            person = self._person(connection, _found(connection, user_id))
        self._forget_known()
        return person

    def remove(self, user_id: str, *, by: Actor) -> None:
        """Delete it for good; its videos keep its id. Raises `LastAdminError`."""
        require(by, Act.ADMINISTER)
        with self._database.writing() as connection:
            others = users.other_admins(connection, user_id)
            user = _found(connection, user_id)
            _insist_on_an_admin(user, others=others, loses=True)
            users.remove(connection, user_id)
            details = {"name": user.name}
            self._audit.write(
                connection, "user.deleted", by=by, target=AuditTarget(kind="user", id=user_id), details=details
            )
        self._forget_known()

    def sign_out(self, user_id: str, *, by: Actor) -> None:
        """End everything that the person is signed in on, and the person's tokens."""
        require(by, Act.ADMINISTER)
        with self._database.writing() as connection:
            _found(connection, user_id)
            count = sessions.end_all(connection, user_id) + personal_tokens.remove_all(connection, user_id)
            target = AuditTarget(kind="user", id=user_id)
            self._audit.write(connection, "user.signed-out", by=by, target=target, details={"ended": count})
        self._forget_known()

    def _person(self, connection: Transaction, user: User) -> Person:
        until = self._lockout.locked_until(connection, user.id)
        return Person(user=user, locked_until=until)

    def _values(
        self, connection: Transaction, user: User, change: AccountChange
    ) -> tuple[dict[str, object], dict[str, object]]:
        """What to write into the row, and into the audit."""
        values: dict[str, object] = {}
        details: dict[str, object] = {}
        if change.role is not None and change.role is not user.role:
            values["role"] = change.role.value
            details |= {"role": change.role, "role_before": user.role}
        if change.active is not None and change.active is not user.active:
            values["deactivated_at"] = None if change.active else self._clock.read_on(connection)
            details["active"] = change.active
        if change.all_modules or change.authorized_modules is not None:
            modules = None if change.all_modules else list(change.authorized_modules or ())
            values["authorized_modules"] = None if modules is None else msgspec.json.encode(modules).decode()
            details["authorized_modules"] = modules
        return values, details


def _found(connection: Transaction, user_id: str) -> User:
    user = users.get(connection, user_id)
    if user is None:
        raise NotFoundError("There is no such account.")
    return user


def _insist_on_an_admin(user: User, *, others: int, loses: bool) -> None:
    is_one = user.role is Role.ADMIN and user.active and user.activated_at is not None
    if is_one and loses and not others:
        raise LastAdminError("This is the last account that may administer. Give another one that right first.")
