"""Which video has which sign tracks: an index of what lies in storage, which is made again from there."""

from sqlalchemy import BigInteger, Column, Float, Index, Table, Text

from services.database.tables import PREFIX, Key, metadata

sign_tracks = Table(
    f"{PREFIX}sign_tracks",
    metadata,
    Column("film", Key, primary_key=True),
    Column("language", Key, primary_key=True),
    Column("video", Key, nullable=False),
    Column("offset_seconds", Float, nullable=False),
    Column("kind", Key, nullable=False),
    Column("origin", Key, nullable=False),
    Column("version", Text, nullable=False),
    # When the row was last written: what a listing that began earlier says of the track is older than the row.
    Column("written_at", BigInteger, nullable=False),
    Index(None, "video"),
)
