"""Which account somebody has whom an OpenID provider knows, and which sign-ins have come back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from services.accounts.oidc.tables import finished_sign_ins, identities
from services.accounts.tables import sessions
from services.actors.actor import Role


@dataclass(frozen=True, kw_only=True)
class Linked:
    """An account's link to somebody at a provider."""

    id: str
    issuer: str
    subject: str
    user_id: str
    email: str | None
    """The address that the provider named last."""
    role: Role | None
    """The role that the provider named last, if it named one."""
    created_at: int
    last_used_at: int | None


def find(connection: Connection, *, issuer: str, subject: str) -> Linked | None:
    """The link of that person."""
    same = (identities.c.issuer == issuer) & (identities.c.subject == subject)
    row = connection.execute(select(identities).where(same)).mappings().first()
    return None if row is None else _linked(row)


def of_user(connection: Connection, user_id: str) -> Sequence[Linked]:
    """The account's links, the oldest first."""
    statement = select(identities).where(identities.c.user_id == user_id)
    return [_linked(row) for row in connection.execute(statement.order_by(identities.c.created_at)).mappings()]


def add(connection: Connection, linked: Linked) -> None:
    """Write a link; raises `DatabaseConflictError` where that person has an account already."""
    names = ("id", "issuer", "subject", "user_id", "email", "role", "created_at", "last_used_at")
    connection.execute(insert(identities).values({name: getattr(linked, name) for name in names}))


def used(connection: Connection, linked: Linked, *, email: str | None, role: Role | None, now: int) -> None:
    """Write down that somebody has come by it."""
    values = {"email": email, "role": role, "last_used_at": now}
    connection.execute(update(identities).where(identities.c.id == linked.id).values(values))


def remove(connection: Connection, identity_id: str, *, user_id: str) -> bool:
    """Delete one of the account's; False when there is none with that id."""
    mine = (identities.c.id == identity_id) & (identities.c.user_id == user_id)
    return connection.execute(delete(identities).where(mine)).rowcount > 0


def finish(connection: Connection, state_hash: str, *, expires_at: int) -> None:
    """Let a sign-in come back once; raises `DatabaseConflictError` the second time."""
    connection.execute(insert(finished_sign_ins).values(state_hash=state_hash, expires_at=expires_at))


def begun_by(connection: Connection, token_hash: str, issuer: str) -> None:
    """Write down that the session with that token was begun at this provider."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(provider=issuer))


def beginner_of(connection: Connection, session_id: str) -> str | None:
    """The provider at which a session was begun, if it was."""
    return connection.scalar(select(sessions.c.provider).where(sessions.c.id == session_id))


def sweep(connection: Connection, *, now: int) -> int:
    """Forget sign-ins that could not come back any more anyway; returns how many."""
    return connection.execute(delete(finished_sign_ins).where(finished_sign_ins.c.expires_at <= now)).rowcount


def _linked(row: RowMapping) -> Linked:
    return Linked(
        id=row["id"],
        issuer=row["issuer"],
        subject=row["subject"],
        user_id=row["user_id"],
        email=row["email"],
        role=None if row["role"] is None else Role(row["role"]),
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
    )
