"""What the quality gate has said of each track."""

import sqlalchemy as sa
from alembic import op

revision = "captions_2"
down_revision = "feedback_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns. The version before leaves them as they are, so a judgement names the version of its track."""
    op.add_column("reelgate_captions", sa.Column("judgement", sa.Text(), nullable=True))
    op.add_column("reelgate_captions", sa.Column("judged_by", _KEY, nullable=True))
    op.add_column("reelgate_captions", sa.Column("judged_etag", sa.Text(), nullable=True))
