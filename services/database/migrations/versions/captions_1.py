"""Which tracks of words each video has."""

import sqlalchemy as sa
from alembic import op

revision = "captions_1"
down_revision = "sign_tracks_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the index of tracks; it fills itself from storage."""
    op.create_table(
        "reelgate_captions",
        sa.Column("video", _KEY, nullable=False),
        sa.Column("language", _KEY, nullable=False),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("origin", _KEY, nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("video", "language", "kind", name="reelgate_captions_pk"),
    )
