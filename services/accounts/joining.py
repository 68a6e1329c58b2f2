"""How an account comes to be: invited, made by an administrator, registered, or set up as the very first."""

from collections.abc import Callable
from dataclasses import dataclass

from services.accounts import live_settings, passwords, tokens
from services.accounts.announcing import tell_creation
from services.accounts.errors import (
    AccountTakenError,
    InvalidAccountError,
    InvitationInvalidError,
    RegistrationClosedError,
)
from services.accounts.lockout import subject_of_account, subject_of_codes
from services.accounts.names import checked_email, checked_username, domain_of, key_of
from services.accounts.passwords import Passwords
from services.accounts.store import one_time, personal_tokens, sessions, tries, users
from services.accounts.user import Purpose, User
from services.actors.actor import ANYONE, Actor, Role
from services.actors.errors import NotSignedInError
from services.actors.policy import Act, may, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.errors import DatabaseConflictError
from services.errors import NotFoundError
from services.live_settings.live_settings import LiveSettings

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_SETUP_MINUTES = 10
_RESET_HOURS = 24
_TAKEN = "Somebody has this name or this address already."


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What somebody who wants an account says."""

    username: str | None
    email: str | None
    password: str
    invitation: str | None = None


@dataclass(frozen=True, kw_only=True)
class OneTimeAddress:
    """What lets somebody in once; it is shown now and never again."""

    token: str
    purpose: Purpose
    expires_at: int


class Joining:
    """Makes accounts. Raises `InvalidAccountError`, `AccountTakenError` and what the policy says."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        live: LiveSettings,
        *,
        passwords: Passwords,
        asks_nobody: Callable[[], bool],
        forget_known: Callable[[], None],
    ) -> None:
        """`asks_nobody` says whether whoever comes is an administrator although there are accounts."""
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._live = live
        self._passwords = passwords
        self._asks_nobody = asks_nobody
        self._forget_known = forget_known

    def register(self, wanted: NewAccount, *, by: Actor) -> User:
        """Make an account for who asks: the first one, by an invitation, or as the live setting allows.

        Raises `RegistrationClosedError` and `InvitationInvalidError`.
        """
        username = None if wanted.username is None else checked_username(wanted.username)
        email = None if wanted.email is None else checked_email(wanted.email)
        if username is None and email is None:
            raise InvalidAccountError("An account needs a username or an e-mail address.")
        passwords.check_new(wanted.password, names=(username, email))
        # Nobody makes us hash passwords who has no right to an account.
        with self._database.reading() as connection:
            self._role_for(connection, by, wanted.invitation, email)
        kept = self._passwords.hash(wanted.password)
        try:
            with self._database.writing() as connection:
                user = self._join(connection, by, wanted.invitation, username, email, kept)
                tell_creation(self._audit, connection, user, by=by)
        except DatabaseConflictError as error:
            raise AccountTakenError(_TAKEN) from error
        self._forget_known()
        return user

    def invite(self, *, username: str | None, email: str | None, role: Role, by: Actor) -> tuple[User, OneTimeAddress]:
        """Make an account whose person chooses the password by an address that works once."""
        require(by, Act.ADMINISTER)
        username = None if username is None else checked_username(username)
        email = None if email is None else checked_email(email)
        if username is None and email is None:
            raise InvalidAccountError("An account needs a username or an e-mail address.")
        try:
            with self._database.writing() as connection:
                user = self._add(connection, username=username, email=email, role=role, password=None)
                days = self._live.value(live_settings.INVITATION_DAYS)
                address = self._address(connection, Purpose.INVITATION, user.id, lasting=days * _DAY)
                target = AuditTarget(kind="user", id=user.id)
                self._audit.write(connection, "user.invited", by=by, target=target, details={"role": role})
        except DatabaseConflictError as error:
            raise AccountTakenError(_TAKEN) from error
        return user, address

    def invitation_by_mail(self, user_id: str, *, by: Actor) -> OneTimeAddress:
        """One more address for somebody who is invited: the one that the administrator was shown holds as well."""
        require(by, Act.ADMINISTER)
        with self._database.writing() as connection:
            lasting = self._live.value(live_settings.INVITATION_DAYS) * _DAY
            address = self._address(connection, Purpose.INVITATION, user_id, lasting=lasting, beside_others=True)
            self._audit.write(connection, "user.invitation-sent", target=AuditTarget(kind="user", id=user_id), by=by)
        return address

    def reset_address(self, user_id: str, *, by: Actor) -> OneTimeAddress:
        """An address by which the account's person chooses a new password; raises `NotFoundError`."""
        require(by, Act.ADMINISTER)
        with self._database.writing() as connection:
            if users.get(connection, user_id) is None:
                raise NotFoundError("There is no such account.")
            address = self._address(connection, Purpose.RESET, user_id, lasting=_RESET_HOURS * 60 * _MINUTE)
            self._audit.write(connection, "user.reset-asked", by=by, target=AuditTarget(kind="user", id=user_id))
        return address

    def reset(self, token: str, password: str, *, by: Actor) -> User:
        """Give the account a new password by such an address; everything that was signed in ends."""
        with self._database.reading() as connection:
            purpose, user = self._invited(connection, token)
        if purpose is not Purpose.RESET or user is None:
            raise _invalid_invitation()
        passwords.check_new(password, names=(user.username, user.email))
        kept = self._passwords.hash(password)
        with self._database.writing() as connection:
            users.hold(connection, user.id)
            if not one_time.spend(connection, tokens.hashed(token)):
                raise _invalid_invitation()
            now = self._clock.read_on(connection)
            users.change(connection, user.id, {"password": kept, "activated_at": user.activated_at or now})
            sessions.end_all(connection, user.id)
            personal_tokens.remove_all(connection, user.id)
            tries.forget(connection, subject_of_account(user.id))
            tries.forget(connection, subject_of_codes(user.id))
            self._audit.write(connection, "user.password-reset", target=AuditTarget(kind="user", id=user.id), by=by)
        self._forget_known()
        return user

    def look_up(self, token: str) -> tuple[Purpose, User | None]:
        """What such an address is for, and for whom; raises `InvitationInvalidError`."""
        with self._database.reading() as connection:
            return self._invited(connection, token)

    def setup_address(self) -> OneTimeAddress | None:
        """An address by which the first administrator makes an account; None when somebody has one."""
        with self._database.writing() as connection:
            if users.is_anybody_there(connection):
                return None
            return self._address(connection, Purpose.SETUP, None, lasting=_SETUP_MINUTES * _MINUTE)

    def create_admin(self, *, username: str, email: str | None, password: str, by: Actor) -> User:
        """Make an account that may administer."""
        require(by, Act.ADMINISTER)
        username = checked_username(username)
        email = None if email is None else checked_email(email)
        passwords.check_new(password, names=(username, email))
        kept = self._passwords.hash(password)
        try:
            with self._database.writing() as connection:
                user = self._add(connection, username=username, email=email, role=Role.ADMIN, password=kept)
                one_time.drop(connection, Purpose.SETUP)
                tell_creation(self._audit, connection, user, by=by)
        except DatabaseConflictError as error:
            raise AccountTakenError(_TAKEN) from error
        self._forget_known()
        return user

    def _join(
        self,
        connection: Transaction,
        by: Actor,
        invitation: str | None,
        username: str | None,
        email: str | None,
        password: str,
    ) -> User:
        if not users.is_anybody_there(connection):
            # Two who come first at once must not both be the first.
            users.wait_for_others(connection)
        role, invited = self._role_for(connection, by, invitation, email)
        if invited is not None:
            users.hold(connection, invited.id)
        if invitation is not None and not one_time.spend(connection, tokens.hashed(invitation)):
            raise _invalid_invitation()
        if invited is None:
            return self._add(connection, username=username, email=email, role=role, password=password)
        values: dict[str, object] = {"password": password, "activated_at": self._clock.read_on(connection)}
        if username is not None:
            values |= {"username": username, "username_key": key_of(username)}
        if invited.email is None and email is not None:
            values |= {"email": email, "email_key": key_of(email)}
        users.change(connection, invited.id, values)
        # Whoever has another letter with an invitation must not choose another password by it.
        one_time.drop_of(connection, invited.id)
        joined = users.get(connection, invited.id)
        if joined is None:
            raise _invalid_invitation()
        return joined

    def _role_for(
        self, connection: Transaction, by: Actor, invitation: str | None, email: str | None
    ) -> tuple[Role, User | None]:
        """What the new account may do, and whose invitation it was."""
        if invitation is not None:
            return self._role_by_address(connection, invitation, email)
        if may(by, Act.ADMINISTER):
            if not users.is_anybody_there(connection):
                return Role.ADMIN, None
            if by.id != ANYONE.id or self._asks_nobody():
                return Role.USER, None
            raise NotSignedInError("Somebody has made the first account. Sign in to go on.")
        domains = self._live.value(live_settings.REGISTRATION_DOMAINS)
        is_ours = not domains or (email is not None and domain_of(email) in domains)
        if self._live.value(live_settings.REGISTRATION) == "open" and is_ours:
            return Role.USER, None
        raise RegistrationClosedError("New accounts are made by invitation. Ask an administrator for one.")

    def _role_by_address(self, connection: Transaction, token: str, email: str | None) -> tuple[Role, User | None]:
        purpose, user = self._invited(connection, token)
        if purpose is Purpose.SETUP and not users.is_anybody_there(connection):
            return Role.ADMIN, None
        if purpose is not Purpose.INVITATION or user is None or not user.active:
            raise _invalid_invitation()
        if self._live.value(live_settings.REGISTRATION) == "closed":
            raise RegistrationClosedError("No accounts are made here at present.")
        if email is not None and user.email is not None and key_of(email) != key_of(user.email):
            raise InvitationInvalidError("This invitation was made for another e-mail address.")
        return user.role, user

    def _invited(self, connection: Transaction, token: str) -> tuple[Purpose, User | None]:
        found = one_time.find(connection, tokens.hashed(token), now=self._clock.read_on(connection))
        if found is None:
            raise _invalid_invitation()
        purpose, user_id = found
        return purpose, None if user_id is None else users.get(connection, user_id)

    def _add(
        self, connection: Transaction, *, username: str | None, email: str | None, role: Role, password: str | None
    ) -> User:
        now = self._clock.read_on(connection)
        user = User(
            id=tokens.new_id(),
            username=username,
            email=email,
            role=role,
            created_at=now,
            password=password,
            activated_at=None if password is None else now,
        )
        keys = {
            "username_key": None if username is None else key_of(username),
            "email_key": None if email is None else key_of(email),
        }
        users.add(connection, user, **keys)
        return user

    def _address(
        self,
        connection: Transaction,
        purpose: Purpose,
        user_id: str | None,
        *,
        lasting: int,
        beside_others: bool = False,
    ) -> OneTimeAddress:
        token, now = tokens.new_token(), self._clock.read_on(connection)
        hashed, until = tokens.hashed(token), now + lasting
        if user_id is not None:
            users.hold(connection, user_id)
        if not beside_others:
            one_time.drop_same(connection, purpose=purpose, user_id=user_id)
        one_time.put(connection, hashed, purpose=purpose, user_id=user_id, now=now, expires_at=until)
        return OneTimeAddress(token=token, purpose=purpose, expires_at=until)


def _invalid_invitation() -> InvitationInvalidError:
    return InvitationInvalidError("This address does not work any more: it was used, or its time is over.")
