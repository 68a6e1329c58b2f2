"""Second factors and passkeys, and when the person of a session last proved to be there."""

import sqlalchemy as sa
from alembic import op

revision = "factors_1"
down_revision = "accounts_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of factors, and the columns that tell of them."""
    op.add_column("reelgate_users", sa.Column("two_factor_since", sa.BigInteger()))
    op.add_column("reelgate_sessions", sa.Column("proved_at", sa.BigInteger()))
    op.add_column("reelgate_sessions", sa.Column("remembered", sa.Boolean()))
    op.add_column("reelgate_token_families", sa.Column("proved_at", sa.BigInteger()))
    _make_codes()
    _make_passkeys()


def _make_codes() -> None:
    op.create_table(
        "reelgate_totp",
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_totp_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="reelgate_totp_pk"),
    )
    op.create_table(
        "reelgate_recovery_codes",
        sa.Column("code_hash", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_recovery_codes_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name="reelgate_recovery_codes_pk"),
    )
    op.create_index("reelgate_recovery_codes_by_user_id", "reelgate_recovery_codes", ["user_id"])


def _make_passkeys() -> None:
    op.create_table(
        "reelgate_passkeys",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("credential_id", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_passkeys_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="reelgate_passkeys_pk"),
        sa.UniqueConstraint("credential_id", name="reelgate_passkeys_unique_credential_id"),
    )
    op.create_index("reelgate_passkeys_by_user_id", "reelgate_passkeys", ["user_id"])
    op.create_table(
        "reelgate_spent_challenges",
        sa.Column("challenge_hash", _KEY, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name="reelgate_spent_challenges_pk"),
    )
    op.create_index("reelgate_spent_challenges_by_expires_at", "reelgate_spent_challenges", ["expires_at"])
