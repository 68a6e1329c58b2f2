"""What requests bring along to say who they are from: sessions of pages, tokens of programs, personal tokens.

Each request would ask the database the same, so what was found is believed for a second: that is how long something
that has been ended elsewhere goes on here.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from services.accounts import live_settings, tokens
from services.accounts.store import one_time, personal_tokens, rights, sessions, tries, users
from services.accounts.store.personal_tokens import PersonalToken
from services.accounts.store.sessions import SignedIn
from services.accounts.user import User
from services.actors.actor import NO_SHARES, Actor, ActorKind, Scope, Shares
from services.actors.errors import NotSignedInError
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome, AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.errors import DatabaseUnavailableError
from services.errors import ReelgateError
from services.events.people import UserLogout
from services.live_settings.live_settings import LiveSettings
from services.secrets import SecretKeys

log = logging.getLogger(__name__)

_KNOWN_SECONDS = 1.0
_MOST_KNOWN = 10_000
_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_REFRESH_DAYS = 7
_LONGEST_DEVICE = 300

FindShares = Callable[[Transaction, str], Shares]
"""Says by which collections the person of that id sees or changes videos."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Who a request is from, and by what they came."""

    user: User
    session: SignedIn | None = None
    token: PersonalToken | None = None
    shares: Shares = NO_SHARES

    def actor(self) -> Actor:
        """The person, or the program with the person's token."""
        user, modules = self.user, self.user.authorized_modules
        by = self.token or self.session
        scopes = None if by is None else by.scopes
        return Actor(
            kind=ActorKind.PERSON if scopes is None else ActorKind.TOKEN,
            id=user.id,
            name=user.name,
            role=user.role,
            scopes=scopes,
            views=self.shares.views,
            edits=self.shares.edits,
            modules=None if modules is None else frozenset(modules),
            token=self.token.id if self.token else None,
        )


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """What a program gets when it signs in."""

    access_token: str
    refresh_token: str


class Credentials:
    """Makes, finds and ends them. Raises `DatabaseUnavailableError` when the database fails."""

    def __init__(self, database: Database, audit: Audit, live: LiveSettings, keys: SecretKeys) -> None:
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._live = live
        self._keys = keys
        self._known: dict[str, tuple[float, Found | None]] = {}
        self._lock = threading.Lock()
        self._shares: FindShares = lambda _connection, _person: NO_SHARES

    def know_shares(self, find: FindShares) -> None:
        """Let `find` say by which collections a person sees or changes videos."""
        self._shares = find

    def with_shares(self, *, by: Actor) -> Actor:
        """Somebody who has no account here, with what is shared with them now; with nothing where that is not known."""
        try:
            with self._database.reading() as connection:
                shares = self._shares(connection, by.id)
        except DatabaseUnavailableError as error:
            log.warning("what is shared with %s is not known: %s", by.id, error)
            shares = NO_SHARES
        return replace(by, views=shares.views, edits=shares.edits)

    def forget_known(self) -> None:
        """Ask the database anew from now on, in this process: something has been changed here."""
        with self._lock:
            self._known.clear()

    def note_other_rights(self, connection: Transaction) -> None:
        """Say that somebody has lost or got a right, in the transaction in which that happens."""
        rights.changed(connection)

    def rights(self, *, by: Actor) -> str | None:
        """A mark that is another one whenever somebody has lost or got a right, on any instance."""
        require(by, Act.MANAGE)
        with self._database.reading() as connection:
            return rights.mark(connection)

    def as_now(self, *, by: Actor) -> Actor:
        """Somebody with an account who has asked for something before, with the rights of this moment.

        Without any where the account, or the personal token that it was asked by, is no more.
        """
        with self._database.reading() as connection:
            user = users.get(connection, by.id)
            token = personal_tokens.get(connection, by.token) if by.token else None
            ends_at = token.expires_at if token else None
            is_spent = ends_at is not None and ends_at <= self._clock.read_on(connection)
            shares = self._shares(connection, by.id)
        if user is None or not user.active or is_spent or (by.token is not None and token is None):
            return replace(by, role=None, scopes=None, views=frozenset(), edits=frozenset())
        now = Found(user=user, token=token, shares=shares).actor()
        # What a program was let do at most when it signed in still holds.
        scopes = now.scopes if token else by.scopes
        return replace(now, kind=by.kind, scopes=scopes, address=by.address, request_id=by.request_id)

    def of_cookie(self, token: str) -> Found | None:
        """Whose session that is; None when there is none, or it has ended."""
        return self._remembered(tokens.hashed(token), lambda on, key: self._session(on, sessions.find(on, key)))

    def of_bearer(self, token: str) -> Found:
        """Who has sent that Bearer token; raises `NotSignedInError` when it does not hold."""
        found: Found | None = None
        if token.startswith(tokens.PERSONAL_PREFIX):
            if tokens.is_personal_token(token):
                found = self._remembered(tokens.hashed(token), self._personal)
        elif access := tokens.read_access(token, keys=self._keys.for_use("access tokens")):
            found = self._remembered(access.family_id, lambda on, key: self._session(on, sessions.find_family(on, key)))
            if found is not None and found.user.id != access.user_id:
                found = None
        if found is None:
            raise NotSignedInError("The token does not hold any more. Sign in again.")
        return found

    def begin_session(
        self, connection: Transaction, user_id: str, *, address: str | None, device: str, remembered: bool = False
    ) -> str:
        """A new session of the person's; returns what the cookie holds."""
        token, now = tokens.new_token(), self._clock.read_on(connection)
        lasting = self._live.value(live_settings.SESSION_DAYS) * _DAY
        session = _signed_in(user_id, now=now, lasting=lasting, address=address, device=device, kind="page")
        sessions.add(connection, tokens.hashed(token), replace(session, remembered=remembered))
        return token

    def begin_family(
        self,
        connection: Transaction,
        user_id: str,
        *,
        address: str | None,
        device: str,
        scopes: frozenset[Scope] | None = None,
    ) -> TokenPair:
        """The first pair of tokens of a program that the person has signed in with, and lets do that at most."""
        now, lasting = self._clock.read_on(connection), _REFRESH_DAYS * _DAY
        family = _signed_in(user_id, now=now, lasting=lasting, address=address, device=device, kind="program")
        family = replace(family, scopes=scopes)
        sessions.add_family(connection, family)
        return self._pair(connection, user_id, family.id, now=now)

    def refresh(self, refresh_token: str, *, by: Actor) -> TokenPair:
        """The next pair; raises `NotSignedInError`. A token that comes twice was stolen: its family ends."""
        key = tokens.hashed(refresh_token)
        with self._database.writing() as connection:
            pair = self._next_pair(connection, by, key)
        if pair is None:
            self.forget_known()
            raise NotSignedInError("This refresh token has been used before, or has ended. Sign in again.")
        return pair

    def end_by_refresh(self, refresh_token: str, *, by: Actor) -> None:
        """Sign the program out: no token of its family holds any more."""
        with self._database.writing() as connection:
            family_id = sessions.family_of_refresh(connection, tokens.hashed(refresh_token))
            if family_id is not None:
                found = sessions.find_family(connection, family_id)
                sessions.end_family(connection, family_id)
                self._tell_sign_out(connection, found[1].id if found else None, by=by)
        self.forget_known()

    def end_found(self, found: Found, *, by: Actor) -> None:
        """Sign out what the request came by."""
        if found.session is None:
            return
        with self._database.writing() as connection:
            sessions.end(connection, found.session.id, user_id=found.user.id)
            self._tell_sign_out(connection, found.user.id, by=by)
        self.forget_known()

    def _tell_sign_out(self, connection: Transaction, user_id: str | None, *, by: Actor) -> None:
        target = None if user_id is None else AuditTarget(kind="user", id=user_id)
        event = None if user_id is None else UserLogout(user_id=user_id)
        self._audit.write(connection, "user.logout", by=by, target=target, event=event)

    def renew(self, found: Found, *, proved: bool = False) -> str | None:
        """Give a page's session another id and cookie, as whenever its person may do more than before.

        With `proved`, its person has just proved to be there. Returns the cookie; None for what has none.
        """
        if found.session is None:
            return None
        token = tokens.new_token() if found.session.kind == "page" else None
        with self._database.writing() as connection:
            if proved:
                sessions.prove(connection, found.session, now=self._clock.read_on(connection))
            if token is not None:
                hashed = tokens.hashed(token)
                if not sessions.exchange(connection, found.session.id, new_id=tokens.new_id(), new_hash=hashed):
                    raise NotSignedInError("This session has ended. Sign in again.")
        self.forget_known()
        return token

    def sweep(self) -> str:
        """Forget what has ended by itself."""
        with self._database.writing() as connection:
            now = self._clock.read_on(connection)
            idle_before = now - self._live.value(live_settings.SESSION_IDLE_MINUTES) * _MINUTE
            count = sessions.sweep(connection, now=now, idle_before=idle_before)
            count += personal_tokens.sweep(connection, now=now) + one_time.sweep(connection, now=now)
            tries.sweep(connection, before=now - 2 * _DAY)
        return f"{count} sessions and tokens that have ended"

    def _next_pair(self, connection: Transaction, by: Actor, key: str) -> TokenPair | None:
        now = self._clock.read_on(connection)
        family_id = sessions.family_of_refresh(connection, key)
        found = sessions.find_family(connection, family_id) if family_id else None
        if found is None or not found[1].active:
            return None
        family, user = found
        if not sessions.spend_refresh(connection, key, now=now):
            sessions.end_family(connection, family.id)
            target = AuditTarget(kind="user", id=user.id)
            self._audit.write(connection, "user.token-reused", by=by, target=target, outcome=AuditOutcome.REFUSED)
            return None
        sessions.touch(connection, family, now=now, address=by.address)
        return self._pair(connection, user.id, family.id, now=now)

    def _pair(self, connection: Transaction, user_id: str, family_id: str, *, now: int) -> TokenPair:
        refresh_token = tokens.new_token(tokens.REFRESH_PREFIX)
        expires_at = now + _REFRESH_DAYS * _DAY
        sessions.add_refresh(connection, tokens.hashed(refresh_token), family_id=family_id, expires_at=expires_at)
        access = tokens.AccessClaims(user_id=user_id, family_id=family_id)
        signed = tokens.sign_access(access, now=now, keys=self._keys.for_use("access tokens"))
        return TokenPair(access_token=signed, refresh_token=refresh_token)

    def _remembered(self, key: str, find: Callable[[Transaction, str], Found | None]) -> Found | None:
        now = time.monotonic()
        known = self._known.get(key)
        if known is not None and now - known[0] < _KNOWN_SECONDS:
            return known[1]
        with self._database.reading() as connection:
            found = find(connection, key)
            seen = self._is_worth_noting(connection, found)
        if seen and found is not None:
            self._note_use(found)
        with self._lock:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = (now, found)
        return found

    def _session(self, connection: Transaction, row: tuple[SignedIn, User] | None) -> Found | None:
        if row is None or not row[1].active:
            return None
        session, user = row
        now = self._clock.read_on(connection)
        idle = self._live.value(live_settings.SESSION_IDLE_MINUTES) * _MINUTE
        if session.expires_at <= now or (session.kind == "page" and now - session.seen_at > idle):
            return None
        return Found(user=user, session=session, shares=self._shares(connection, user.id))

    def _personal(self, connection: Transaction, key: str) -> Found | None:
        row = personal_tokens.find(connection, key)
        if row is None or not row[1].active:
            return None
        token, user = row
        if token.expires_at is not None and token.expires_at <= self._clock.read_on(connection):
            return None
        return Found(user=user, token=token, shares=self._shares(connection, user.id))

    def _is_worth_noting(self, connection: Transaction, found: Found | None) -> bool:
        """Whether the last use that is written down is a minute old: not each one is worth a write."""
        if found is None:
            return False
        seen = found.session.seen_at if found.session else found.token.last_used_at if found.token else None
        return seen is None or self._clock.read_on(connection) - seen > _MINUTE

    def _note_use(self, found: Found) -> None:
        # Nobody has to wait, or is refused, because that cannot be written just now.
        with contextlib.suppress(ReelgateError), self._database.writing() as connection:
            now = self._clock.read_on(connection)
            if found.session is not None:
                sessions.touch(connection, found.session, now=now, address=found.session.address)
            elif found.token is not None:
                personal_tokens.touch(connection, found.token, now=now)


def _signed_in(
    user_id: str, *, now: int, lasting: int, address: str | None, device: str, kind: Literal["page", "program"]
) -> SignedIn:
    return SignedIn(
        id=tokens.new_id(),
        user_id=user_id,
        created_at=now,
        seen_at=now,
        expires_at=now + lasting,
        address=address,
        device=device[:_LONGEST_DEVICE],
        kind=kind,
        proved_at=now,
    )
