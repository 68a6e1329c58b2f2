"""Who has rated what of which film, and how."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

feedback = Table(
    f"{PREFIX}feedback",
    metadata,
    Column("video", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("about", Key, primary_key=True),
    Column("rating", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("given_at", BigInteger, nullable=False),
)
