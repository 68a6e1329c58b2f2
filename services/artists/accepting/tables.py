"""Films that were fetched by themselves. `store.py` alone reads and writes them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from services.artists.tables import wanted
from services.database.tables import PREFIX, Key, metadata

accepted = Table(
    f"{PREFIX}accepted",
    metadata,
    Column("wanted_id", Key, ForeignKey(wanted.c.id, ondelete="CASCADE"), primary_key=True),
    Column("accepted_at", BigInteger, nullable=False),
    # 1 once its import has begun, or cannot be.
    Column("settled", Integer, nullable=False),
    Index(None, "accepted_at"),
    Index(None, "settled", "accepted_at"),
)
