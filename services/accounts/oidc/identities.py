"""Links of accounts to people at the provider, as administrators see to them."""

from collections.abc import Sequence

from services.accounts import tokens
from services.accounts.errors import AccountTakenError, InvalidAccountError
from services.accounts.oidc import store
from services.accounts.oidc.store import Linked
from services.accounts.store import users
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.errors import DatabaseConflictError
from services.errors import NotFoundError

_LONGEST = 255


class Identities:
    """Reads and changes them. Raises what the policy says, and `NotFoundError`."""

    def __init__(self, database: Database, audit: Audit, *, issuer: str | None) -> None:
        self._database = database
        self._clock = Clock(database)
        self._audit = audit
        self._issuer = issuer

    def of_user(self, user_id: str, *, by: Actor) -> Sequence[Linked]:
        """The account's links, the oldest first."""
        require(by, Act.ADMINISTER)
        with self._database.reading() as connection:
            _insist(connection, user_id)
            return store.of_user(connection, user_id)

    def link(self, user_id: str, subject: str, *, by: Actor) -> Linked:
        """Connect the account with somebody at the provider, by the subject that the audit names."""
        require(by, Act.ADMINISTER)
        if self._issuer is None:
            raise InvalidAccountError("No OpenID provider is set: there is nobody to connect with.")
        if not 0 < len(subject) <= _LONGEST or not subject.isprintable():
            raise InvalidAccountError("The subject is what the provider calls the person.")
        try:
            with self._database.writing() as connection:
                _insist(connection, user_id)
                linked = Linked(
                    id=tokens.new_id(),
                    issuer=self._issuer,
                    subject=subject,
                    user_id=user_id,
                    email=None,
                    role=None,
                    created_at=self._clock.read_on(connection),
                    last_used_at=None,
                )
                store.add(connection, linked)
                details = {"issuer": linked.issuer, "subject": subject}
                target = AuditTarget(kind="user", id=user_id)
                self._audit.write(connection, "user.identity-linked", target=target, details=details, by=by)
        except DatabaseConflictError as error:
            raise AccountTakenError("Another account is connected with this person.") from error
        return linked

    def unlink(self, user_id: str, identity_id: str, *, by: Actor) -> None:
        """Let the link hold no more."""
        require(by, Act.ADMINISTER)
        with self._database.writing() as connection:
            _insist(connection, user_id)
            if not store.remove(connection, identity_id, user_id=user_id):
                raise NotFoundError("The account has no such link.")
            target = AuditTarget(kind="user", id=user_id)
            details = {"identity": identity_id}
            self._audit.write(connection, "user.identity-removed", target=target, details=details, by=by)


def _insist(connection: Transaction, user_id: str) -> None:
    if users.get(connection, user_id) is None:
        raise NotFoundError("There is no such account.")
