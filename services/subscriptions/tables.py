"""Subscriptions, and what each has found. `store.py` alone reads and writes both."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

subscriptions = Table(
    f"{PREFIX}subscriptions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("target", Text, nullable=False),
    Column("artist", Key),
    # Of what is looked at: no two look at the same.
    Column("key", Key, nullable=False, unique=True),
    Column("interval_minutes", Integer, nullable=False),
    Column("quiet_hours", Text),
    Column("time_zone", Text, nullable=False),
    Column("max_per_day", Integer),
    Column("keep", Integer),
    Column("paused", Integer, nullable=False),
    Column("owner", Key, nullable=False),
    Column("owner_name", Text, nullable=False),
    Column("next_run_at", BigInteger, nullable=False),
    Column("last_run_at", BigInteger),
    Column("last_error", Text),
    Column("last_found", Integer, nullable=False),
    Column("job", Key),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "paused", "next_run_at"),
    Index(None, "created_at", "id"),
)

finds = Table(
    f"{PREFIX}subscription_finds",
    metadata,
    Column("subscription", Key, ForeignKey(subscriptions.c.id, ondelete="CASCADE"), primary_key=True),
    Column("service", Key, primary_key=True),
    Column("source_id", Key, primary_key=True),
    # Counts up from the oldest to the newest.
    Column("number", BigInteger, nullable=False),
    # None where it was not taken, being older than what is kept, or was known already.
    Column("wanted", Key),
    Column("found_at", BigInteger, nullable=False),
    Index(None, "subscription", "number"),
)
