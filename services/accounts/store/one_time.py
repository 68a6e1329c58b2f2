"""Addresses that work once: invitations, resets, the set-up."""

from sqlalchemy import Connection, delete, insert, select

from services.accounts.tables import one_time_addresses as addresses
from services.accounts.user import Purpose


def put(
    connection: Connection, token_hash: str, *, purpose: Purpose, user_id: str | None, now: int, expires_at: int
) -> None:
    """Keep one."""
    row = {"token_hash": token_hash, "purpose": purpose.value, "user_id": user_id}
    connection.execute(insert(addresses).values(**row, created_at=now, expires_at=expires_at))


def drop_same(connection: Connection, *, purpose: Purpose, user_id: str | None) -> None:
    """Let those before for the same person and purpose work no more."""
    same = (addresses.c.purpose == purpose.value) & (
        addresses.c.user_id.is_(None) if user_id is None else addresses.c.user_id == user_id
    )
    connection.execute(delete(addresses).where(same))


def find(connection: Connection, token_hash: str, *, now: int) -> tuple[Purpose, str | None] | None:
    """What it is for, and for whom; None when it does not work."""
    row = connection.execute(
        select(addresses.c.purpose, addresses.c.user_id).where(
            addresses.c.token_hash == token_hash, addresses.c.expires_at > now
        )
    ).first()
    return None if row is None else (Purpose(row.purpose), row.user_id)


def spend(connection: Connection, token_hash: str) -> bool:
    """Use it up; False when somebody was faster."""
    return connection.execute(delete(addresses).where(addresses.c.token_hash == token_hash)).rowcount == 1


def drop(connection: Connection, purpose: Purpose) -> None:
    """Let all of that purpose work no more."""
    connection.execute(delete(addresses).where(addresses.c.purpose == purpose.value))


def sweep(connection: Connection, *, now: int) -> int:
    """Forget those whose time is over; returns how many."""
    return connection.execute(delete(addresses).where(addresses.c.expires_at <= now)).rowcount


def drop_of(connection: Connection, user_id: str) -> None:
    """Let all that were made for this account work no more."""
    connection.execute(delete(addresses).where(addresses.c.user_id == user_id))
