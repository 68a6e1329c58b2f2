"""Who did what."""

import sqlalchemy as sa
from alembic import op

revision = "audit_1"
down_revision = "updates_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of what everybody did."""
    op.create_table(
        "reelgate_audit_entries",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_kind", _KEY, nullable=False),
        sa.Column("actor_id", _KEY, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", _KEY, nullable=False),
        sa.Column("target_kind", _KEY),
        sa.Column("target_id", _KEY),
        sa.Column("outcome", _KEY, nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="reelgate_audit_entries_pk"),
    )
    op.create_index("reelgate_audit_entries_by_action_id", "reelgate_audit_entries", ["action", "id"])
    op.create_index("reelgate_audit_entries_by_actor_id_id", "reelgate_audit_entries", ["actor_id", "id"])
    op.create_index("reelgate_audit_entries_by_at", "reelgate_audit_entries", ["at"])
    op.create_index("reelgate_audit_entries_by_target_id_id", "reelgate_audit_entries", ["target_id", "id"])
