"""Collections and with whom they are shared. `store.py` alone reads and writes them.

Which videos are in a collection stands in each video's metadata, and outlives this database.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from services.database.tables import PREFIX, Key, metadata

collections = Table(
    f"{PREFIX}collections",
    metadata,
    Column("id", Key, primary_key=True),
    Column("title", Text, nullable=False),
    # The folded title that the list is sorted by.
    Column("title_key", Key, nullable=False),
    Column("description", Text, nullable=False),
    Column("visibility", Key, nullable=False),
    Column("owner", Key, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    # Since when it is in the trash.
    Column("deleted_at", BigInteger),
    Index(None, "title_key", "id"),
    Index(None, "owner"),
    Index(None, "deleted_at"),
)

members = Table(
    f"{PREFIX}collection_members",
    metadata,
    Column("collection", Key, ForeignKey(collections.c.id, ondelete="CASCADE"), primary_key=True),
    Column("person", Key, primary_key=True),
    Column("role", Key, nullable=False),
    Index(None, "person"),
)

words = Table(
    f"{PREFIX}collection_words",
    metadata,
    # A folded word of the title or the description.
    Column("word", Key, primary_key=True),
    Column("collection", Key, ForeignKey(collections.c.id, ondelete="CASCADE"), primary_key=True),
    Index(None, "collection"),
)
