"""Rules of what is stored, and when each video was watched last."""

import sqlalchemy as sa
from alembic import op

revision = "rules_1"
down_revision = "costs_2"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reelgate_watched",
        sa.Column("video", _KEY, nullable=False),
        sa.Column("watched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("video", name="reelgate_watched_pk"),
    )
    op.create_table(
        "reelgate_rules",
        sa.Column("name", _KEY, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="reelgate_rules_pk"),
    )
