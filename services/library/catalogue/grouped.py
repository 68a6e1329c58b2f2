"""How many videos are in collections, and how many bytes: one question for all of them."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from services.actors.policy import Seen
from services.library.catalogue.models import videos, words
from services.library.catalogue.pages import Totals, shown
from services.library.catalogue.rows import LIBRARY, collection_word


def find_grouped(connection: Connection, ids: Collection[str], *, seen: Seen) -> Mapping[str, Totals]:
    """What may be seen of the library in each of these collections, by id; those without anything are left out."""
    by_word = {collection_word(id_): id_ for id_ in ids}
    found = (
        select(words.c.word, func.count(), func.sum(videos.c.size))
        .join(videos, videos.c.number == words.c.number)
        .where(words.c.word.in_(list(by_word)), videos.c.shelf == LIBRARY, *shown(seen))
        .group_by(words.c.word)
    )
    return {by_word[word]: Totals(count=count, size=int(size or 0)) for word, count, size in connection.execute(found)}
