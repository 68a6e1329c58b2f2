"""The rules, as one text: they are read and written together."""

from sqlalchemy import BigInteger, Column, Table, Text

from services.database.tables import PREFIX, Key, metadata

rules = Table(
    f"{PREFIX}rules",
    metadata,
    # There is one row, "all".
    Column("name", Key, primary_key=True),
    Column("rules", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
