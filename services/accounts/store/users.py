"""Accounts, as rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, exists, insert, or_, select, text, update

from services.accounts.kept_preferences import preferences_in, with_preferences
from services.accounts.store import rights
from services.accounts.tables import users
from services.accounts.user import Preferences, User
from services.actors.actor import Role

_RIGHTS = frozenset({"role", "deactivated_at", "authorized_modules"})
"""The columns that say what somebody may do."""


def add(connection: Connection, user: User, *, username_key: str | None, email_key: str | None) -> None:
    """Write a new account; raises `DatabaseConflictError` where a name or an address is taken."""
    row = {
        "id": user.id,
        "username": user.username,
        "username_key": username_key,
        "email": user.email,
        "email_key": email_key,
        "password": user.password,
        "role": user.role.value,
        "activated_at": user.activated_at,
        "preferences": msgspec.json.encode(user.preferences).decode(),
        "module_preferences": user.module_preferences,
        "created_at": user.created_at,
    }
    connection.execute(insert(users).values(row))


def get(connection: Connection, user_id: str) -> User | None:
    """The account with that id."""
    return _first(connection, users.c.id == user_id)


def by_key(connection: Connection, key: str) -> User | None:
    """The account whose name or address is that, folded."""
    return _first(connection, or_(users.c.username_key == key, users.c.email_key == key))


def change(connection: Connection, user_id: str, values: Mapping[str, Any]) -> None:
    """Write these columns."""
    connection.execute(update(users).where(users.c.id == user_id).values(dict(values)))
    if not _RIGHTS.isdisjoint(values):
        rights.changed(connection)


def prefer(connection: Connection, user_id: str, preferences: Preferences, *, modules: str | None) -> None:
    """Write how the person wants the pages; without `modules`, those of features stay as they are."""
    kept = select(users.c.preferences).where(users.c.id == user_id).with_for_update()
    values = {"preferences": with_preferences(connection.scalar(kept) or "{}", preferences)}
    change(connection, user_id, values | ({} if modules is None else {"module_preferences": modules}))


def hold(connection: Connection, user_id: str) -> None:
    """Let nobody else who holds it go on with the account until the transaction ends; SQLite has one writer anyway."""
    connection.execute(select(users.c.id).where(users.c.id == user_id).with_for_update())


def remove(connection: Connection, user_id: str) -> None:
    """Delete the account, with its sessions and tokens."""
    connection.execute(delete(users).where(users.c.id == user_id))
    rights.changed(connection)


def page(connection: Connection, *, after: tuple[int, str] | None, limit: int, words: str) -> Sequence[User]:
    """So many accounts, the oldest first, behind the one that was made then."""
    statement = select(users).order_by(users.c.created_at, users.c.id).limit(limit)
    if after is not None:
        made, user_id = after
        later = (users.c.created_at == made) & (users.c.id > user_id)
        statement = statement.where((users.c.created_at > made) | later)
    if words:
        found = (column.contains(words, autoescape=True) for column in (users.c.username_key, users.c.email_key))
        statement = statement.where(or_(*found))
    return [user_of(row) for row in connection.execute(statement).mappings()]


def is_anybody_there(connection: Connection) -> bool:
    """Whether somebody has an account and has been there."""
    return bool(connection.scalar(select(exists().where(users.c.activated_at.is_not(None)))))


def wait_for_others(connection: Connection) -> None:
    """Let nobody else add an account until the transaction ends; SQLite does not anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {users.name} IN SHARE ROW EXCLUSIVE MODE"))


def other_admins(connection: Connection, user_id: str) -> int:
    """How many others may administer; nobody can change that until the transaction ends."""
    found = connection.execute(
        select(users.c.id, users.c.activated_at, users.c.deactivated_at)
        .where(users.c.role == Role.ADMIN.value)
        .order_by(users.c.id)
        .with_for_update()
    ).all()
    return sum(row.id != user_id and row.activated_at is not None and row.deactivated_at is None for row in found)


def user_of(row: RowMapping) -> User:
    """The account that a row stands for."""
    modules = row[users.c.authorized_modules]
    return User(
        id=row[users.c.id],
        username=row[users.c.username],
        email=row[users.c.email],
        role=Role(row[users.c.role]),
        created_at=row[users.c.created_at],
        preferences=preferences_in(row[users.c.preferences]),
        authorized_modules=None if modules is None else tuple(msgspec.json.decode(modules, type=list[str])),
        module_preferences=row[users.c.module_preferences],
        password=row[users.c.password],
        activated_at=row[users.c.activated_at],
        deactivated_at=row[users.c.deactivated_at],
        last_seen_at=row[users.c.last_seen_at],
        two_factor_since=row[users.c.two_factor_since],
    )


def _first(connection: Connection, condition: Any) -> User | None:
    row = connection.execute(select(users).where(condition)).mappings().first()
    return None if row is None else user_of(row)
