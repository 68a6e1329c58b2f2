"""What is stored, as rules ask for it: many videos, and of each only what they go by."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, select

from services.library.catalogue.models import videos, words
from services.library.catalogue.rows import LIBRARY, collection_word, tag_word
from services.videos.video import READY


@dataclass(frozen=True, kw_only=True)
class StoredVideo:
    """A video of the library that is whole."""

    number: int
    """Where it stands in the order of `StoredQuery`."""
    id: str
    size: int
    tier: str
    uploaded_at: int
    """In milliseconds since 1970."""
    is_held: bool
    """Whether it is on legal hold."""
    tier_since: int | None
    """When it was put into its tier, where storage says that; in milliseconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class StoredQuery:
    """Which of them; what is None does not count."""

    uploaded_before: int | None = None
    """In milliseconds since 1970."""
    larger_than: int | None = None
    tag: str | None = None
    collection: str | None = None
    """Its id."""


def find_stored(connection: Connection, query: StoredQuery, *, after: int, most: int) -> Sequence[StoredVideo]:
    """So many of them behind that number, in the order of their numbers."""
    wanted = [videos.c.shelf == LIBRARY, videos.c.status == READY, videos.c.number > after]
    if query.uploaded_before is not None:
        wanted.append(videos.c.uploaded_at < query.uploaded_before)
    if query.larger_than is not None:
        wanted.append(videos.c.size > query.larger_than)
    asked = (query.tag and tag_word(query.tag), query.collection and collection_word(query.collection))
    wanted += [exists().where(words.c.number == videos.c.number, words.c.word == word) for word in asked if word]
    columns = (videos.c.number, videos.c.id, videos.c.size, videos.c.tier, videos.c.uploaded_at, videos.c.tier_since)
    held = videos.c.held_at.is_not(None).label("is_held")
    rows = connection.execute(select(*columns, held).where(*wanted).order_by(videos.c.number).limit(most))
    return [StoredVideo(**{**row, "is_held": bool(row["is_held"])}) for row in rows.mappings()]


def find_having(connection: Connection, numbers: Sequence[int], word: str) -> frozenset[str]:
    """The ids of those of these videos that have the word."""
    wanted = select(videos.c.id).join(words, words.c.number == videos.c.number)
    found = connection.scalars(wanted.where(videos.c.number.in_(numbers), words.c.word == word))
    return frozenset(found)
