"""What was done to many videos, and what became of each. `store.py` alone reads and writes it."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

bulk = Table(
    f"{PREFIX}bulk",
    metadata,
    Column("id", Key, primary_key=True),
    Column("action", Key, nullable=False),
    Column("value", Text),
    # Who asked, with the rights of that moment.
    Column("actor", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("job", Key),
    Column("asked_at", BigInteger, nullable=False),
    # What it takes back, and what has taken it back.
    Column("undoes", Key),
    Column("undone_by", Key),
    Index(None, "asked_at"),
)

bulk_items = Table(
    f"{PREFIX}bulk_items",
    metadata,
    Column("bulk", Key, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("video", Key, nullable=False),
    Column("state", Key, nullable=False),
    # Only the attempt that has begun it may end it.
    Column("attempt", Integer, nullable=False),
    Column("status", Integer),
    Column("detail", Text),
)
