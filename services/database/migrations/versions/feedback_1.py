"""What people think of the captions, signs and playing of a film."""

import sqlalchemy as sa
from alembic import op

revision = "feedback_1"
down_revision = "captions_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reelgate_feedback",
        sa.Column("video", _KEY, nullable=False),
        sa.Column("person", _KEY, nullable=False),
        sa.Column("about", _KEY, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("video", "person", "about", name="reelgate_feedback_pk"),
    )
