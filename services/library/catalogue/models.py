"""The tables of the catalogue. Everything in them can be read from the container again."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

SCHEMA_VERSION = "12"
"""Change it with any change below: tables of another version are dropped and filled again."""

PREFIX = "catalogue_"

# Keys are compared by their bytes in every database, so that cursors and prefixes mean the same in each.
_Key = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite counts rows up only in a column of exactly this type.
_Number = BigInteger().with_variant(Integer, "sqlite")

UNKNOWN_LACKS = -1
"""What a video lacks that has no score yet: all bits, so that it is found whatever is asked for."""

metadata = MetaData()

state = Table(
    f"{PREFIX}state",
    metadata,
    Column("name", _Key, primary_key=True),
    Column("value", Text, nullable=False),
)

videos = Table(
    f"{PREFIX}videos",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", _Key, nullable=False, unique=True),
    # Where the row is seen: "library", "trash", or "hidden" for notes that no one is shown.
    Column("shelf", _Key, nullable=False),
    Column("status", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_key", _Key, nullable=False),
    Column("original_name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("sha256", Text),
    Column("etag", Text, nullable=False),
    Column("content_etag", Text, nullable=False),
    # Times are milliseconds since 1970.
    Column("uploaded_at", BigInteger, nullable=False),
    Column("tags", Text, nullable=False),
    Column("deleted_at", BigInteger),
    Column("held_at", BigInteger),
    Column("owner", _Key, nullable=False),
    Column("visibility", _Key, nullable=False),
    Column("collections", Text, nullable=False),
    Column("processing", Text),
    # Of a clip: the film that it was taken from, and all that is said of that, as JSON.
    Column("clip_of", _Key),
    Column("clip", Text),
    # What has been made of it (`services/videos/made.py`), as JSON, and how long it is, in milliseconds. Whoever writes
    # down what storage says of the video leaves these and the next as they are.
    Column("made", Text),
    Column("duration", BigInteger, nullable=False),
    # What it looks like (`services/videos/look.py`); nothing where that is not known, or tells nothing.
    Column("look", Text),
    # How accessible it is, and a bit for each thing that it lacks: of those, too, whoever writes down what storage says
    # knows nothing.
    Column("accessibility", Integer, nullable=False),
    Column("lacks", Integer, nullable=False),
    # The event that its last change is, as long as it has not been said.
    Column("unsaid", Text),
    # What is said about it, as it is stored beside the video.
    Column("about", Text, nullable=False),
    Column("about_version", Text, nullable=False),
    # How near storage keeps it, since when, and where to it is on its way back from the archive.
    Column("tier", _Key, nullable=False),
    Column("tier_since", BigInteger),
    Column("returning_to", Text),
    # By when it will be back: of that storage knows nothing, so whoever writes down what it says leaves this as it is.
    Column("back_by", BigInteger),
    # When this row was last written, by the clock of the database: what a listing of storage that began earlier says
    # about the video is older than the row.
    Column("written_at", BigInteger, nullable=False),
    Index(f"{PREFIX}by_time", "shelf", "uploaded_at", "id"),
    Index(f"{PREFIX}by_title", "shelf", "title_key", "id"),
    Index(f"{PREFIX}by_size", "shelf", "size", "id"),
    Index(f"{PREFIX}by_duration", "shelf", "duration", "id"),
    Index(f"{PREFIX}by_accessibility", "shelf", "accessibility", "id"),
    Index(f"{PREFIX}by_deletion", "shelf", "deleted_at", "id"),
    Index(f"{PREFIX}by_tier", "shelf", "tier", "uploaded_at", "id"),
    Index(f"{PREFIX}by_clip_of", "clip_of", "uploaded_at", "id"),
    Index(f"{PREFIX}by_sha256", "sha256", "uploaded_at", "id"),
)

words = Table(
    f"{PREFIX}words",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    # A folded word of the title, the original name or a tag; or "#" and a whole folded tag; or "@" and the id of a
    # collection; or "&" and the id of an artist.
    Column("word", _Key, primary_key=True),
    Index(f"{PREFIX}by_word", "word", "number"),
    sqlite_with_rowid=False,
)
