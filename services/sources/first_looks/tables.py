"""New artists that are to be looked up for the first time. `store.py` alone reads and writes them."""

from sqlalchemy import BigInteger, Column, Index, Table

from services.database.tables import PREFIX, Key, metadata

first_looks = Table(
    f"{PREFIX}first_looks",
    metadata,
    Column("artist", Key, primary_key=True),
    Column("asked_at", BigInteger, nullable=False),
    # When somebody has last begun with it; none while it waits.
    Column("begun_at", BigInteger),
    # The job that looks, once there is one.
    Column("job", Key),
    Index(None, "job", "asked_at"),
    Index(None, "begun_at"),
)
