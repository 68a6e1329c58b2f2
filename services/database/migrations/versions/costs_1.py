"""Prices that were fetched."""

import sqlalchemy as sa
from alembic import op

revision = "costs_1"
down_revision = "captions_2"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reelgate_prices",
        sa.Column("name", _KEY, nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="reelgate_prices_pk"),
    )
