"""Which film has which documents. All of it can be listed in storage again, so it lies beside the catalogue."""

from sqlalchemy import BigInteger, Column, Engine, MetaData, Table, Text

from services.database.engine import begin_writing

_Key = Text().with_variant(Text(collation="C"), "postgresql")
metadata = MetaData()

documents = Table(
    # Another version of the table has another name, and fills itself.
    "documents_1",
    metadata,
    # The film's folder in storage: of a very long id no listing tells more.
    Column("folder", _Key, primary_key=True),
    Column("name", _Key, primary_key=True),
    Column("size", BigInteger, nullable=False),
    # When the row was last written: what a listing that began earlier says of it is older than the row.
    Column("written_at", BigInteger, nullable=False),
)


def ensure(engine: Engine) -> None:
    """Make the table where it is missing; safe with any number of processes at once."""
    with begin_writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305809003)")
        metadata.create_all(connection)
