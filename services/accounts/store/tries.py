"""Tries to sign in, counted for each account, each name that nobody has, and each address."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from services.accounts.tables import tries
from services.database.insert import Insert


@dataclass(frozen=True, kw_only=True)
class Tries:
    """What has been counted."""

    count: int
    began_at: int
    locked_until: int | None
    locks: int
    """How often in a row it has been locked."""


def held(connection: Connection, subject: str, *, insert: Insert, now: int) -> Tries:
    """What has been counted; whoever else counts the same waits until the transaction ends."""
    row = insert(tries).values(subject=subject, count=0, began_at=now, locks=0)
    same = row.on_conflict_do_update(index_elements=["subject"], set_={"locks": tries.c.locks})
    connection.execute(same)
    found = connection.execute(select(tries).where(tries.c.subject == subject)).mappings().one()
    return Tries(
        count=found["count"], began_at=found["began_at"], locked_until=found["locked_until"], locks=found["locks"]
    )


def write(connection: Connection, subject: str, counted: Tries) -> None:
    """Write what has been counted."""
    values = {"began_at": counted.began_at, "locked_until": counted.locked_until, "locks": counted.locks}
    connection.execute(update(tries).where(tries.c.subject == subject).values(count=counted.count, **values))


def forget(connection: Connection, subject: str) -> None:
    """Begin to count anew."""
    connection.execute(delete(tries).where(tries.c.subject == subject))


def locked_until(connection: Connection, subject: str, *, now: int) -> int | None:
    """Until when it is locked, if it is."""
    return connection.scalar(select(tries.c.locked_until).where(tries.c.subject == subject, tries.c.locked_until > now))


def sweep(connection: Connection, *, before: int) -> int:
    """Forget what began before and is not locked any more; returns how many."""
    over = (tries.c.began_at < before) & (tries.c.locked_until.is_(None) | (tries.c.locked_until < before))
    return connection.execute(delete(tries).where(over)).rowcount
