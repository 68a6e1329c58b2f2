"""Prices that were fetched, and what was stored and used in each month."""

from sqlalchemy import BigInteger, Column, Table, Text

from services.database.tables import PREFIX, Key, metadata

prices = Table(
    f"{PREFIX}prices",
    metadata,
    # A region, a currency and a redundancy, with spaces between them.
    Column("name", Key, primary_key=True),
    # The list, as JSON (`services/costs/price_list.py`).
    Column("list", Text, nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
)

storage_use = Table(
    f"{PREFIX}storage_use",
    metadata,
    # YYYY-MM.
    Column("month", Key, primary_key=True),
    Column("tier", Key, primary_key=True),
    # An account's id; empty for what was asked for no video in particular.
    Column("owner", Key, primary_key=True),
    # As they were when somebody last looked in that month.
    Column("videos", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    # Counted on.
    Column("writes", BigInteger, nullable=False),
    Column("reads", BigInteger, nullable=False),
    Column("read_bytes", BigInteger, nullable=False),
)
