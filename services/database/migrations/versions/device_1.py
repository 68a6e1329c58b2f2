"""Devices that wait for somebody to approve them, and what the programs may do that came of it."""

import sqlalchemy as sa
from alembic import op

revision = "device_1"
down_revision = "oidc_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of devices, and let families of tokens have scopes."""
    op.add_column("reelgate_token_families", sa.Column("scopes", sa.Text()))
    op.create_table(
        "reelgate_device_codes",
        sa.Column("device_hash", _KEY, nullable=False),
        sa.Column("user_code_hash", _KEY, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text()),
        sa.Column("address", _KEY),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("pause", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("answer", _KEY),
        sa.Column("user_id", _KEY),
        sa.ForeignKeyConstraint(
            ["user_id"], ["reelgate_users.id"], name="reelgate_device_codes_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_hash", name="reelgate_device_codes_pk"),
        sa.UniqueConstraint("user_code_hash", name="reelgate_device_codes_unique_user_code_hash"),
    )
    op.create_index("reelgate_device_codes_by_expires_at", "reelgate_device_codes", ["expires_at"])
    op.create_index("reelgate_device_codes_by_user_id", "reelgate_device_codes", ["user_id"])
