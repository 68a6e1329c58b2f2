"""How outside services are, and what they have answered."""

import sqlalchemy as sa
from alembic import op

revision = "sources_1"
down_revision = "rules_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "reelgate_sources",
        sa.Column("name", _KEY, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=False),
        sa.Column("away_until", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("asked_in_hour", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("failed_at", sa.BigInteger()),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="reelgate_sources_pk"),
    )
    op.create_table(
        "reelgate_source_answers",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("good_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="reelgate_source_answers_pk"),
    )
    op.create_index("reelgate_source_answers_by_good_until", "reelgate_source_answers", ["good_until"])
