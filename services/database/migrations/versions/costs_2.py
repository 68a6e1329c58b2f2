"""What was stored and used in each month."""

import sqlalchemy as sa
from alembic import op

revision = "costs_2"
down_revision = "scrub_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_COUNTS = ("videos", "size", "writes", "reads", "read_bytes")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reelgate_storage_use",
        sa.Column("month", _KEY, nullable=False),
        sa.Column("tier", _KEY, nullable=False),
        sa.Column("owner", _KEY, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("month", "tier", "owner", name="reelgate_storage_use_pk"),
    )
