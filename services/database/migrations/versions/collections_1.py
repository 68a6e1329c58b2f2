"""Collections, with whom they are shared, and what they are found by."""

import sqlalchemy as sa
from alembic import op

revision = "collections_1"
down_revision = "sign_engine_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "reelgate_collections",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", _KEY, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("visibility", _KEY, nullable=False),
        sa.Column("owner", _KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="reelgate_collections_pk"),
    )
    op.create_index("reelgate_collections_by_title_key_id", "reelgate_collections", ["title_key", "id"])
    op.create_index("reelgate_collections_by_owner", "reelgate_collections", ["owner"])
    op.create_index("reelgate_collections_by_deleted_at", "reelgate_collections", ["deleted_at"])
    op.create_table(
        "reelgate_collection_members",
        sa.Column("collection", _KEY, nullable=False),
        sa.Column("person", _KEY, nullable=False),
        sa.Column("role", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("collection", "person", name="reelgate_collection_members_pk"),
        _of_collection("reelgate_collection_members"),
    )
    op.create_index("reelgate_collection_members_by_person", "reelgate_collection_members", ["person"])
    op.create_table(
        "reelgate_collection_words",
        sa.Column("word", _KEY, nullable=False),
        sa.Column("collection", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("word", "collection", name="reelgate_collection_words_pk"),
        _of_collection("reelgate_collection_words"),
    )
    op.create_index("reelgate_collection_words_by_collection", "reelgate_collection_words", ["collection"])


def _of_collection(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["collection"], ["reelgate_collections.id"], name=f"{table}_collection_fk", ondelete="CASCADE"
    )
