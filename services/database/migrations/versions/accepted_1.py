"""Films that were fetched by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "accepted_1"
down_revision = "artists_2"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reelgate_accepted",
        sa.Column("wanted_id", _KEY, nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("wanted_id", name="reelgate_accepted_pk"),
        sa.ForeignKeyConstraint(
            ["wanted_id"], ["reelgate_wanted.id"], name="reelgate_accepted_wanted_id_fk", ondelete="CASCADE"
        ),
    )
    op.create_index("reelgate_accepted_by_accepted_at", "reelgate_accepted", ["accepted_at"])
    op.create_index("reelgate_accepted_by_settled_accepted_at", "reelgate_accepted", ["settled", "accepted_at"])
