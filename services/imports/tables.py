"""What was asked to be fetched, and what became of it. `store.py` alone reads and writes it."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

from services.database.tables import PREFIX, Key, metadata

imports = Table(
    f"{PREFIX}imports",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text),
    # Of what is here or on its way: nothing else may be known by the same.
    Column("known_by", Key),
    # The list that it is an entry of, and its place there.
    Column("parent", Key),
    Column("place", Integer, nullable=False),
    Column("title", Text),
    Column("tags", Text, nullable=False),
    Column("artist", Key),
    Column("collection", Key),
    Column("quality", Key, nullable=False),
    Column("owner", Key, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("job", Key),
    Column("state", Key, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("speed", BigInteger),
    Column("draft", Text),
    Column("video", Key),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    UniqueConstraint("known_by"),
    Index(None, "created_at", "id"),
    Index(None, "parent", "place"),
    Index(None, "state", "created_at"),
)
