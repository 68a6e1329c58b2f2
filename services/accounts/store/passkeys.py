"""Passkeys, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from services.accounts.store.users import user_of
from services.accounts.tables import passkeys, users
from services.accounts.user import User


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """One key of a person's."""

    id: str
    credential_id: str
    """The name that the key itself bears, in base64url."""
    user_id: str
    name: str
    host: str
    """The site that it was made for, by its name alone."""
    public_key: str
    """As fido2 keeps it, in base64."""
    counter: int
    created_at: int
    last_used_at: int | None = None


def add(connection: Connection, passkey: Passkey) -> None:
    """Write a new one; raises `DatabaseConflictError` where the key is known already."""
    names = ("id", "credential_id", "user_id", "name", "host", "public_key", "counter", "created_at")
    connection.execute(insert(passkeys).values({name: getattr(passkey, name) for name in names}))


def find(connection: Connection, credential_id: str) -> tuple[Passkey, User] | None:
    """The key of that name, and whose it is."""
    joined = select(passkeys, users).join_from(passkeys, users, passkeys.c.user_id == users.c.id)
    row = connection.execute(joined.where(passkeys.c.credential_id == credential_id)).mappings().first()
    return None if row is None else (_passkey(row), user_of(row))


def of_user(connection: Connection, user_id: str) -> Sequence[Passkey]:
    """The person's keys, the newest first."""
    statement = select(passkeys).where(passkeys.c.user_id == user_id)
    newest = statement.order_by(passkeys.c.created_at.desc(), passkeys.c.id)
    return [_passkey(row) for row in connection.execute(newest).mappings()]


def use(connection: Connection, passkey: Passkey, *, counter: int, now: int) -> bool:
    """Write down that it was used; False when its counter has not gone on, as it does wherever a key counts."""
    goes_on = (passkeys.c.counter < counter) if counter else (passkeys.c.counter == 0)
    used = update(passkeys).where(passkeys.c.id == passkey.id, goes_on).values(counter=counter, last_used_at=now)
    return connection.execute(used).rowcount == 1


def rename(connection: Connection, passkey_id: str, *, user_id: str, name: str) -> Passkey | None:
    """Call it by another name; None when the person has none with that id."""
    mine = (passkeys.c.id == passkey_id) & (passkeys.c.user_id == user_id)
    connection.execute(update(passkeys).where(mine).values(name=name))
    row = connection.execute(select(passkeys).where(mine)).mappings().first()
    return None if row is None else _passkey(row)


def remove(connection: Connection, passkey_id: str, *, user_id: str) -> bool:
    """Forget one of the person's; False when there is none with that id."""
    mine = (passkeys.c.id == passkey_id) & (passkeys.c.user_id == user_id)
    return connection.execute(delete(passkeys).where(mine)).rowcount > 0


def remove_all(connection: Connection, user_id: str) -> int:
    """Forget all of the person's; returns how many."""
    return connection.execute(delete(passkeys).where(passkeys.c.user_id == user_id)).rowcount


def _passkey(row: RowMapping) -> Passkey:
    return Passkey(
        id=row[passkeys.c.id],
        credential_id=row[passkeys.c.credential_id],
        user_id=row[passkeys.c.user_id],
        name=row[passkeys.c.name],
        host=row[passkeys.c.host],
        public_key=row[passkeys.c.public_key],
        counter=row[passkeys.c.counter],
        created_at=row[passkeys.c.created_at],
        last_used_at=row[passkeys.c.last_used_at],
    )
