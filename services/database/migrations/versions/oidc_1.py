"""Who accounts are to OpenID providers."""

import sqlalchemy as sa
from alembic import op

revision = "oidc_1"
down_revision = "factors_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of identities, and say of sessions where they were begun."""
    op.add_column("reelgate_sessions", sa.Column("provider", sa.Text()))
    op.create_table(
        "reelgate_identities",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("issuer", _KEY, nullable=False),
        sa.Column("subject", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("role", _KEY),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_identities_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="reelgate_identities_pk"),
        sa.UniqueConstraint("issuer", "subject", name="reelgate_identities_unique_issuer_subject"),
    )
    op.create_index("reelgate_identities_by_user_id", "reelgate_identities", ["user_id"])
    op.create_table(
        "reelgate_finished_sign_ins",
        sa.Column("state_hash", _KEY, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="reelgate_finished_sign_ins_pk"),
    )
    op.create_index("reelgate_finished_sign_ins_by_expires_at", "reelgate_finished_sign_ins", ["expires_at"])
