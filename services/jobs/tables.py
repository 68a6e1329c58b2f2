"""The table of jobs. `store.py` alone reads and writes it; others ask it for states within their own questions."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    ScalarSelect,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from services.database.tables import PREFIX, Key, metadata

jobs = Table(
    f"{PREFIX}jobs",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("recipe", Integer, nullable=False),
    Column("video", Key),
    Column("arguments", Text, nullable=False),
    Column("state", Key, nullable=False),
    Column("lane", Key, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("run_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("attempts_allowed", Integer, nullable=False),
    Column("lease_until", BigInteger),
    Column("worker", Text),
    Column("progress", Float, nullable=False),
    Column("error", Text),
    Column("results", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("by_id", Key, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("published_at", BigInteger),
    Column("silences", Integer, nullable=False, server_default="0"),
    # 0 where the version before has written it last.
    Column("changed_at", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("key"),
    # In the order in which they are claimed.
    Index(None, "lane", "state", "priority", "run_at"),
    Index(None, "created_at", "id"),
    Index(None, "video", "created_at"),
    Index(None, "changed_at"),
)


def state_of(job: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The state of the job that another table names; NULL where it is gone."""
    return select(jobs.c.state).where(jobs.c.id == job).scalar_subquery()
