"""Which video has which sign tracks."""

import sqlalchemy as sa
from alembic import op

revision = "sign_tracks_1"
down_revision = "jobs_2"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table. Housekeeping fills it from storage."""
    op.create_table(
        "reelgate_sign_tracks",
        sa.Column("film", _KEY, nullable=False),
        sa.Column("language", _KEY, nullable=False),
        sa.Column("video", _KEY, nullable=False),
        sa.Column("offset_seconds", sa.Float(), nullable=False),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("origin", _KEY, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("film", "language", name="reelgate_sign_tracks_pk"),
    )
    op.create_index("reelgate_sign_tracks_by_video", "reelgate_sign_tracks", ["video"])
