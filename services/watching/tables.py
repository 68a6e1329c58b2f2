"""When each video was watched last."""

from sqlalchemy import BigInteger, Column, Table

from services.database.tables import PREFIX, Key, metadata

watched = Table(
    f"{PREFIX}watched",
    metadata,
    Column("video", Key, primary_key=True),
    Column("watched_at", BigInteger, nullable=False),
)
