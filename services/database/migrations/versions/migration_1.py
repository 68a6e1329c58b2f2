"""What was taken in from elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "migration_1"
down_revision = "costs_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of migrations and of the files that they have met."""
    op.create_table(
        "reelgate_migrations",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("batch_size", sa.Integer(), nullable=False),
        sa.Column("owner", _KEY, nullable=False),
        sa.Column("job", _KEY),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="reelgate_migrations_pk"),
    )
    op.create_table(
        "reelgate_migrated_files",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("migration", _KEY, nullable=False),
        sa.Column("path", _KEY, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text()),
        sa.Column("draft", sa.Text()),
        sa.Column("video", _KEY),
        sa.Column("state", _KEY, nullable=False),
        sa.Column("detail", sa.Text()),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="reelgate_migrated_files_pk"),
    )
    op.create_index("reelgate_migrated_files_by_migration_path", "reelgate_migrated_files", ["migration", "path"])
