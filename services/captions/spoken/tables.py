"""What is said in which video. All of it can be read from storage again, so it lies beside the catalogue.

The words are in the full-text index of the database, FTS5 or a GIN index: two hundred words a film would be twenty
million rows for a hundred thousand films. A film's number grows with the time of its upload, and both go through what
they find in the order of numbers, so that a page of it costs as much as it shows.
"""

from sqlalchemy import BigInteger, Column, Engine, Integer, LargeBinary, MetaData, Table, Text, column, table

from services.database.engine import begin_writing
from services.library.catalogue.schema import ensure as ensure_catalogue

_Key = Text().with_variant(Text(collation="C"), "postgresql")
_Number = BigInteger().with_variant(Integer, "sqlite")
metadata = MetaData()
# Another version of the tables has other names, and fills itself; what is left of the version before does no harm.
_PREFIX = "transcripts_2_"
_WORDS = f"{_PREFIX}words"

films = Table(
    f"{_PREFIX}films",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("video", _Key, nullable=False, unique=True),
    # The versions of the tracks that its words are from.
    Column("version", Text, nullable=False),
    # What is said when, so that the moment is found without asking storage (`services/captions/spoken/lines.py`).
    Column("lines", LargeBinary, nullable=False),
)
sqlite_words = table(_WORDS, column("rowid", Integer), column("words", Text))
postgresql_words = table(_WORDS, column("number", BigInteger), column("words", Text))
LONGEST_PREFIX = 3
"""Letters. What begins with so many, or fewer, FTS5 finds as it finds a whole word."""
# Words are folded before they come here. Where in the text they stand, nobody asks.
_FTS5 = "tokenize = 'ascii', detail = 'none', columnsize = 0, prefix = '1 2 3'"
_SQLITE = (f"CREATE VIRTUAL TABLE IF NOT EXISTS {_WORDS} USING fts5 (words, {_FTS5})",)
_POSTGRESQL = (
    f"CREATE TABLE IF NOT EXISTS {_WORDS} (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    f"CREATE INDEX IF NOT EXISTS {_PREFIX}by_word ON {_WORDS} USING gin (words)",
)


def ensure(engine: Engine) -> None:
    """Make the tables where they are missing; safe with any number of processes at once."""
    ensure_catalogue(engine)
    with begin_writing(engine) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305809002)")
        metadata.create_all(connection)
        for statement in _SQLITE if is_sqlite else _POSTGRESQL:
            connection.exec_driver_sql(statement)
