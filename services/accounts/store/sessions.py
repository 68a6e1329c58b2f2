"""Sessions of pages, and families of tokens of programs: two kinds of being signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, RowMapping, Select, Table, delete, insert, select, update

from services.accounts.store import rights
from services.accounts.store import users as accounts
from services.accounts.store.users import user_of
from services.accounts.tables import refresh_tokens, sessions, token_families, users
from services.accounts.user import User
from services.actors.actor import Scope


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """One device, or one program, that somebody is signed in on."""

    id: str
    user_id: str
    created_at: int
    seen_at: int
    expires_at: int
    address: str | None
    device: str | None
    kind: Literal["page", "program"]
    """`page`, or `program`."""
    scopes: frozenset[Scope] | None = None
    """What a program may do at most; none where it is all that its person may."""
    proved_at: int | None = None
    """When its person last proved to be there; none in what an older version has written."""
    remembered: bool = False
    """Whether the browser keeps its cookie when it is closed."""


def add(connection: Connection, token_hash: str, session: SignedIn) -> None:
    """Write a new session."""
    values = _values(session) | {"remembered": session.remembered}
    connection.execute(insert(sessions).values(token_hash=token_hash, **values))


def find(connection: Connection, token_hash: str) -> tuple[SignedIn, User] | None:
    """The session with that token, and whose it is."""
    row = connection.execute(_joined(sessions).where(sessions.c.token_hash == token_hash)).mappings().first()
    return None if row is None else (_signed_in(row, sessions), user_of(row))


def find_family(connection: Connection, family_id: str) -> tuple[SignedIn, User] | None:
    """The family of tokens, and whose it is."""
    row = connection.execute(_joined(token_families).where(token_families.c.id == family_id)).mappings().first()
    return None if row is None else (_signed_in(row, token_families), user_of(row))


def touch(connection: Connection, session: SignedIn, *, now: int, address: str | None) -> None:
    """Write down that it is used, and where."""
    table = sessions if session.kind == "page" else token_families
    connection.execute(update(users).where(users.c.id == session.user_id).values(last_seen_at=now))
    connection.execute(update(table).where(table.c.id == session.id).values(seen_at=now, address=address))


def prove(connection: Connection, session: SignedIn, *, now: int) -> None:
    """Write down that its person has just proved to be there."""
    table = sessions if session.kind == "page" else token_families
    connection.execute(update(table).where(table.c.id == session.id).values(proved_at=now))


def exchange(connection: Connection, session_id: str, *, new_id: str, new_hash: str) -> bool:
    """Go on with the session under another id and cookie, the old ones being worth nothing; False when it has ended."""
    found = update(sessions).where(sessions.c.id == session_id).values(id=new_id, token_hash=new_hash)
    return connection.execute(found).rowcount == 1


def of_user(connection: Connection, user_id: str) -> Sequence[SignedIn]:
    """Everything that the person is signed in on, the latest first."""
    found = [
        _signed_in(row, table)
        for table in (sessions, token_families)
        for row in connection.execute(select(table).where(table.c.user_id == user_id)).mappings()
    ]
    return sorted(found, key=lambda each: -each.seen_at)


def end(connection: Connection, session_id: str, *, user_id: str) -> bool:
    """End one of the person's; False when there is none with that id."""
    accounts.hold(connection, user_id)
    ended = 0
    for table in (sessions, token_families):
        mine = (table.c.id == session_id) & (table.c.user_id == user_id)
        ended += connection.execute(delete(table).where(mine)).rowcount
    if ended:
        rights.changed(connection)
    return ended > 0


def end_all(connection: Connection, user_id: str, *, but: str | None = None) -> int:
    """End all of the person's but one; returns how many."""
    accounts.hold(connection, user_id)
    ended = 0
    for table in (sessions, token_families):
        theirs = (table.c.user_id == user_id) & (table.c.id != (but or ""))
        ended += connection.execute(delete(table).where(theirs)).rowcount
    if ended:
        rights.changed(connection)
    return ended


def sweep(connection: Connection, *, now: int, idle_before: int) -> int:
    """Forget what has ended by itself; returns how many."""
    over = delete(sessions).where((sessions.c.expires_at <= now) | (sessions.c.seen_at < idle_before))
    ended = connection.execute(over).rowcount
    return ended + connection.execute(delete(token_families).where(token_families.c.expires_at <= now)).rowcount


def add_family(connection: Connection, family: SignedIn) -> None:
    """Begin a family of tokens."""
    scopes = None if family.scopes is None else msgspec.json.encode(sorted(family.scopes)).decode()
    connection.execute(insert(token_families).values(_values(family) | {"scopes": scopes}))


def add_refresh(connection: Connection, token_hash: str, *, family_id: str, expires_at: int) -> None:
    """Keep a refresh token, and its family for as long."""
    connection.execute(insert(refresh_tokens).values(token_hash=token_hash, family_id=family_id, expires_at=expires_at))
    connection.execute(update(token_families).where(token_families.c.id == family_id).values(expires_at=expires_at))


def spend_refresh(connection: Connection, token_hash: str, *, now: int) -> bool:
    """Use a refresh token up; False when that has been done before, or its time is over."""
    fresh = refresh_tokens.c.spent_at.is_(None) & (refresh_tokens.c.expires_at > now)
    spent = update(refresh_tokens).where(refresh_tokens.c.token_hash == token_hash, fresh).values(spent_at=now)
    return connection.execute(spent).rowcount == 1


def family_of_refresh(connection: Connection, token_hash: str) -> str | None:
    """The family that a refresh token, spent or not, is of; its account is held until the transaction ends."""
    of_token = refresh_tokens.c.token_hash == token_hash
    found = select(token_families.c.user_id).join_from(refresh_tokens, token_families).where(of_token)
    user_id = connection.scalar(found)
    if user_id is None:
        return None
    accounts.hold(connection, user_id)
    # Whoever has held it until now may have ended the family.
    return connection.scalar(select(refresh_tokens.c.family_id).where(of_token))


def end_family(connection: Connection, family_id: str) -> None:
    """End a family with all of its tokens."""
    connection.execute(delete(token_families).where(token_families.c.id == family_id))
    rights.changed(connection)


def _joined(table: Table) -> Select[Any]:
    return select(table, users).join_from(table, users, table.c.user_id == users.c.id)


def _values(session: SignedIn) -> dict[str, object]:
    names = ("id", "user_id", "created_at", "seen_at", "expires_at", "address", "device", "proved_at")
    return {name: getattr(session, name) for name in names}


def _signed_in(row: RowMapping, table: Table) -> SignedIn:
    return SignedIn(
        id=row[table.c.id],
        user_id=row[table.c.user_id],
        created_at=row[table.c.created_at],
        seen_at=row[table.c.seen_at],
        expires_at=row[table.c.expires_at],
        address=row[table.c.address],
        device=row[table.c.device],
        kind="page" if table is sessions else "program",
        scopes=None if table is sessions else _scopes(row[token_families.c.scopes]),
        proved_at=row[table.c.proved_at],
        remembered=table is sessions and bool(row[sessions.c.remembered]),
    )


def _scopes(text: str | None) -> frozenset[Scope] | None:
    return None if text is None else frozenset(msgspec.json.decode(text, type=list[Scope]))
