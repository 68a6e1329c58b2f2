"""The outbox: what was said, and has not been taken by everyone who wants to know. The feed: what was said lately."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

from services.database.tables import PREFIX, Key, Number, metadata

outbox = Table(
    f"{PREFIX}outbox",
    metadata,
    # Rows are taken in this order, which is not quite that of what happened.
    Column("number", Number, primary_key=True),
    Column("event_id", Key, nullable=False),
    Column("listener", Key, nullable=False),
    Column("type", Key, nullable=False),
    # The envelope, in JSON.
    Column("message", Text, nullable=False),
    Column("said_at", BigInteger, nullable=False),
    # Nobody takes it before; whoever does pushes it on first, so that nobody else does.
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("event_id", "listener"),
    Index(None, "due_at"),
)

feed = Table(
    f"{PREFIX}feed",
    metadata,
    # SQLite never gives a number twice (AUTOINCREMENT): whoever has seen one has seen all that are lower.
    Column("number", Number, primary_key=True),
    Column("event_id", Key, nullable=False),
    Column("type", Key, nullable=False),
    # The envelope, in JSON.
    Column("message", Text, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    UniqueConstraint("event_id"),
    Index(None, "kept_at"),
    sqlite_autoincrement=True,
)
