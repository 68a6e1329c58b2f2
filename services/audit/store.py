"""The audit, as rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Select, delete, insert, select

from services.actors.actor import Actor
from services.audit.entry import AuditOutcome, AuditQuery, AuditRecord, AuditTarget
from services.audit.tables import audit_entries as entries

_LONGEST_DETAILS = 4000
_AT_ONCE = 500


def add(
    connection: Connection,
    by: Actor,
    action: str,
    *,
    target: AuditTarget | None,
    outcome: AuditOutcome,
    details: Mapping[str, object],
    now: int,
) -> None:
    """Write an entry."""
    text = msgspec.json.encode(dict(details)).decode()
    connection.execute(
        insert(entries).values(
            at=now,
            actor_kind=by.kind.value,
            actor_id=by.id,
            actor_name=by.name,
            action=action,
            target_kind=target.kind if target else None,
            target_id=target.id if target else None,
            outcome=outcome.value,
            address=by.address,
            request_id=by.request_id,
            details=text if len(text) <= _LONGEST_DETAILS else '{"cut":true}',
        )
    )


def newest(connection: Connection, query: AuditQuery, *, limit: int) -> Sequence[AuditRecord]:
    """So many entries, the latest first."""
    statement = _matching(query).order_by(entries.c.id.desc()).limit(limit)
    return [_entry(row) for row in connection.execute(statement).mappings()]


def all_of(connection: Connection, query: AuditQuery) -> Iterator[AuditRecord]:
    """All entries, the oldest first, a few at a time."""
    last = 0
    while True:
        statement = _matching(query).where(entries.c.id > last).order_by(entries.c.id).limit(_AT_ONCE)
        found = [_entry(row) for row in connection.execute(statement).mappings()]
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1].id


def after(connection: Connection, number: int, *, until: int, limit: int) -> Sequence[AuditRecord]:
    """So many entries behind that number and before that time, the oldest first."""
    statement = select(entries).where(entries.c.id > number, entries.c.at < until).order_by(entries.c.id)
    return [_entry(row) for row in connection.execute(statement.limit(limit)).mappings()]


def forget(connection: Connection, *, before: int, copied: int) -> int:
    """Delete what is older, up to the number that storage has; returns how many."""
    return connection.execute(delete(entries).where(entries.c.at < before, entries.c.id <= copied)).rowcount


def _matching(query: AuditQuery) -> Select[Any]:
    statement = select(entries)
    equal = {"actor_id": query.actor, "target_id": query.target, "outcome": query.outcome}
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(entries.c[name] == value)
    if query.action is not None:
        beginning, star, _ = query.action.partition("*")
        action = entries.c.action
        statement = statement.where(action.startswith(beginning, autoescape=True) if star else action == beginning)
    if query.since is not None:
        statement = statement.where(entries.c.at >= query.since)
    if query.until is not None:
        statement = statement.where(entries.c.at < query.until)
    if query.before is not None:
        statement = statement.where(entries.c.id < query.before)
    return statement


def _entry(row: RowMapping) -> AuditRecord:
    target = AuditTarget(kind=row["target_kind"], id=row["target_id"] or "") if row["target_kind"] else None
    names = ("id", "at", "actor_kind", "actor_id", "actor_name", "action", "address", "request_id")
    return AuditRecord(
        **{name: row[name] for name in names},
        target=target,
        outcome=AuditOutcome(row["outcome"]),
        details=msgspec.json.decode(row["details"]),
    )
