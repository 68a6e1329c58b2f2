"""Alembic's way in: it runs this file for every command, with the connection that `run.py` has opened."""

from alembic import context

from services.database.schema import VERSION_TABLE
from services.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # All of it in the one transaction that `run.py` has begun, in SQLite as well.
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
