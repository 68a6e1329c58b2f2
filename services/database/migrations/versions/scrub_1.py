"""How far reading everything again is, and what it has found."""

import sqlalchemy as sa
from alembic import op

revision = "scrub_1"
down_revision = "migration_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reelgate_scrub",
        sa.Column("name", _KEY, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("reached", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("right", "filled", "damaged", "archived", "skipped")
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="reelgate_scrub_pk"),
    )
    op.create_table(
        "reelgate_damaged",
        sa.Column("video", _KEY, nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("video", name="reelgate_damaged_pk"),
    )
