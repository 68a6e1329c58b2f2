"""Which tracks of words each video has: an index of what lies in storage, which is made again from there."""

from sqlalchemy import BigInteger, Column, Table, Text

from services.database.tables import PREFIX, Key, metadata

captions = Table(
    f"{PREFIX}captions",
    metadata,
    Column("video", Key, primary_key=True),
    Column("language", Key, primary_key=True),
    Column("kind", Key, primary_key=True),
    Column("label", Text, nullable=False),
    Column("origin", Key, nullable=False),
    Column("etag", Text, nullable=False),
    # When the row was last written: what a listing that began earlier says of the track is older than the row.
    Column("written_at", BigInteger, nullable=False),
    # What the gate has said (`services/captions/judgement.py`), in which way it was judged, and of which version.
    Column("judgement", Text),
    Column("judged_by", Key),
    Column("judged_etag", Text),
)
