"""Jobs."""

import sqlalchemy as sa
from alembic import op

revision = "jobs_1"
down_revision = "notes_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TABLE = "reelgate_jobs"


def upgrade() -> None:
    """Make the table of jobs."""
    op.create_table(
        _TABLE,
        sa.Column("id", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("recipe", sa.Integer(), nullable=False),
        sa.Column("video", _KEY),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("state", _KEY, nullable=False),
        sa.Column("lane", _KEY, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("worker", sa.Text()),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("results", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("by_id", _KEY, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="reelgate_jobs_pk"),
        sa.UniqueConstraint("key", name="reelgate_jobs_unique_key"),
    )
    for columns in (["lane", "state", "priority", "run_at"], ["created_at", "id"], ["video", "created_at"]):
        op.create_index(f"{_TABLE}_by_{'_'.join(columns)}", _TABLE, columns)
