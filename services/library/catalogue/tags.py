"""Tags by how they begin: each is looked for behind the one before, however many videos have it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from services.actors.policy import Seen
from services.library.catalogue.models import videos, words
from services.library.catalogue.pages import shown
from services.library.catalogue.rows import LIBRARY, tag_word, video_of

_LAST = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class FoundTag:
    """A tag of a video that may be seen."""

    word: str
    """Where it stands in their order."""
    tag: str
    """As it is written at one of its videos."""


def find_tags(connection: Connection, begins: str, *, seen: Seen, after: str = "") -> Iterator[FoundTag]:
    """Tags that begin like that, folded, in their order, behind that one; of videos that may be seen alone."""
    first, end = tag_word(begins), tag_word(begins) + _LAST
    word = after
    while True:
        behind = (words.c.word > word) if word else (words.c.word >= first)
        word = connection.scalar(select(func.min(words.c.word)).where(behind, words.c.word < end)) or ""
        if not word:
            return
        found = _written(connection, word, seen)
        if found is not None:
            yield FoundTag(word=word, tag=found)


def _written(connection: Connection, word: str, seen: Seen) -> str | None:
    """The tag as a video has it that may be seen; None where there is none."""
    which = (words.c.word == word, videos.c.shelf == LIBRARY, *shown(seen))
    wanted = select(videos).join(words, words.c.number == videos.c.number).where(*which).limit(1)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        return None
    return next((tag for tag in video_of(dict(row)).tags if tag_word(tag) == word), None)
