"""New artists that are to be looked up for the first time."""

import sqlalchemy as sa
from alembic import op

revision = "first_looks_1"
down_revision = "collections_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reelgate_first_looks",
        sa.Column("artist", _KEY, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger()),
        sa.Column("job", _KEY),
        sa.PrimaryKeyConstraint("artist", name="reelgate_first_looks_pk"),
    )
    op.create_index("reelgate_first_looks_by_job_asked_at", "reelgate_first_looks", ["job", "asked_at"])
    op.create_index("reelgate_first_looks_by_begun_at", "reelgate_first_looks", ["begun_at"])
