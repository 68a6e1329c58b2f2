"""Wanted films that become those of another artist."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import and_, select, update

from services.artists.artist import Artist
from services.artists.candidate import Wanted, match_key
from services.artists.store.rows import wanted_of
from services.artists.store.wanted import WantedStore
from services.artists.tables import wanted, wanted_sources
from services.database.engine import Transaction


class WantedMoves:
    """Changes that are counted anew at their end."""

    def __init__(self, store: WantedStore) -> None:
        self._store = store

    def of(self, artist_id: str, *, on: Transaction) -> Iterator[Wanted]:
        """All films of an artist."""
        rows = on.execute(select(wanted).where(wanted.c.artist_id == artist_id)).mappings().all()
        return map(wanted_of, rows)

    def of_both(self, one: str, other: str, *, on: Transaction) -> Mapping[str, str]:
        """The films of one artist that are known of the other by an id at a service: the other's, by the one's id."""
        ours, theirs = wanted_sources.alias(), wanted_sources.alias()
        same = and_(theirs.c.service == ours.c.service, theirs.c.source_id == ours.c.source_id)
        pairs = select(ours.c.wanted_id, theirs.c.wanted_id).join(theirs, same)
        found = on.execute(pairs.where(ours.c.artist == one, theirs.c.artist == other))
        return {row[0]: row[1] for row in found}

    def give(self, film: Wanted, *, to: Artist, on: Transaction) -> None:
        """Make a film another artist's."""
        values = {"artist_id": to.id, "match_key": match_key(film.title, to.name)}
        on.execute(update(wanted).where(wanted.c.id == film.id).values(values))
        self._store.list_as(film.id, {"artist_id": to.id}, on=on)
        on.execute(update(wanted_sources).where(wanted_sources.c.wanted_id == film.id).values(artist=to.id))

    def unite(self, film: Wanted, known: Wanted, *, artist: Artist, further: bool, on: Transaction) -> None:
        """Let a film go that is known as another of the artist, which learns where else it lies.

        If `further`, it learns as well how far the film was.
        """
        if further:
            values = {
                "state": film.state.value,
                "video_id": film.video_id,
                "import_id": film.import_id,
                "error": film.error,
            }
            on.execute(update(wanted).where(wanted.c.id == known.id).values(values))
            self._store.list_as(known.id, {"state": film.state.value}, on=on)
        theirs = select(wanted_sources.c.service, wanted_sources.c.source_id)
        places = on.execute(theirs.where(wanted_sources.c.wanted_id == film.id)).all()
        self._store.forget([film.id], on=on)
        for service, source_id in places:
            self._store.know_at(known.id, service, source_id, artist_id=artist.id, on=on)

    def count_anew(self, artist_ids: Iterable[str], *, on: Transaction) -> None:
        """Let the numbers of these artists be right again."""
        for id_ in artist_ids:
            self._store.count_anew(id_, on=on)
