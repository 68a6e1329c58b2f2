"""The outbox of events."""

import sqlalchemy as sa
from alembic import op

revision = "events_1"
down_revision = "jobs_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the outbox."""
    op.create_table(
        "reelgate_outbox",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", _KEY, nullable=False),
        sa.Column("listener", _KEY, nullable=False),
        sa.Column("type", _KEY, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="reelgate_outbox_pk"),
        sa.UniqueConstraint("event_id", "listener", name="reelgate_outbox_unique_event_id_listener"),
    )
    op.create_index("reelgate_outbox_by_due_at", "reelgate_outbox", ["due_at"])
