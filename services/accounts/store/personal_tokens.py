"""Personal tokens, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from services.accounts.store import rights
from services.accounts.store import users as accounts
from services.accounts.store.users import user_of
from services.accounts.tables import personal_tokens as tokens
from services.accounts.tables import users
from services.accounts.user import User
from services.actors.actor import Scope


@dataclass(frozen=True, kw_only=True)
class PersonalToken:
    """What a person has given to a program; the token itself was shown once."""

    id: str
    user_id: str
    name: str
    scopes: frozenset[Scope]
    created_at: int
    expires_at: int | None
    last_used_at: int | None = None


def add(connection: Connection, token_hash: str, token: PersonalToken) -> None:
    """Write a new one."""
    connection.execute(
        insert(tokens).values(
            id=token.id,
            token_hash=token_hash,
            user_id=token.user_id,
            name=token.name,
            scopes=msgspec.json.encode(sorted(token.scopes)).decode(),
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )


def find(connection: Connection, token_hash: str) -> tuple[PersonalToken, User] | None:
    """The token with that hash, and whose it is."""
    joined = select(tokens, users).join_from(tokens, users, tokens.c.user_id == users.c.id)
    row = connection.execute(joined.where(tokens.c.token_hash == token_hash)).mappings().first()
    return None if row is None else (_token(row), user_of(row))


def get(connection: Connection, token_id: str) -> PersonalToken | None:
    """The token of that id."""
    row = connection.execute(select(tokens).where(tokens.c.id == token_id)).mappings().first()
    return None if row is None else _token(row)


def of_user(connection: Connection, user_id: str) -> Sequence[PersonalToken]:
    """The person's tokens, the newest first."""
    statement = select(tokens).where(tokens.c.user_id == user_id).order_by(tokens.c.created_at.desc(), tokens.c.id)
    return [_token(row) for row in connection.execute(statement).mappings()]


def touch(connection: Connection, token: PersonalToken, *, now: int) -> None:
    """Write down that it is used."""
    connection.execute(update(users).where(users.c.id == token.user_id).values(last_seen_at=now))
    connection.execute(update(tokens).where(tokens.c.id == token.id).values(last_used_at=now))


def remove(connection: Connection, token_id: str, *, user_id: str) -> bool:
    """Delete one of the person's; False when there is none with that id."""
    accounts.hold(connection, user_id)
    mine = (tokens.c.id == token_id) & (tokens.c.user_id == user_id)
    removed = connection.execute(delete(tokens).where(mine)).rowcount > 0
    if removed:
        rights.changed(connection)
    return removed


def remove_all(connection: Connection, user_id: str) -> int:
    """Delete all of the person's; returns how many."""
    accounts.hold(connection, user_id)
    removed = connection.execute(delete(tokens).where(tokens.c.user_id == user_id)).rowcount
    if removed:
        rights.changed(connection)
    return removed


def sweep(connection: Connection, *, now: int) -> int:
    """Forget those whose time is over; returns how many."""
    return connection.execute(delete(tokens).where(tokens.c.expires_at <= now)).rowcount


def _token(row: RowMapping) -> PersonalToken:
    return PersonalToken(
        id=row[tokens.c.id],
        user_id=row[tokens.c.user_id],
        name=row[tokens.c.name],
        scopes=frozenset(msgspec.json.decode(row[tokens.c.scopes], type=list[Scope])),
        created_at=row[tokens.c.created_at],
        expires_at=row[tokens.c.expires_at],
        last_used_at=row[tokens.c.last_used_at],
    )
