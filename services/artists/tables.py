"""Artists and wanted films. `store/` alone reads and writes them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from services.database.tables import PREFIX, Key, metadata

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
    Index(None, "shelf", "name_key", "id"),
    Index(None, "shelf", "created_at", "id"),
    Index(None, "shelf", "wanted", "id"),
    Index(None, "shelf", "downloaded", "id"),
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
    Index(None, "artist_id"),
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
    # What the list is sorted by, and what tells two titles apart.
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
    Index(None, "hidden", "found_at", "id"),
    Index(None, "hidden", "title_key", "id"),
    Index(None, "hidden", "year", "id"),
    Index(None, "hidden", "confidence", "id"),
    Index(None, "hidden", "state", "found_at", "id"),
    Index(None, "hidden", "state", "title_key", "id"),
    Index(None, "hidden", "state", "year", "id"),
    Index(None, "hidden", "state", "confidence", "id"),
    Index(None, "artist_id", "found_at", "id"),
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
    # A folded word of the title; or "#" and a kind, "@" and a service.
    Column("word", Key, primary_key=True),
    Column("wanted_id", Key, ForeignKey(wanted.c.id, ondelete="CASCADE"), primary_key=True),
    Index(None, "wanted_id"),
)
