"""Which pictures are kept, and when which is asked for; all instances count by the database's clock.

Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, except_, select, union, update

from services.artists.artist import Shelf
from services.artists.pictures.tables import pictures
from services.artists.tables import artists, wanted, wanted_sources
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_on

MOST_TRIES = 3
_DAY = 24 * 3600 * 1000
_ATTEMPT = 10 * 60 * 1000
"""Milliseconds after which a picture is asked for again whose fetcher has died."""
_FIRST, _NEW = 0, 1
"""When new ones may be asked for: people wait for those that they have named themselves."""
_AT_ONCE = 400


@dataclass(frozen=True, kw_only=True)
class KeptPicture:
    """A picture that lies here."""

    url: str
    """Where it came from."""
    version: str
    """Names its bytes."""


def want(urls: Collection[str], *, on: Transaction, first: bool = False) -> None:
    """Have pictures fetched that nobody has asked for before."""
    rows = [{"url": url, "next_at": _FIRST if first else _NEW, "tries": 0} for url in sorted(set(urls)) if url]
    if rows:
        on.execute(insert_on(on)(pictures).on_conflict_do_nothing(index_elements=["url"]), rows)


def want_again(url: str, *, on: Transaction) -> None:
    """Have a picture fetched that somebody has named, though it could not be before."""
    want([url], on=on, first=True)
    missing = and_(pictures.c.url == url, pictures.c.version.is_(None))
    on.execute(update(pictures).where(missing).values(next_at=_FIRST, tries=0, error=None))


class PictureStore:
    """The table of pictures."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)

    def kept(self, urls: Collection[str]) -> Mapping[str, KeptPicture]:
        """Those of these addresses whose pictures lie here."""
        found: dict[str, KeptPicture] = {}
        known = sorted({url for url in urls if url})
        for at in range(0, len(known), _AT_ONCE):
            which = and_(pictures.c.url.in_(known[at : at + _AT_ONCE]), pictures.c.version.is_not(None))
            with self._database.reading() as connection:
                for row in connection.execute(select(pictures.c.url, pictures.c.version).where(which)):
                    found[row.url] = KeptPicture(url=row.url, version=row.version)
        return found

    def is_any_due(self) -> bool:
        """Whether one may be asked for."""
        return bool(self.due(most=1))

    def due(self, *, most: int) -> Sequence[str]:
        """So many addresses that may be asked now, what is new first."""
        with self._database.reading() as connection:
            which = pictures.c.next_at <= self._clock.now
            return list(
                connection.scalars(
                    select(pictures.c.url).where(which).order_by(pictures.c.next_at, pictures.c.url).limit(most)
                )
            )

    def begin(self, url: str) -> bool:
        """Write down that a picture is asked for; False where another has been quicker.

        Whoever dies meanwhile leaves it to the next one: what kills its fetcher is not asked for ever.
        """
        with self._database.writing() as connection:
            now = self._clock.read_on(connection)
            mine = and_(pictures.c.url == url, pictures.c.next_at <= now)
            values = {"tries": pictures.c.tries + 1, "next_at": now + _ATTEMPT}
            begun = connection.execute(update(pictures).where(mine, pictures.c.tries < MOST_TRIES).values(values))
            if begun.rowcount:
                return True
            connection.execute(update(pictures).where(mine).values(next_at=None))
            return False

    def give_back(self, url: str) -> None:
        """Forget that a picture was asked for: it was no fault of its own."""
        with self._database.writing() as connection:
            which = and_(pictures.c.url == url, pictures.c.version.is_(None), pictures.c.tries > 0)
            connection.execute(update(pictures).where(which).values(tries=pictures.c.tries - 1, next_at=_NEW))

    def keep(self, url: str, *, version: str, look: str) -> bool:
        """Write down that a picture lies here; False where it has been forgotten meanwhile."""
        values = {"next_at": None, "version": version, "look": look, "error": None}
        with self._database.writing() as connection:
            return bool(connection.execute(update(pictures).where(pictures.c.url == url).values(values)).rowcount)

    def fail(self, url: str, error: str) -> None:
        """Write down that a picture cannot be had now: it is asked for again in a day, or not any more."""
        with self._database.writing() as connection:
            again = and_(pictures.c.url == url, pictures.c.version.is_(None))
            values = {"next_at": self._clock.now + _DAY, "error": error}
            connection.execute(update(pictures).where(again).values(values))
            over = and_(again, pictures.c.tries >= MOST_TRIES)
            connection.execute(update(pictures).where(over).values(next_at=None))

    def lost(self, picture: KeptPicture) -> None:
        """Have a picture fetched again whose bytes are gone from storage."""
        which = and_(pictures.c.url == picture.url, pictures.c.version == picture.version)
        with self._database.writing() as connection:
            connection.execute(update(pictures).where(which).values(version=None, next_at=_NEW, tries=0))

    def artists_of(self, urls: Collection[str]) -> Sequence[str]:
        """The artists of whom films have one of these pictures."""
        which = and_(wanted.c.picture.in_(urls), wanted.c.artist_id.is_not(None))
        with self._database.reading() as connection:
            return list(connection.scalars(select(wanted.c.artist_id).where(which).distinct()))

    def looks(self, artist_id: str, *, on: Transaction) -> Mapping[str, str]:
        """What the pictures of an artist's films look like that show something, by the films' ids."""
        of = pictures.join(wanted, wanted.c.picture == pictures.c.url)
        which = and_(wanted.c.artist_id == artist_id, pictures.c.look != "")
        found = on.execute(select(wanted.c.id, pictures.c.look).select_from(of).where(which))
        return {row.id: row.look for row in found}

    def services(self, films: Collection[str], *, on: Transaction) -> Mapping[str, frozenset[str]]:
        """The services that know these films, by the films' ids."""
        found: dict[str, frozenset[str]] = {}
        which = wanted_sources.c.wanted_id.in_(films)
        for row in on.execute(select(wanted_sources.c.wanted_id, wanted_sources.c.service).where(which)):
            found[row.wanted_id] = found.get(row.wanted_id, frozenset()) | {row.service}
        return found

    def want_missing(self, *, most: int) -> int:
        """Have pictures fetched that another version, which knows of none, has written down; returns how many."""
        named = union(select(wanted.c.picture), _OF_ARTISTS).subquery()
        there = named.outerjoin(pictures, pictures.c.url == named.c.picture)
        missing = select(named.c.picture).select_from(there).where(pictures.c.url.is_(None), named.c.picture != "")
        # All films are looked at: nobody who writes waits for that.
        with self._database.reading() as connection:
            found = list(connection.scalars(missing.limit(most)))
        if found:
            with self._database.writing() as connection:
                want(found, on=connection)
        return len(found)

    def unnamed(self, *, most: int) -> Sequence[str]:
        """So many addresses that no artist and no film names any more."""
        with self._database.reading() as connection:
            gone = except_(select(pictures.c.url), select(wanted.c.picture), _OF_ARTISTS)
            return list(connection.scalars(gone.limit(most)))

    def forget(self, urls: Collection[str]) -> int:
        """Let go of these, but for those that somebody names again; returns how many."""
        gone = [pictures.c.url.in_(urls), pictures.c.url.not_in(select(wanted.c.picture))]
        with self._database.writing() as connection:
            return connection.execute(delete(pictures).where(*gone, pictures.c.url.not_in(_OF_ARTISTS))).rowcount


# An artist whose place another has taken is seen by nobody; what it had, that one has.
_OF_ARTISTS = select(artists.c.picture).where(artists.c.shelf != Shelf.MERGED.value)
