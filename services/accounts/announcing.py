"""What the audit and everybody who listens are told of people, in the transaction in which it happens."""

from dataclasses import replace

from services.accounts.credentials import Found
from services.accounts.user import User
from services.actors.actor import Actor
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.engine import Transaction
from services.events.people import UserCreated, UserLogin


def as_person(user: User, by: Actor) -> Actor:
    """The person that a request turns out to be from."""
    return replace(Found(user=user).actor(), address=by.address, request_id=by.request_id)


def tell_sign_in(audit: Audit, connection: Transaction, user: User, *, method: str, by: Actor) -> None:
    """Somebody has come in."""
    audit.write(
        connection,
        "user.login",
        by=as_person(user, by),
        target=AuditTarget(kind="user", id=user.id),
        details={"method": method},
        event=UserLogin(user_id=user.id, method=method),
    )


def tell_creation(audit: Audit, connection: Transaction, user: User, *, by: Actor, **details: str) -> None:
    """There is an account more."""
    audit.write(
        connection,
        "user.created",
        by=by,
        target=AuditTarget(kind="user", id=user.id),
        details={"role": user.role, **details},
        event=UserCreated(user_id=user.id, username=user.name, role=user.role),
    )
