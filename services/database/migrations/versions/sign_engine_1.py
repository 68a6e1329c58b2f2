"""Films that a machine has made to sign others, while it is not certain that a track names them."""

import sqlalchemy as sa
from alembic import op

revision = "sign_engine_1"
down_revision = "subscriptions_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; those of earlier versions were not noted."""
    op.create_table(
        "reelgate_sign_films",
        sa.Column("video", _KEY, nullable=False),
        sa.Column("film", _KEY, nullable=False),
        sa.Column("language", _KEY, nullable=False),
        sa.Column("job", _KEY, nullable=False),
        sa.Column("request", sa.Text()),
        sa.PrimaryKeyConstraint("video", name="reelgate_sign_films_pk"),
    )
    op.create_index("reelgate_sign_films_by_job", "reelgate_sign_films", ["job"])
