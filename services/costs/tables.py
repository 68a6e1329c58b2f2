"""Prices that were fetched."""

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
