"""What is kept, by tier and owner: videos and their bytes, for what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from services.database.engine import Database
from services.library.catalogue.models import videos, words
from services.library.catalogue.rows import HIDDEN, TRASH, collection_word
from services.videos.video import MISSING

_FIRST = collection_word("")
_LAST = chr(ord(_FIRST) + 1)
"""Between these are the words of all collections."""


@dataclass(frozen=True, kw_only=True)
class KeptVideos:
    """Videos of one tier and owner, in the library or in the trash."""

    tier: str
    owner: str
    in_trash: bool
    videos: int
    size: int
    """In bytes."""


@dataclass(frozen=True, kw_only=True)
class CollectedVideos:
    """Videos of one collection and tier, in the library or in the trash."""

    collection: str
    tier: str
    videos: int
    size: int
    """In bytes."""


class KeptIndex:
    """Sums over the index. Every method raises `CatalogueUnavailableError` when the database fails."""

    def __init__(self, database: Database) -> None:
        """`database` is the one of the catalogue."""
        self._database = database

    def collected(self) -> Sequence[CollectedVideos]:
        """The same by collection: a video that is in several is counted in each."""
        each = (words.c.word, videos.c.tier)
        wanted = (
            select(*each, func.count(), func.sum(videos.c.size))
            .join(videos, videos.c.number == words.c.number)
            .where(words.c.word > _FIRST, words.c.word < _LAST)
            .where(videos.c.shelf != HIDDEN, videos.c.status != MISSING)
            .group_by(*each)
        )
        with self._database.reading() as connection:
            return [
                CollectedVideos(collection=word.removeprefix(_FIRST), tier=tier, videos=count, size=int(size or 0))
                for word, tier, count, size in connection.execute(wanted)
            ]

    def sums(self) -> Sequence[KeptVideos]:
        """All that storage has: what is missing there is left out, what is in the trash is not."""
        each = (videos.c.tier, videos.c.owner, videos.c.shelf)
        wanted = select(*each, func.count(), func.sum(videos.c.size)).group_by(*each)
        with self._database.reading() as connection:
            return [
                KeptVideos(tier=tier, owner=owner, in_trash=shelf == TRASH, videos=count, size=int(size or 0))
                for tier, owner, shelf, count, size in connection.execute(
                    wanted.where(videos.c.shelf != HIDDEN, videos.c.status != MISSING)
                )
            ]
