"""Pictures of artists and wanted films that are kept here."""

import sqlalchemy as sa
from alembic import op

revision = "pictures_1"
down_revision = "accepted_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table. Whose pictures are missing from it is found by housekeeping, as what an older version adds is."""
    op.create_table(
        "reelgate_pictures",
        sa.Column("url", _KEY, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("version", _KEY, nullable=True),
        sa.Column("look", _KEY, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("url", name="reelgate_pictures_pk"),
    )
    op.create_index("reelgate_pictures_by_next_at", "reelgate_pictures", ["next_at"])
