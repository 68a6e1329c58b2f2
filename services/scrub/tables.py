"""How far reading everything again is, and what it has found."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

scrub = Table(
    f"{PREFIX}scrub",
    metadata,
    # One row: what a process has reached that was killed, another goes on from.
    Column("name", Key, primary_key=True),
    Column("began_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("reached", Text, nullable=False),
    Column("right", Integer, nullable=False),
    Column("filled", Integer, nullable=False),
    Column("damaged", Integer, nullable=False),
    Column("archived", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
)

damaged = Table(
    f"{PREFIX}damaged",
    metadata,
    Column("video", Key, primary_key=True),
    Column("found_at", BigInteger, nullable=False),
    Column("expected", Text, nullable=False),
    Column("found", Text, nullable=False),
)
