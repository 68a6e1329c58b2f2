"""What was fetched from elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "imports_1"
down_revision = "sources_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TABLE = "reelgate_imports"


def upgrade() -> None:
    """Make the table of imports."""
    op.create_table(
        _TABLE,
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("known_by", _KEY),
        sa.Column("parent", _KEY),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("artist", _KEY),
        sa.Column("collection", _KEY),
        sa.Column("quality", _KEY, nullable=False),
        sa.Column("owner", _KEY, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("job", _KEY),
        sa.Column("state", _KEY, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger()),
        sa.Column("speed", sa.BigInteger()),
        sa.Column("draft", sa.Text()),
        sa.Column("video", _KEY),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=f"{_TABLE}_pk"),
        sa.UniqueConstraint("known_by", name=f"{_TABLE}_unique_known_by"),
    )
    for columns in (["created_at", "id"], ["parent", "place"], ["state", "created_at"]):
        op.create_index(f"{_TABLE}_by_{'_'.join(columns)}", _TABLE, columns)
