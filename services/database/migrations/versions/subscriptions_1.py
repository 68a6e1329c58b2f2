"""Subscriptions, and what each has found."""

import sqlalchemy as sa
from alembic import op

revision = "subscriptions_1"
down_revision = "artists_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "reelgate_subscriptions",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("artist", _KEY),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("interval_minutes", sa.Integer(), nullable=False),
        sa.Column("quiet_hours", sa.Text()),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("max_per_day", sa.Integer()),
        sa.Column("keep", sa.Integer()),
        sa.Column("paused", sa.Integer(), nullable=False),
        sa.Column("owner", _KEY, nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("next_run_at", sa.BigInteger(), nullable=False),
        sa.Column("last_run_at", sa.BigInteger()),
        sa.Column("last_error", sa.Text()),
        sa.Column("last_found", sa.Integer(), nullable=False),
        sa.Column("job", _KEY),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="reelgate_subscriptions_pk"),
        sa.UniqueConstraint("key", name="reelgate_subscriptions_unique_key"),
    )
    op.create_index("reelgate_subscriptions_by_paused_next_run_at", "reelgate_subscriptions", ["paused", "next_run_at"])
    op.create_index("reelgate_subscriptions_by_created_at_id", "reelgate_subscriptions", ["created_at", "id"])
    op.create_table(
        "reelgate_subscription_finds",
        sa.Column("subscription", _KEY, nullable=False),
        sa.Column("service", _KEY, nullable=False),
        sa.Column("source_id", _KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("wanted", _KEY),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "service", "source_id", name="reelgate_subscription_finds_pk"),
        sa.ForeignKeyConstraint(
            ["subscription"],
            ["reelgate_subscriptions.id"],
            name="reelgate_subscription_finds_subscription_fk",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "reelgate_subscription_finds_by_subscription_number", "reelgate_subscription_finds", ["subscription", "number"]
    )
