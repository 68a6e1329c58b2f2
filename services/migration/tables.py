"""What was taken in from elsewhere, so that nothing comes twice. `store.py` alone reads and writes it."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

migrations = Table(
    f"{PREFIX}migrations",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("place", Text, nullable=False),
    Column("secret", Text),
    Column("batch_size", Integer, nullable=False),
    Column("owner", Key, nullable=False),
    Column("job", Key),
    Column("asked_at", BigInteger, nullable=False),
)

migrated_files = Table(
    f"{PREFIX}migrated_files",
    metadata,
    Column("id", Key, primary_key=True),
    Column("migration", Key, nullable=False),
    Column("path", Key, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
    Column("sha256", Text),
    Column("draft", Text),
    Column("video", Key),
    Column("state", Key, nullable=False),
    Column("detail", Text),
    # When the migration was asked for last that has met the file.
    Column("seen_at", BigInteger, nullable=False),
    Column("taken_at", BigInteger),
    Index(None, "migration", "path"),
)
