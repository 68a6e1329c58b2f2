"""One's own account: preferences, password, sessions and personal tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from services.accounts import passwords, tokens
from services.accounts.credentials import Credentials, Found
from services.accounts.errors import InvalidAccountError
from services.accounts.own_password import OwnPassword
from services.accounts.passwords import Passwords
from services.accounts.store import personal_tokens, sessions, users
from services.accounts.store.personal_tokens import PersonalToken
from services.accounts.store.sessions import SignedIn
from services.accounts.user import Preferences, User
from services.actors.actor import Actor, Scope
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.clock import Clock
from services.database.engine import Database
from services.errors import NotFoundError
from services.events.people import PreferencesUpdated

_MOST_TOKENS = 100
_LONGEST_NAME = 100
_LARGEST_MODULES = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """What a personal token is to be."""

    name: str
    scopes: frozenset[Scope]
    expires_at: int | None


class OwnAccount:
    """What everybody may do with their own. Raises `NotSignedInError` and `ForbiddenError` as the policy says."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        *,
        password: OwnPassword,
        passwords: Passwords,
        credentials: Credentials,
    ) -> None:
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._password = password
        self._passwords = passwords
        self._credentials = credentials

    def prefer(self, user: User, preferences: Preferences, *, modules: str | None = None, by: Actor) -> User:
        """Keep how the person wants the pages; `modules` is a JSON object with a member for each feature."""
        require(by, Act.MANAGE_ONESELF)
        if modules is not None and len(modules.encode()) > _LARGEST_MODULES:
            raise InvalidAccountError(f"The preferences of features take at most {_LARGEST_MODULES} bytes.")
        with self._database.writing() as connection:
            users.prefer(connection, user.id, preferences, modules=modules)
            self._audit.write(
                connection,
                "preferences.updated",
                by=by,
                target=AuditTarget(kind="user", id=user.id),
                event=PreferencesUpdated(user_id=user.id, changed=_changed(user.preferences, preferences)),
            )
            changed = users.get(connection, user.id)
        self._credentials.forget_known()
        return changed or user

    def change_password(self, found: Found, *, old: str, new: str, by: Actor) -> None:
        """Choose another password; everything else that the person is signed in on ends.

        Raises `SignInFailedError` when the old one is wrong, `AccountLockedError` after too many tries.
        """
        require(by, Act.MANAGE_ONESELF)
        user = found.user
        self._password.check(user, old, action="user.password-changed", by=by)
        passwords.check_new(new, names=(user.username, user.email))
        kept = self._passwords.hash(new)
        with self._database.writing() as connection:
            users.change(connection, user.id, {"password": kept})
            sessions.end_all(connection, user.id, but=found.session.id if found.session else None)
            self._audit.write(connection, "user.password-changed", by=by, target=AuditTarget(kind="user", id=user.id))
        self._credentials.forget_known()

    def sessions(self, user: User, *, by: Actor) -> Sequence[SignedIn]:
        """Everything that the person is signed in on, the latest first."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.reading() as connection:
            return sessions.of_user(connection, user.id)

    def end_session(self, user: User, session_id: str, *, by: Actor) -> None:
        """Sign out on one device; raises `NotFoundError`."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.writing() as connection:
            if not sessions.end(connection, session_id, user_id=user.id):
                raise NotFoundError("There is no such session of yours.")
            self._audit.write(connection, "user.session-ended", by=by, target=AuditTarget(kind="user", id=user.id))
        self._credentials.forget_known()

    def end_sessions(self, found: Found, *, but_this: bool, by: Actor) -> int:
        """Sign out everywhere, or everywhere else; returns on how many."""
        require(by, Act.MANAGE_ONESELF)
        kept = found.session.id if but_this and found.session else None
        with self._database.writing() as connection:
            count = sessions.end_all(connection, found.user.id, but=kept)
            target = AuditTarget(kind="user", id=found.user.id)
            self._audit.write(connection, "user.session-ended", by=by, target=target, details={"ended": count})
        self._credentials.forget_known()
        return count

    def tokens(self, user: User, *, by: Actor) -> Sequence[PersonalToken]:
        """The person's tokens, the newest first."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.reading() as connection:
            return personal_tokens.of_user(connection, user.id)

    def new_token(self, user: User, wanted: NewToken, *, by: Actor) -> tuple[PersonalToken, str]:
        """Make a personal token; the text is shown now and never again."""
        require(by, Act.MANAGE_ONESELF)
        name = wanted.name.strip()
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise InvalidAccountError("A token needs a name.", errors=[{"field": "name", "reason": "It is missing."}])
        if not wanted.scopes:
            raise InvalidAccountError("A token needs at least one scope.")
        text = tokens.new_personal_token()
        with self._database.writing() as connection:
            now = self._clock.read_on(connection)
            if wanted.expires_at is not None and wanted.expires_at <= now:
                raise InvalidAccountError("The token would have expired already.")
            if len(personal_tokens.of_user(connection, user.id)) >= _MOST_TOKENS:
                raise InvalidAccountError(f"An account has at most {_MOST_TOKENS} tokens. Delete one first.")
            token = PersonalToken(
                id=tokens.new_id(),
                user_id=user.id,
                name=name,
                scopes=wanted.scopes,
                created_at=now,
                expires_at=wanted.expires_at,
            )
            personal_tokens.add(connection, tokens.hashed(text), token)
            details = {"token": token.id, "scopes": sorted(wanted.scopes)}
            target = AuditTarget(kind="user", id=user.id)
            self._audit.write(connection, "user.token-created", by=by, target=target, details=details)
        return token, text

    def remove_token(self, user: User, token_id: str, *, by: Actor) -> None:
        """Let a token hold no more; raises `NotFoundError`."""
        require(by, Act.MANAGE_ONESELF)
        with self._database.writing() as connection:
            if not personal_tokens.remove(connection, token_id, user_id=user.id):
                raise NotFoundError("There is no such token of yours.")
            target = AuditTarget(kind="user", id=user.id)
            self._audit.write(connection, "user.token-deleted", by=by, target=target, details={"token": token_id})
        self._credentials.forget_known()


def _changed(before: Preferences, after: Preferences) -> dict[str, str | int | bool | None]:
    known = msgspec.to_builtins(before)
    return {name: value for name, value in msgspec.to_builtins(after).items() if known.get(name) != value}
