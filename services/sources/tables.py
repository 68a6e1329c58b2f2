"""How outside services are, and what they have answered. `store.py` alone reads and writes both."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

services_asked = Table(
    f"{PREFIX}sources",
    metadata,
    Column("name", Key, primary_key=True),
    # When the next request may be sent, at the rate that the service is asked at.
    Column("next_at", BigInteger, nullable=False),
    # Not asked before: the service has said so, or has failed too often. 0 where it may be.
    Column("rests_until", BigInteger, nullable=False),
    Column("away_until", BigInteger, nullable=False),
    # Failures in a row.
    Column("failures", Integer, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Column("asked_in_hour", Integer, nullable=False),
    Column("answered_at", BigInteger),
    Column("failed_at", BigInteger),
    Column("last_error", Text),
)

source_answers = Table(
    f"{PREFIX}source_answers",
    metadata,
    # A digest: requests have keys in them.
    Column("key", Key, primary_key=True),
    Column("body", Text, nullable=False),
    Column("good_until", BigInteger, nullable=False),
    Index(None, "good_until"),
)
