"""People, and by what they come in."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_1"
down_revision = "live_settings_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of accounts."""
    _make_people()
    _make_personal_tokens()
    _make_sessions()
    _make_families_of_tokens()


def _make_people() -> None:
    op.create_table(
        "reelgate_sign_in_tries",
        sa.Column("subject", _KEY, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger()),
        sa.Column("locks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="reelgate_sign_in_tries_pk"),
    )
    op.create_table(
        "reelgate_users",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("username", sa.Text()),
        sa.Column("username_key", _KEY),
        sa.Column("email", sa.Text()),
        sa.Column("email_key", _KEY),
        sa.Column("password", sa.Text()),
        sa.Column("role", _KEY, nullable=False),
        sa.Column("activated_at", sa.BigInteger()),
        sa.Column("deactivated_at", sa.BigInteger()),
        sa.Column("preferences", sa.Text(), nullable=False),
        sa.Column("authorized_modules", sa.Text()),
        sa.Column("module_preferences", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="reelgate_users_pk"),
        sa.UniqueConstraint("email_key", name="reelgate_users_unique_email_key"),
        sa.UniqueConstraint("username_key", name="reelgate_users_unique_username_key"),
    )
    op.create_table(
        "reelgate_one_time_addresses",
        sa.Column("token_hash", _KEY, nullable=False),
        sa.Column("purpose", _KEY, nullable=False),
        sa.Column("user_id", _KEY),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_one_time_addresses_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="reelgate_one_time_addresses_pk"),
    )
    op.create_index("reelgate_one_time_addresses_by_expires_at", "reelgate_one_time_addresses", ["expires_at"])
    op.create_index("reelgate_one_time_addresses_by_user_id", "reelgate_one_time_addresses", ["user_id"])


def _make_personal_tokens() -> None:
    op.create_table(
        "reelgate_personal_tokens",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("token_hash", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_personal_tokens_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="reelgate_personal_tokens_pk"),
        sa.UniqueConstraint("token_hash", name="reelgate_personal_tokens_unique_token_hash"),
    )
    op.create_index("reelgate_personal_tokens_by_user_id", "reelgate_personal_tokens", ["user_id"])


def _make_sessions() -> None:
    op.create_table(
        "reelgate_sessions",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("token_hash", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("device", sa.Text()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_sessions_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="reelgate_sessions_pk"),
        sa.UniqueConstraint("token_hash", name="reelgate_sessions_unique_token_hash"),
    )
    op.create_index("reelgate_sessions_by_expires_at", "reelgate_sessions", ["expires_at"])
    op.create_index("reelgate_sessions_by_user_id", "reelgate_sessions", ["user_id"])


def _make_families_of_tokens() -> None:
    op.create_table(
        "reelgate_token_families",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("device", sa.Text()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_token_families_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="reelgate_token_families_pk"),
    )
    op.create_index("reelgate_token_families_by_expires_at", "reelgate_token_families", ["expires_at"])
    op.create_index("reelgate_token_families_by_user_id", "reelgate_token_families", ["user_id"])
    op.create_table(
        "reelgate_refresh_tokens",
        sa.Column("token_hash", _KEY, nullable=False),
        sa.Column("family_id", _KEY, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("spent_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["family_id"],
            ["reelgate_token_families.id"],
            name="reelgate_refresh_tokens_family_id_fk",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name="reelgate_refresh_tokens_pk"),
    )
    op.create_index("reelgate_refresh_tokens_by_family_id", "reelgate_refresh_tokens", ["family_id"])
