"""Artists, and what is wanted of them."""

import sqlalchemy as sa
from alembic import op

revision = "artists_1"
down_revision = "bulk_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _make_artists()
    _make_what_artists_are_found_by()
    _make_wanted()
    _make_indexes_of_wanted()
    _make_what_films_are_found_by()


def _make_artists() -> None:
    op.create_table(
        "reelgate_artists",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("shelf", _KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", _KEY, nullable=False),
        sa.Column("unique_name", _KEY),
        sa.Column("other_names", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("downloading", sa.Integer(), nullable=False),
        sa.Column("downloaded", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("discovered_at", sa.BigInteger()),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.Column("merged_into", _KEY),
        sa.PrimaryKeyConstraint("id", name="reelgate_artists_pk"),
        sa.UniqueConstraint("unique_name", name="reelgate_artists_unique_unique_name"),
    )
    op.create_index("reelgate_artists_by_merged_into", "reelgate_artists", ["merged_into"])
    op.create_index("reelgate_artists_by_shelf_created_at_id", "reelgate_artists", ["shelf", "created_at", "id"])
    op.create_index("reelgate_artists_by_shelf_deleted_at", "reelgate_artists", ["shelf", "deleted_at"])
    op.create_index("reelgate_artists_by_shelf_downloaded_id", "reelgate_artists", ["shelf", "downloaded", "id"])
    op.create_index("reelgate_artists_by_shelf_name_key_id", "reelgate_artists", ["shelf", "name_key", "id"])
    op.create_index("reelgate_artists_by_shelf_wanted_id", "reelgate_artists", ["shelf", "wanted", "id"])


def _make_what_artists_are_found_by() -> None:
    op.create_table(
        "reelgate_artist_ids",
        sa.Column("service", _KEY, nullable=False),
        sa.Column("source_id", _KEY, nullable=False),
        sa.Column("artist_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["reelgate_artists.id"], name="reelgate_artist_ids_artist_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service", "source_id", name="reelgate_artist_ids_pk"),
    )
    op.create_index("reelgate_artist_ids_by_artist_id", "reelgate_artist_ids", ["artist_id"])
    op.create_table(
        "reelgate_artist_words",
        sa.Column("word", _KEY, nullable=False),
        sa.Column("artist_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["reelgate_artists.id"], name="reelgate_artist_words_artist_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "artist_id", name="reelgate_artist_words_pk"),
    )
    op.create_index("reelgate_artist_words_by_artist_id", "reelgate_artist_words", ["artist_id"])


def _make_wanted() -> None:
    op.create_table(
        "reelgate_wanted",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("artist_id", _KEY),
        sa.Column("hidden", sa.Integer(), nullable=False),
        sa.Column("state", _KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", _KEY, nullable=False),
        sa.Column("match_key", _KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("length", sa.BigInteger()),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("service", _KEY, nullable=False),
        sa.Column("source_id", _KEY, nullable=False),
        sa.Column("url", _KEY, nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("video_id", _KEY),
        sa.Column("import_id", _KEY),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["reelgate_artists.id"], name="reelgate_wanted_artist_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="reelgate_wanted_pk"),
    )


def _make_indexes_of_wanted() -> None:
    op.create_index("reelgate_wanted_by_artist_id_found_at_id", "reelgate_wanted", ["artist_id", "found_at", "id"])
    op.create_index("reelgate_wanted_by_artist_id_match_key", "reelgate_wanted", ["artist_id", "match_key"])
    op.create_index("reelgate_wanted_by_hidden_confidence_id", "reelgate_wanted", ["hidden", "confidence", "id"])
    op.create_index("reelgate_wanted_by_hidden_found_at_id", "reelgate_wanted", ["hidden", "found_at", "id"])
    op.create_index(
        "reelgate_wanted_by_hidden_state_confidence_id", "reelgate_wanted", ["hidden", "state", "confidence", "id"]
    )
    op.create_index(
        "reelgate_wanted_by_hidden_state_found_at_id", "reelgate_wanted", ["hidden", "state", "found_at", "id"]
    )
    op.create_index(
        "reelgate_wanted_by_hidden_state_title_key_id", "reelgate_wanted", ["hidden", "state", "title_key", "id"]
    )
    op.create_index("reelgate_wanted_by_hidden_state_year_id", "reelgate_wanted", ["hidden", "state", "year", "id"])
    op.create_index("reelgate_wanted_by_hidden_title_key_id", "reelgate_wanted", ["hidden", "title_key", "id"])
    op.create_index("reelgate_wanted_by_hidden_year_id", "reelgate_wanted", ["hidden", "year", "id"])
    op.create_index("reelgate_wanted_by_import_id", "reelgate_wanted", ["import_id"])
    op.create_index("reelgate_wanted_by_url", "reelgate_wanted", ["url"])
    op.create_index("reelgate_wanted_by_video_id", "reelgate_wanted", ["video_id"])


def _make_what_films_are_found_by() -> None:
    op.create_table(
        "reelgate_wanted_sources",
        sa.Column("artist", _KEY, nullable=False),
        sa.Column("service", _KEY, nullable=False),
        sa.Column("source_id", _KEY, nullable=False),
        sa.Column("wanted_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["wanted_id"], ["reelgate_wanted.id"], name="reelgate_wanted_sources_wanted_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("artist", "service", "source_id", name="reelgate_wanted_sources_pk"),
    )
    op.create_index("reelgate_wanted_sources_by_service_source_id", "reelgate_wanted_sources", ["service", "source_id"])
    op.create_index("reelgate_wanted_sources_by_wanted_id", "reelgate_wanted_sources", ["wanted_id"])
    op.create_table(
        "reelgate_wanted_words",
        sa.Column("word", _KEY, nullable=False),
        sa.Column("wanted_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["wanted_id"], ["reelgate_wanted.id"], name="reelgate_wanted_words_wanted_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "wanted_id", name="reelgate_wanted_words_pk"),
    )
    op.create_index("reelgate_wanted_words_by_wanted_id", "reelgate_wanted_words", ["wanted_id"])
