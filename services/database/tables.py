"""What all durable tables share. Each slice states its own in its `tables.py`, on this `metadata`.

A table is named `reelgate_<things>`. It is made and changed by migrations alone (`services/database/migrations`), and a
test holds what they make equal to what is stated here. Times are milliseconds since 1970, in `BigInteger` columns.
A foreign key to the table itself is deferrable, so that a backup can be restored row by row.
"""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

PREFIX = "reelgate_"

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""A text that is compared by its bytes in every database, so that orders and prefixes mean the same in each."""

Number = BigInteger().with_variant(Integer, "sqlite")
"""A key that counts up; SQLite does that only in a column of exactly this type."""

metadata = MetaData(
    naming_convention={
        # Names that each database would otherwise choose itself: a migration has to name what it changes.
        "pk": "%(table_name)s_pk",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_unique_%(column_0_N_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

notes = Table(
    f"{PREFIX}notes",
    metadata,
    Column("name", Key, primary_key=True),
    Column("value", Text, nullable=False),
)
