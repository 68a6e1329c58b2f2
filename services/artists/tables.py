"""Artists and wanted films. `store/` alone reads and writes them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

_COUNTS = ("wanted", "downloading", "downloaded", "failed", "ignored")
LISTED = frozenset({"artist_id", "hidden", "state", "title_key", "year", "kind", "service", "confidence", "found_at"})
"""The columns by which films are narrowed and put in order: entries of words have them as well."""


def _others(*names: str) -> list[str]:
    """The columns by which films are narrowed, but for those that an index begins with."""
    return [each for each in ("state", "year", "kind", "service", "title_key") if each not in names]


artists = Table(
    f"{PREFIX}artists",
    metadata,
    Column("id", Key, primary_key=True),
    # Where it is seen: "library", "trash", or "merged" when another artist has taken its place.
    Column("shelf", Key, nullable=False),
    Column("name", Text, nullable=False),
    # The folded name that the list is sorted by.
    Column("name_key", Key, nullable=False),
    # The folded name that no other artist may have; none for those that are not in the library.
    Column("unique_name", Key, unique=True),
    Column("other_names", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("picture", Text, nullable=False),
    Column("links", Text, nullable=False),
    Column("ids", Text, nullable=False),
    # How many films are wanted of it, in each state: written with each change of one.
    Column("wanted", Integer, nullable=False),
    Column("downloading", Integer, nullable=False),
    Column("downloaded", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("ignored", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("discovered_at", BigInteger),
    Column("deleted_at", BigInteger),
    Column("merged_into", Key),
    # What the list is sorted by and what it is narrowed by, so that no row is read in vain.
    *(
        Index(f"{PREFIX}artists_by_{name}", "shelf", name, "id", *(each for each in _COUNTS if each != name))
        for name in ("name_key", "created_at", "wanted", "downloaded")
    ),
    Index(f"{PREFIX}artists_listed", "shelf", "id", "name_key", "created_at", *_COUNTS),
    Index(None, "shelf", "deleted_at"),
    Index(None, "merged_into"),
)

artist_ids = Table(
    f"{PREFIX}artist_ids",
    metadata,
    Column("service", Key, primary_key=True),
    Column("source_id", Key, primary_key=True),
    Column("artist_id", Key, ForeignKey(artists.c.id, ondelete="CASCADE"), nullable=False),
    Index(None, "artist_id"),
)

artist_words = Table(
    f"{PREFIX}artist_words",
    metadata,
    # A folded word of a name, or "=" and a whole folded name.
    Column("word", Key, primary_key=True),
    Column("artist_id", Key, ForeignKey(artists.c.id, ondelete="CASCADE"), primary_key=True),
    Index(None, "artist_id", "word"),
)

wanted = Table(
    f"{PREFIX}wanted",
    metadata,
    Column("id", Key, primary_key=True),
    Column("artist_id", Key, ForeignKey(artists.c.id, ondelete="CASCADE")),
    # 1 while its artist is in the trash.
    Column("hidden", Integer, nullable=False),
    Column("state", Key, nullable=False),
    Column("title", Text, nullable=False),
    # What the list is sorted and searched by, and what tells two titles apart.
    Column("title_key", Key, nullable=False),
    Column("match_key", Key, nullable=False),
    # 0 where it is not known.
    Column("year", Integer, nullable=False),
    # In milliseconds.
    Column("length", BigInteger),
    Column("kind", Key, nullable=False),
    Column("service", Key, nullable=False),
    Column("source_id", Key, nullable=False),
    Column("url", Key, nullable=False),
    Column("picture", Text, nullable=False),
    # In thousandths.
    Column("confidence", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("error", Text),
    Column("video_id", Key),
    Column("import_id", Key),
    Column("found_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    # What the list is sorted by and what it is narrowed by, so that no row is read in vain.
    *(
        Index(f"{PREFIX}wanted_by_{'_'.join((*before, name))}", *before, name, "id", *_others(*before, name))
        for name in ("found_at", "title_key", "year", "confidence")
        for before in (("hidden",), ("hidden", "state"), ("artist_id",))
    ),
    Index(None, "artist_id", "match_key"),
    Index(None, "url"),
    Index(None, "video_id"),
    Index(None, "import_id"),
)

wanted_sources = Table(
    f"{PREFIX}wanted_sources",
    metadata,
    # Where films are known: one at several services, and one that two artists have made is wanted of each of them.
    # Empty where no artist is known.
    Column("artist", Key, primary_key=True),
    Column("service", Key, primary_key=True),
    Column("source_id", Key, primary_key=True),
    Column("wanted_id", Key, ForeignKey(wanted.c.id, ondelete="CASCADE"), nullable=False),
    Index(None, "service", "source_id"),
    Index(None, "wanted_id"),
)

wanted_words = Table(
    f"{PREFIX}wanted_words",
    metadata,
    # A folded word of the title; or "#" and a kind, "@" and a service, "~" and a year.
    Column("word", Key, primary_key=True),
    Column("wanted_id", Key, ForeignKey(wanted.c.id, ondelete="CASCADE"), primary_key=True),
    # Those of the film, so that what has a word is narrowed and put in order without a look at each film.
    *(Column(each.name, each.type, nullable=each.nullable) for each in wanted.c if each.name in LISTED),
    Index(None, "wanted_id", "word"),
    sqlite_with_rowid=False,
)
