"""Long lists of artists and wanted films: indexes that hold all that a list asks, and words that know their films."""

import sqlalchemy as sa
from alembic import op

from utils.search_words import fold

revision = "artists_2"
down_revision = "first_looks_1"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_LONGEST_KEY = 200
_COUNTS = ("wanted", "downloading", "downloaded", "failed", "ignored")
_NARROWING = ("state", "year", "kind", "service", "title_key")


def upgrade() -> None:
    """Exchange the indexes, and make the table of words anew from what it and the films say."""
    _index_artists()
    _key_titles()
    _index_wanted()
    _make_words()


def _index_artists() -> None:
    table = "reelgate_artists"
    for name in ("name_key", "created_at", "wanted", "downloaded"):
        op.drop_index(f"{table}_by_shelf_{name}_id", table)
        counts = [each for each in _COUNTS if each != name]
        op.create_index(f"{table}_by_{name}", table, ["shelf", name, "id", *counts])
    op.create_index(f"{table}_listed", table, ["shelf", "id", "name_key", "created_at", *_COUNTS])
    op.drop_index("reelgate_artist_words_by_artist_id", "reelgate_artist_words")
    op.create_index("reelgate_artist_words_by_artist_id_word", "reelgate_artist_words", ["artist_id", "word"])


def _key_titles() -> None:
    """Titles are put in order without what is no letter, so that words are found in what they are put in order by."""
    films = sa.table(
        "reelgate_wanted", sa.column("id", _KEY), sa.column("title", sa.Text()), sa.column("title_key", _KEY)
    )
    on, last = op.get_bind(), ""
    key = sa.update(films).where(films.c.id == sa.bindparam("film")).values(title_key=sa.bindparam("key"))
    some = sa.select(films.c.id, films.c.title).order_by(films.c.id).limit(1000)
    while rows := on.execute(some.where(films.c.id > last)).all():
        on.execute(key, [{"film": row.id, "key": _key(row.title)} for row in rows])
        last = rows[-1].id


def _key(title: str) -> str:
    folded = fold(title)
    spelt = "".join(each if each.isalnum() else " " for each in folded)
    return (" ".join(spelt.split()) or folded.strip())[:_LONGEST_KEY]


def _index_wanted() -> None:
    table = "reelgate_wanted"
    op.drop_index(f"{table}_by_artist_id_found_at_id", table)
    for name in ("found_at", "title_key", "year", "confidence"):
        op.drop_index(f"{table}_by_hidden_{name}_id", table)
        op.drop_index(f"{table}_by_hidden_state_{name}_id", table)
        for before in (("hidden",), ("hidden", "state"), ("artist_id",)):
            columns = [*before, name, "id"]
            columns += [each for each in _NARROWING if each not in columns]
            op.create_index(f"{table}_by_{'_'.join((*before, name))}", table, columns)


def _make_words() -> None:
    op.execute("CREATE TABLE reelgate_wanted_words_before AS SELECT word, wanted_id FROM reelgate_wanted_words")
    op.drop_table("reelgate_wanted_words")
    op.create_table(
        "reelgate_wanted_words",
        sa.Column("word", _KEY, nullable=False),
        sa.Column("wanted_id", _KEY, nullable=False),
        sa.Column("artist_id", _KEY),
        sa.Column("hidden", sa.Integer(), nullable=False),
        sa.Column("state", _KEY, nullable=False),
        sa.Column("title_key", _KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", _KEY, nullable=False),
        sa.Column("service", _KEY, nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wanted_id"], ["reelgate_wanted.id"], name="reelgate_wanted_words_wanted_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "wanted_id", name="reelgate_wanted_words_pk"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO reelgate_wanted_words (word, wanted_id, artist_id, hidden, state, title_key, year, kind, service, "
        "confidence, found_at) SELECT word, wanted_id, artist_id, hidden, state, title_key, year, kind, service, "
        "confidence, found_at FROM reelgate_wanted_words_before "
        "JOIN reelgate_wanted ON reelgate_wanted.id = reelgate_wanted_words_before.wanted_id"
    )
    op.drop_table("reelgate_wanted_words_before")
    op.create_index("reelgate_wanted_words_by_wanted_id_word", "reelgate_wanted_words", ["wanted_id", "word"])
