"""Live settings, as rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from services.database.insert import Insert
from services.live_settings.tables import live_settings


@dataclass(frozen=True, kw_only=True)
class Row:
    """What has been set."""

    value: str
    changed_by: str
    changed_at: int


def all_rows(connection: Connection) -> Mapping[str, Row]:
    """All that has been set, by key."""
    return {
        row.key: Row(value=row.value, changed_by=row.changed_by, changed_at=row.changed_at)
        for row in connection.execute(select(live_settings))
    }


def put(connection: Connection, key: str, row: Row, *, insert: Insert) -> None:
    """Set it."""
    values = {"value": row.value, "changed_by": row.changed_by, "changed_at": row.changed_at}
    statement = insert(live_settings).values(key=key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))


def remove(connection: Connection, key: str) -> None:
    """Go back to the default."""
    connection.execute(delete(live_settings).where(live_settings.c.key == key))
