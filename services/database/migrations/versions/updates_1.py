"""The feed of what was said, and when each job has changed last: both for pages that stay up to date."""

import sqlalchemy as sa
from alembic import op

revision = "updates_1"
down_revision = "events_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the feed, and give jobs the time of their last change."""
    op.create_table(
        "reelgate_feed",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", _KEY, nullable=False),
        sa.Column("type", _KEY, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="reelgate_feed_pk"),
        sa.UniqueConstraint("event_id", name="reelgate_feed_unique_event_id"),
        # Numbers are never given twice, also when all rows are gone.
        sqlite_autoincrement=True,
    )
    op.create_index("reelgate_feed_by_kept_at", "reelgate_feed", ["kept_at"])
    # The version before writes jobs without it.
    op.add_column("reelgate_jobs", sa.Column("changed_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("reelgate_jobs_by_changed_at", "reelgate_jobs", ["changed_at"])
