"""Durable notes."""

import sqlalchemy as sa
from alembic import op

revision = "notes_1"
down_revision = None


def upgrade() -> None:
    """Make the table of notes."""
    op.create_table(
        "reelgate_notes",
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="reelgate_notes_pk"),
    )
