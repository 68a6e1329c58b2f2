"""Devices that wait, as rows."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from services.accounts.device.tables import device_codes as codes
from services.actors.actor import Scope


@dataclass(frozen=True, kw_only=True)
class WaitingDevice:
    """What asks to be let in, and what was said of it."""

    device_hash: str
    client: str
    """What it calls itself; anybody can say anything."""
    scopes: frozenset[Scope] | None
    """What it asks for; none where it wants all that its person may do."""
    address: str | None
    device: str
    created_at: int
    expires_at: int
    pause: int
    asked_at: int | None = None
    answer: str | None = None
    user_id: str | None = None


def add(connection: Connection, waiting: WaitingDevice, *, user_code_hash: str) -> None:
    """Write a new one; raises `DatabaseConflictError` in the hardly thinkable case that its code is taken."""
    scopes = None if waiting.scopes is None else msgspec.json.encode(sorted(waiting.scopes)).decode()
    names = ("device_hash", "client", "address", "device", "created_at", "expires_at", "pause")
    values = {name: getattr(waiting, name) for name in names}
    connection.execute(insert(codes).values(values | {"user_code_hash": user_code_hash, "scopes": scopes}))


def held(connection: Connection, device_hash: str) -> WaitingDevice | None:
    """The one with that code; nobody else changes it until the transaction ends."""
    return _first(connection, codes.c.device_hash == device_hash, held=True)


def undecided(connection: Connection, user_code_hash: str, *, now: int) -> WaitingDevice | None:
    """The one with that code for people, while it waits for an answer."""
    waits = (codes.c.user_code_hash == user_code_hash) & codes.c.answer.is_(None) & (codes.c.expires_at > now)
    return _first(connection, waits)


def asked(connection: Connection, device_hash: str, *, pause: int, now: int) -> None:
    """Write down that it has asked."""
    mine = codes.c.device_hash == device_hash
    connection.execute(update(codes).where(mine).values(pause=pause, asked_at=now))


def decide(connection: Connection, device_hash: str, *, answer: str, user_id: str) -> bool:
    """Answer for it; False when somebody else was faster."""
    waits = (codes.c.device_hash == device_hash) & codes.c.answer.is_(None)
    return connection.execute(update(codes).where(waits).values(answer=answer, user_id=user_id)).rowcount == 1


def spend(connection: Connection, device_hash: str) -> bool:
    """Use it up; False when it has been."""
    return connection.execute(delete(codes).where(codes.c.device_hash == device_hash)).rowcount == 1


def count(connection: Connection, address: str | None, *, now: int) -> int:
    """How many wait that were begun from this address."""
    same = codes.c.address.is_(None) if address is None else codes.c.address == address
    found = select(func.count()).select_from(codes).where(same, codes.c.expires_at > now)
    return connection.scalar(found) or 0


def sweep(connection: Connection, *, before: int) -> int:
    """Forget those whose time was over then; returns how many."""
    return connection.execute(delete(codes).where(codes.c.expires_at <= before)).rowcount


def _first(connection: Connection, condition: ColumnElement[bool], *, held: bool = False) -> WaitingDevice | None:
    statement = select(codes).where(condition)
    row = connection.execute(statement.with_for_update() if held else statement).mappings().first()
    if row is None:
        return None
    values: dict[str, Any] = {name: row[name] for name in row if name not in {"user_code_hash", "scopes"}}
    scopes = None if row["scopes"] is None else frozenset(msgspec.json.decode(row["scopes"], type=list[Scope]))
    return WaitingDevice(**values, scopes=scopes)
