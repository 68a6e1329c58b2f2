"""Live settings."""

import sqlalchemy as sa
from alembic import op

revision = "live_settings_1"
down_revision = "audit_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of what is set while the server runs."""
    op.create_table(
        "reelgate_live_settings",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="reelgate_live_settings_pk"),
    )
