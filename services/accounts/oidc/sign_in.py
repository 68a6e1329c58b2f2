"""Signing in at the provider, from the first step to the session; and signing out there, too."""

import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from services.accounts import tokens
from services.accounts.announcing import as_person, tell_sign_in
from services.accounts.credentials import Credentials, Found
from services.accounts.errors import (
    ProviderAwayError,
    ProviderNotBelievedError,
    ProviderRefusedError,
    SignInExpiredError,
)
from services.accounts.oidc import flow, store
from services.accounts.oidc.admission import Admission, OwnerMustConfirm
from services.accounts.oidc.client import ProviderClient
from services.accounts.oidc.flow import Flow, FlowSeals, Unconfirmed
from services.accounts.oidc.id_token import Expected, Identity, NotBelieved, read_id_token
from services.accounts.oidc.provider import Provider, not_believed
from services.accounts.store import users
from services.accounts.user import User
from services.actors.actor import Actor
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.errors import DatabaseConflictError
from services.errors import ReelgateError
from services.live_settings.live_settings import LiveSettings
from services.secrets import SecretKeys

log = logging.getLogger(__name__)

_SCOPE = "openid profile email"
_EXPIRED = "This sign-in was begun in another browser, too long ago, or has been finished already. Begin once more."
_REFUSALS = {
    "access_denied": "The sign-in service did not let you in.",
    "login_required": "The sign-in service asks you to sign in there first.",
    "consent_required": "The sign-in service asks for your consent first.",
    "interaction_required": "The sign-in service has a question for you first.",
}


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Where the browser goes, and what it carries along."""

    address: str
    sealed: str


@dataclass(frozen=True, kw_only=True)
class SignedInThere:
    """Somebody has come in: the cookie of the session, and the page to go on to."""

    user: User
    cookie: str
    following: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What came back to us: the parameters of the address, what the browser has carried, and from what device."""

    parameters: Mapping[str, str]
    sealed: str | None
    redirect_uri: str
    device: str


class ProviderSignIn:
    """Raises `ProviderAwayError`, `ProviderNotBelievedError`, `ProviderRefusedError`, `SignInExpiredError`."""

    def __init__(
        self,
        client: ProviderClient,
        database: Database,
        audit: Audit,
        live: LiveSettings,
        *,
        keys: SecretKeys,
        credentials: Credentials,
    ) -> None:
        self.client = client
        self._provider = Provider(client)
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._seals = FlowSeals(keys)
        self._credentials = credentials
        self._admission = Admission(client, audit, live, self._clock)

    def begin(self, *, redirect_uri: str, following: str) -> Begun:
        """The way to the provider."""
        begun = flow.begin(self.client.issuer, following=following)
        query = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": redirect_uri,
            "scope": _SCOPE,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": begun.challenge,
            "code_challenge_method": "S256",
        }
        address = _with_query(self._provider.endpoints().authorization_endpoint, query)
        return Begun(address=address, sealed=self._seals.seal(begun))

    def finish(self, arrival: Arrival, *, by: Actor) -> SignedInThere | str:
        """Who has come in; or, where an account's owner has to confirm it, what the browser carries until then."""
        begun = self._flow_of(arrival)
        identity: Identity | None = None
        try:
            identity = self._identity(begun, arrival)
            try:
                admitted = self._admitted(by, identity, arrival.device)
            except DatabaseConflictError:
                # The same person has come in twice at this moment: the other one has made the account.
                admitted = self._admitted(by, identity, arrival.device)
        except ReelgateError as error:
            self._refuse(by, error, identity)
            raise
        if isinstance(admitted, OwnerMustConfirm):
            return self._seals.seal(_unconfirmed(admitted.user, identity, following=begun.following))
        self._credentials.forget_known()
        user, cookie = admitted
        return SignedInThere(user=user, cookie=cookie, following=begun.following)

    def unconfirmed(self, sealed: str | None) -> Unconfirmed:
        """Who waits for an account's owner to confirm them."""
        waiting = self._seals.open(sealed, Unconfirmed, issuer=self.client.issuer)
        if waiting is None:
            raise SignInExpiredError(_EXPIRED)
        return waiting

    def confirm(self, waiting: Unconfirmed, owner: User, *, by: Actor) -> None:
        """Connect the account: its owner has just come in by password, and carried this along."""
        if owner.id != waiting.user_id:
            raise ProviderRefusedError("This is the password of another account.")
        identity = Identity(
            issuer=waiting.issuer,
            subject=waiting.subject,
            email=waiting.email,
            email_verified=True,
            roles=waiting.roles,
        )
        person = as_person(owner, by)
        try:
            with self._database.writing() as connection:
                self._admission.link(connection, person, identity, owner)
        except DatabaseConflictError as error:
            raise ProviderRefusedError("You are connected with another account already.") from error
        self._credentials.forget_known()

    def has_begun(self, found: Found) -> bool:
        """Whether the person has signed in at the provider for this session."""
        if found.session is None:
            return False
        with self._database.reading() as connection:
            return store.beginner_of(connection, found.session.id) == self.client.issuer

    def sign_out_address(self, *, back_to: str) -> str | None:
        """Where somebody signs out at the provider as well, if there is such a place and it is known."""
        try:
            address = self._provider.endpoints().end_session_endpoint
        except ProviderAwayError:
            return None
        query = {"client_id": self.client.client_id, "post_logout_redirect_uri": back_to}
        return None if address is None else _with_query(address, query)

    def _flow_of(self, arrival: Arrival) -> Flow:
        """The sign-in that this browser has begun and that comes back now, for the first time."""
        begun = self._seals.open(arrival.sealed, Flow, issuer=self.client.issuer)
        state = arrival.parameters.get("state", "")
        if begun is None or not secrets.compare_digest(begun.state.encode(), state.encode("utf-8", "replace")):
            raise SignInExpiredError(_EXPIRED)
        try:
            with self._database.writing() as connection:
                now = self._clock.read_on(connection)
                store.sweep(connection, now=now)
                until = now + 2 * flow.LASTING_SECONDS * 1000
                store.finish(connection, tokens.hashed(state), expires_at=until)
        except DatabaseConflictError as error:
            raise SignInExpiredError(_EXPIRED) from error
        return begun

    def _identity(self, begun: Flow, arrival: Arrival) -> Identity:
        said = arrival.parameters
        # Who answers in the place of the provider that was asked says another name, or none (RFC 9207).
        named = self._provider.endpoints().authorization_response_iss_parameter_supported
        if said.get("iss", None if named else self.client.issuer) != self.client.issuer:
            raise not_believed(NotBelieved("iss of the answer"))
        if "error" in said:
            raise ProviderRefusedError(_REFUSALS.get(said["error"], "The sign-in service did not let you in."))
        code = said.get("code")
        if not code:
            raise not_believed(NotBelieved("no code"))
        given = self._provider.exchange(code, verifier=begun.verifier, redirect_uri=arrival.redirect_uri)
        expected = Expected(
            issuer=self.client.issuer,
            client_id=self.client.client_id,
            nonce=begun.nonce,
            access_token=given.access_token,
            now=time.time(),
        )
        try:
            return read_id_token(given.id_token, expected, key_of=self._provider.key, role_claim=self.client.role_claim)
        except NotBelieved as reason:
            raise not_believed(reason) from reason

    def _admitted(self, by: Actor, identity: Identity, device: str) -> tuple[User, str] | OwnerMustConfirm:
        with self._database.writing() as connection:
            admitted = self._admission.admit(connection, by, identity)
            if isinstance(admitted, OwnerMustConfirm):
                return admitted
            return admitted, self._let_in(connection, by, admitted, device)

    def _let_in(self, connection: Transaction, by: Actor, user: User, device: str) -> str:
        users.change(connection, user.id, {"last_seen_at": self._clock.read_on(connection)})
        cookie = self._credentials.begin_session(connection, user.id, address=by.address, device=device)
        store.begun_by(connection, tokens.hashed(cookie), self.client.issuer)
        tell_sign_in(self._audit, connection, user, method="oidc", by=by)
        return cookie

    def _refuse(self, by: Actor, error: ReelgateError, identity: Identity | None) -> None:
        """Write down who was not let in, so that an administrator can connect them, and what was not believed."""
        details: dict[str, object] = {"method": "oidc", "reason": error.slug}
        if isinstance(error, ProviderAwayError | ProviderNotBelievedError):
            details["what"] = error.reason[:300]
        if identity is not None:
            details |= {"issuer": identity.issuer, "subject": identity.subject, "email": identity.email}
        log.warning("nobody was signed in by OpenID Connect: %s", details)
        self._audit.note("user.login", outcome=AuditOutcome.REFUSED, details=details, by=by)


def _unconfirmed(user: User, identity: Identity, *, following: str) -> Unconfirmed:
    return Unconfirmed(
        issuer=identity.issuer,
        following=following,
        begun_at=time.time(),
        subject=identity.subject,
        email=identity.email or "",
        user_id=user.id,
        roles=identity.roles,
    )


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"
