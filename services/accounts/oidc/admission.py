"""Whom a provider's word lets in: by a link, by an invitation, as somebody new; and when an account's owner is asked.

An address is worth something only where the provider vouches for it, and even then the account behind it is opened by
its owner's password alone: whoever decides about addresses there must not decide about accounts here.
"""

import secrets
from dataclasses import dataclass

from services.accounts import live_settings, tokens
from services.accounts.announcing import tell_creation
from services.accounts.errors import InvalidAccountError, ProviderRefusedError, RegistrationClosedError
from services.accounts.names import checked_email, checked_username, domain_of, key_of
from services.accounts.oidc import store
from services.accounts.oidc.client import ProviderClient
from services.accounts.oidc.id_token import Identity
from services.accounts.oidc.store import Linked
from services.accounts.store import one_time, users
from services.accounts.user import User
from services.actors.actor import Actor, Role
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome, AuditTarget
from services.database.clock import Clock
from services.database.engine import Transaction
from services.live_settings.live_settings import LiveSettings

_STRONGEST_FIRST = (Role.ADMIN, Role.MANAGER, Role.USER, Role.READONLY)


@dataclass(frozen=True, kw_only=True)
class OwnerMustConfirm:
    """There is an account with the person's address, and its owner has to say that it is theirs."""

    user: User


class Admission:
    """Decides, in the transaction of the sign-in. Raises `ProviderRefusedError` and `RegistrationClosedError`."""

    def __init__(self, client: ProviderClient, audit: Audit, live: LiveSettings, clock: Clock) -> None:
        self._client = client
        self._audit = audit
        self._live = live
        self._clock = clock

    def admit(self, connection: Transaction, by: Actor, identity: Identity) -> User | OwnerMustConfirm:
        """The account of the person, as it is from now on."""
        linked = store.find(connection, issuer=identity.issuer, subject=identity.subject)
        if linked is not None:
            return self._known(connection, by, identity, linked)
        same = None if identity.email is None else users.by_key(connection, key_of(identity.email))
        if same is None:
            return self._newcomer(connection, by, identity)
        if identity.verified_email is None:
            raise ProviderRefusedError(
                "There is an account with this address here, and the sign-in service does not vouch for it that the "
                "address is yours. Sign in by password, or ask an administrator to connect the two."
            )
        if not same.active:
            raise _not_active()
        if same.activated_at is None and same.password is None:
            return self._invited(connection, by, identity, same)
        return OwnerMustConfirm(user=same)

    def link(self, connection: Transaction, by: Actor, identity: Identity, user: User) -> User:
        """Connect the account with the person; raises `DatabaseConflictError` when another one is."""
        role = self._role_in(identity)
        now = self._clock.read_on(connection)
        store.add(
            connection,
            Linked(
                id=tokens.new_id(),
                issuer=identity.issuer,
                subject=identity.subject,
                user_id=user.id,
                email=identity.email,
                role=role,
                created_at=now,
                last_used_at=None,
            ),
        )
        details = {"issuer": identity.issuer, "subject": identity.subject}
        target = AuditTarget(kind="user", id=user.id)
        self._audit.write(connection, "user.identity-linked", target=target, details=details, by=by)
        return user if role is None else self._with_role(connection, by, user, role)

    def _known(self, connection: Transaction, by: Actor, identity: Identity, linked: Linked) -> User:
        user = users.get(connection, linked.user_id)
        if user is None or not user.active:
            raise _not_active()
        role, now = self._role_in(identity), self._clock.read_on(connection)
        # Where the provider has given a role and now names none, it has taken it back.
        wanted = role or (Role.READONLY if self._client.role_claim and linked.role is not None else None)
        store.used(connection, linked, email=identity.email, role=wanted and (role or Role.READONLY), now=now)
        return user if wanted is None else self._with_role(connection, by, user, wanted)

    def _invited(self, connection: Transaction, by: Actor, identity: Identity, user: User) -> User:
        if self._live.value(live_settings.REGISTRATION) == "closed":
            raise RegistrationClosedError("No accounts are made here at present.")
        users.change(connection, user.id, {"activated_at": self._clock.read_on(connection)})
        one_time.drop_of(connection, user.id)
        return self.link(connection, by, identity, users.get(connection, user.id) or user)

    def _newcomer(self, connection: Transaction, by: Actor, identity: Identity) -> User:
        if not users.is_anybody_there(connection):
            users.wait_for_others(connection)
        user = User(
            id=tokens.new_id(),
            username=_free_name(connection, identity),
            email=_checked(identity.verified_email),
            role=self._role_of_newcomer(connection, identity),
            created_at=self._clock.read_on(connection),
            activated_at=self._clock.read_on(connection),
        )
        keys = {
            "username_key": None if user.username is None else key_of(user.username),
            "email_key": None if user.email is None else key_of(user.email),
        }
        users.add(connection, user, **keys)
        tell_creation(self._audit, connection, user, by=by, issuer=identity.issuer)
        return self.link(connection, by, identity, user)

    def _role_of_newcomer(self, connection: Transaction, identity: Identity) -> Role:
        registration, role = self._live.value(live_settings.REGISTRATION), self._role_in(identity)
        if not users.is_anybody_there(connection):
            # After the first account nobody is asked to set up another one: it must be able to.
            if role is Role.ADMIN:
                return role
            raise RegistrationClosedError("There is no account here yet. The first one must be an administrator's.")
        if registration == "closed":
            raise RegistrationClosedError("No accounts are made here at present.")
        if role is not None:
            return role
        domains, email = self._live.value(live_settings.REGISTRATION_DOMAINS), identity.verified_email
        if registration == "open" and (not domains or (email is not None and domain_of(email) in domains)):
            return Role.USER
        raise RegistrationClosedError("There is no account for you here yet. Ask an administrator to invite you.")

    def _role_in(self, identity: Identity) -> Role | None:
        """The strongest of our roles that the provider's word names."""
        given = {each.upper() for each in identity.roles} if self._client.role_claim else set()
        return next((each for each in _STRONGEST_FIRST if each.value in given), None)

    def _with_role(self, connection: Transaction, by: Actor, user: User, role: Role) -> User:
        if role is user.role:
            return user
        target, details = AuditTarget(kind="user", id=user.id), dict[str, object](role=role, role_before=user.role)
        if user.role is Role.ADMIN and user.activated_at is not None and not users.other_admins(connection, user.id):
            # Nobody would be left who could give the right back.
            details["reason"] = "last-admin"
            self._audit.write(
                connection, "user.changed", target=target, outcome=AuditOutcome.REFUSED, details=details, by=by
            )
            return user
        users.change(connection, user.id, {"role": role.value})
        self._audit.write(connection, "user.changed", target=target, details=details, by=by)
        return users.get(connection, user.id) or user


def _free_name(connection: Transaction, identity: Identity) -> str | None:
    """A username that nobody has, as near as possible to what the person is called there."""
    for text in (identity.username, identity.email):
        letters = "".join(each for each in (text or "").partition("@")[0] if each.isalnum() or each in "._-")[:40]
        try:
            name = checked_username(letters)
        except InvalidAccountError:
            continue
        free = users.by_key(connection, key_of(name)) is None
        return name if free else f"{name}-{secrets.token_hex(4)}"
    return f"person-{secrets.token_hex(4)}"


def _checked(email: str | None) -> str | None:
    try:
        return None if email is None else checked_email(email)
    except InvalidAccountError:
        return None


def _not_active() -> ProviderRefusedError:
    return ProviderRefusedError("Your account here is not active. Ask an administrator.")
