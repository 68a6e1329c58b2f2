"""The catalogue's tables are made when they are missing, and dropped and made anew when they are of another version."""

from sqlalchemy import Connection, Engine, MetaData, insert, inspect, select, text

from services.database.engine import begin_writing
from services.library.catalogue.models import PREFIX, SCHEMA_VERSION, metadata, state

# Any number will do, as long as every version of this program takes the same one.
_ADVISORY_LOCK = 7_305_809_001


def ensure(engine: Engine) -> None:
    """Make the tables when they are missing or of another version; safe with any number of processes at once."""
    with engine.connect() as connection:
        version = _read_version(connection)
    if version != SCHEMA_VERSION:
        _make(engine)


def _read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(state.name):
        return None
    return connection.scalar(select(state.c.value).where(state.c.name == "schema"))


def _make(engine: Engine) -> None:
    with begin_writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        if _read_version(connection) == SCHEMA_VERSION:
            return  # Another process was faster.
        old = MetaData()
        old.reflect(connection, only=lambda name, _: name.startswith(PREFIX))
        old.drop_all(connection)
        metadata.create_all(connection)
        connection.execute(insert(state), {"name": "schema", "value": SCHEMA_VERSION})
