"""Proving once more who somebody is, before what lets people in can be changed."""

from services.accounts import live_settings
from services.accounts.credentials import Credentials, Found
from services.accounts.errors import FreshSignInNeededError, SecondFactorWrongError
from services.accounts.factors.proofs import Proof, Proofs
from services.accounts.own_password import OwnPassword
from services.accounts.store import users
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome, AuditTarget
from services.database.clock import Clock
from services.database.engine import Database
from services.errors import ReelgateError
from services.live_settings.live_settings import LiveSettings

_MINUTE = 60_000
_ACTION = "user.confirmed"


class Confirming:
    """Says whether a sign-in is fresh, and makes it so."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        live: LiveSettings,
        *,
        password: OwnPassword,
        proofs: Proofs,
        credentials: Credentials,
    ) -> None:
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._live = live
        self._password = password
        self._proofs = proofs
        self._credentials = credentials

    def is_fresh(self, found: Found) -> bool:
        """Whether the person has proved a moment ago who they are; a personal token never does."""
        if found.session is None:
            return False
        proved = found.session.proved_at or found.session.created_at
        return self._clock.read() - proved <= self._live.value(live_settings.FRESH_MINUTES) * _MINUTE

    def require_fresh(self, found: Found) -> None:
        """Raise `FreshSignInNeededError` unless the person has."""
        if not self.is_fresh(found):
            raise FreshSignInNeededError("Confirm with your password or a second factor that it is you.")

    def prove(self, found: Found, *, password: str | None, proof: Proof | None, by: Actor) -> None:
        """Look whether the password, or the proof, is right.

        Raises `SignInFailedError`, `SecondFactorWrongError`, `PasskeyRefusedError` and `AccountLockedError`, and
        `FreshSignInNeededError` where neither is given.
        """
        require(by, Act.MANAGE_ONESELF)
        if password is not None:
            self._password.check(found.user, password, action=_ACTION, by=by)
            return
        if proof is None:
            raise FreshSignInNeededError("Give your password or a code.")
        target = AuditTarget(kind="user", id=found.user.id)
        try:
            self._proofs.count(found.user, proof)
            with self._database.writing() as connection:
                user = users.get(connection, found.user.id)
                if user is None:
                    raise SecondFactorWrongError("There is no such account any more.")
                method = self._proofs.take(connection, user, proof)
                self._audit.write(connection, _ACTION, target=target, details={"method": method}, by=by)
        except ReelgateError as error:
            details = {"reason": error.slug}
            self._audit.note(_ACTION, target=target, outcome=AuditOutcome.REFUSED, details=details, by=by)
            raise

    def confirm(self, found: Found, *, password: str | None, proof: Proof | None, by: Actor) -> str | None:
        """Let the sign-in be fresh from now on; raises as `prove` does.

        Returns the new cookie of a page's session: who knew the one before does not come along.
        """
        self.prove(found, password=password, proof=proof, by=by)
        return self._credentials.renew(found, proved=True)
