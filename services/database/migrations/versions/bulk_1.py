"""What was done to many videos at once."""

import sqlalchemy as sa
from alembic import op

revision = "bulk_1"
down_revision = "imports_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of bulk actions and of what became of each video."""
    op.create_table(
        "reelgate_bulk",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("action", _KEY, nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("job", _KEY),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("undoes", _KEY),
        sa.Column("undone_by", _KEY),
        sa.PrimaryKeyConstraint("id", name="reelgate_bulk_pk"),
    )
    op.create_index("reelgate_bulk_by_asked_at", "reelgate_bulk", ["asked_at"])
    op.create_table(
        "reelgate_bulk_items",
        sa.Column("bulk", _KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("video", _KEY, nullable=False),
        sa.Column("state", _KEY, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("detail", sa.Text()),
        sa.PrimaryKeyConstraint("bulk", "place", name="reelgate_bulk_items_pk"),
    )
