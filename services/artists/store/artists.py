"""Artists as rows: one, several, and changes of one. `pages.py` lists them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update

from services.artists.artist import Artist, Shelf, name_key, name_word
from services.artists.pictures.store import want, want_again
from services.artists.store.rows import COUNTS, artist_of, artist_words_of, said_row
from services.artists.tables import artist_ids, artist_words, artists
from services.database.clock import Clock
from services.database.engine import Database, Transaction

_AT_ONCE = 500
_LIBRARY = artists.c.shelf == Shelf.LIBRARY.value


class ArtistStore:
    """The tables of artists."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now

    def get(self, id_: str, *, on: Transaction | None = None, lock: bool = False) -> Artist | None:
        """The artist of that id, wherever it is; with `lock` nobody else changes it until the transaction ends."""
        wanted = select(artists).where(artists.c.id == id_)
        if on is None:
            with self._database.reading() as connection:
                row = connection.execute(wanted).mappings().one_or_none()
        else:
            row = on.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()
        return None if row is None else artist_of(row)

    def these(self, ids: Collection[str]) -> dict[str, Artist]:
        """The artists of those ids, wherever they are, by id."""
        if not ids:
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(select(artists).where(artists.c.id.in_(set(ids)))).mappings()
            return {row["id"]: artist_of(row) for row in rows}

    def merged_into(self, id_: str) -> tuple[str, ...]:
        """The ids of those whose place this artist has taken."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(artists.c.id).where(artists.c.merged_into == id_)))

    def add(self, artist: Artist, *, on: Transaction) -> None:
        """Keep a new artist. Raises `DatabaseConflictError` when its name or an id of it is another's."""
        row = said_row(artist) | dict.fromkeys(COUNTS.values(), 0)
        times = {"created_at": self._now, "changed_at": self._now}
        on.execute(insert(artists).values(id=artist.id, shelf=artist.shelf.value, **row, **times))
        self._keep_words(artist, on)
        self._keep_ids(artist, on)
        want([artist.picture], on=on, first=True)

    def put(self, artist: Artist, *, on: Transaction) -> None:
        """Write down what is said of an artist, and where it is. Raises as `add` does."""
        in_trash = artist.shelf is Shelf.TRASH
        values = said_row(artist) | {
            "shelf": artist.shelf.value,
            "merged_into": artist.merged_into,
            "changed_at": self._now,
            "deleted_at": self._now if in_trash else None,
        }
        on.execute(update(artists).where(artists.c.id == artist.id).values(values))
        on.execute(delete(artist_words).where(artist_words.c.artist_id == artist.id))
        on.execute(delete(artist_ids).where(artist_ids.c.artist_id == artist.id))
        if artist.shelf is Shelf.LIBRARY:
            self._keep_words(artist, on)
            self._keep_ids(artist, on)
            want([artist.picture], on=on, first=True)

    def show_as(self, artist: Artist, *, on: Transaction) -> None:
        """Have the picture of an artist fetched that somebody has just named, though it could not be before."""
        if artist.picture:
            want_again(artist.picture, on=on)

    def lock(self, ids: Collection[str], *, on: Transaction) -> None:
        """Let nobody else change these, nor those whose place they have taken, until the transaction ends.

        They are locked in one order, whoever asks.
        """
        which = or_(artists.c.id.in_(ids), artists.c.merged_into.in_(ids))
        on.execute(select(artists.c.id).where(which).order_by(artists.c.id).with_for_update()).all()

    def lead_on(self, id_: str, *, to: str, on: Transaction) -> None:
        """Let those whose place an artist has taken be found at another one."""
        on.execute(update(artists).where(artists.c.merged_into == id_).values(merged_into=to))

    def by_own_name(self, name: str, *, on: Transaction | None = None) -> Artist | None:
        """The artist of the library whose own name it is."""
        rows = self._rows(select(artists).where(artists.c.unique_name == name_key(name)), on)
        return artist_of(rows[0]) if rows else None

    def by_name(self, names: Collection[str], *, on: Transaction | None = None) -> dict[str, Artist]:
        """The artists of the library that bear one of these names, other names too, by the folded name."""
        words = {name_word(name) for name in names}
        wanted = select(artist_words.c.word, artists).join(artists, artists.c.id == artist_words.c.artist_id)
        found: dict[str, Artist] = {}
        for some in _batches(sorted(words)):
            for row in self._rows(wanted.where(_LIBRARY, artist_words.c.word.in_(some)).order_by(artists.c.id), on):
                found.setdefault(row["word"][1:], artist_of(row))
        # Whose own name it is goes before whom it is another name of.
        for some in _batches(sorted(set(map(name_key, names)))):
            for row in self._rows(select(artists).where(artists.c.unique_name.in_(some)), on):
                found[row["unique_name"]] = artist_of(row)
        return found

    def by_ids(self, ids: Mapping[str, str], *, on: Transaction | None = None) -> list[tuple[str, Artist]]:
        """The artists of the library that have one of these ids, each with the service at which it has."""
        found: list[tuple[str, Artist]] = []
        for service, source_id in ids.items():
            which = and_(artist_ids.c.service == service, artist_ids.c.source_id == source_id)
            wanted = select(artists).join(artist_ids, artists.c.id == artist_ids.c.artist_id).where(which)
            found += [(service, artist_of(row)) for row in self._rows(wanted, on)]
        return found

    def known_ids(
        self, pairs: Sequence[tuple[str, str]], *, on: Transaction | None = None
    ) -> dict[tuple[str, str], str]:
        """Which of these ids, each with its service, artists of the library have: their own ids, by these."""
        found: dict[tuple[str, str], str] = {}
        for service in {name for name, _ in pairs}:
            for some in _batches([id_ for name, id_ in pairs if name == service]):
                which = and_(artist_ids.c.service == service, artist_ids.c.source_id.in_(some))
                for row in self._rows(select(artist_ids).where(which), on):
                    found[service, row["source_id"]] = row["artist_id"]
        return found

    def discovered(self, id_: str) -> None:
        """Write down that an artist has just been looked up."""
        with self._database.writing() as connection:
            connection.execute(update(artists).where(artists.c.id == id_).values(discovered_at=self._now))

    def forget(self, *, deleted_before: int, most: int) -> Sequence[str]:
        """Let go of so many artists that have been in the trash since then, in milliseconds; returns their ids."""
        old = and_(artists.c.shelf == Shelf.TRASH.value, artists.c.deleted_at < deleted_before)
        with self._database.writing() as connection:
            ids = list(connection.scalars(select(artists.c.id).where(old).order_by(artists.c.deleted_at).limit(most)))
            if ids:
                connection.execute(delete(artists).where(artists.c.merged_into.in_(ids)))
                connection.execute(delete(artists).where(artists.c.id.in_(ids)))
        return ids

    def _rows(self, wanted: Any, on: Transaction | None) -> Sequence[Mapping[str, Any]]:
        if on is not None:
            return [dict(row) for row in on.execute(wanted).mappings()]
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def _keep_words(self, artist: Artist, on: Transaction) -> None:
        words = sorted(artist_words_of(artist))
        on.execute(insert(artist_words), [{"word": word, "artist_id": artist.id} for word in words])

    def _keep_ids(self, artist: Artist, on: Transaction) -> None:
        rows = [{"service": name, "source_id": id_, "artist_id": artist.id} for name, id_ in artist.ids.items()]
        if rows:
            on.execute(insert(artist_ids), rows)


def _batches(values: Sequence[str]) -> Sequence[Sequence[str]]:
    return [values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE)]
