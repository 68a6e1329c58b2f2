"""Wanted films as rows: what is found, and what becomes of each. `pages.py` lists them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, delete, func, insert, select, update

from services.artists.artist import Artist, WantedState, new_id
from services.artists.candidate import FilmCandidate, Wanted, match_key
from services.artists.store.rows import COUNTS, wanted_of, wanted_row, wanted_words_of, year_word
from services.artists.tables import LISTED, artists, wanted, wanted_sources, wanted_words
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.database.locks import lock

_AT_ONCE = 400
_UNNAMED = "artists.unnamed"


class WantedStore:
    """The tables of wanted films. Whoever changes films of an artist has locked that artist before."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def get(self, id_: str, *, on: Transaction | None = None) -> Wanted | None:
        """The film of that id."""
        found = self._find(wanted.c.id == id_, on)
        return found[0] if found else None

    def by_source(self, service: str, source_id: str) -> list[Wanted]:
        """The films that are known there by that id: one for each artist."""
        which = and_(wanted_sources.c.service == service, wanted_sources.c.source_id == source_id)
        return self._find(wanted.c.id.in_(select(wanted_sources.c.wanted_id).where(which)))

    def by_url(self, url: str) -> list[Wanted]:
        """The films that lie at this address."""
        return self._find(wanted.c.url == url)

    def by_import(self, import_id: str) -> list[Wanted]:
        """The films that this import brings."""
        return self._find(wanted.c.import_id == import_id)

    def by_video(self, video_id: str) -> list[Wanted]:
        """The films that have become this video."""
        return self._find(wanted.c.video_id == video_id)

    def known_sources(
        self, candidates: Collection[FilmCandidate], *, artist_id: str | None, on: Transaction
    ) -> dict[tuple[str, str], str]:
        """Which of these are known by their ids at services, of this artist or, without one, of any; with their ids."""
        found: dict[tuple[str, str], str] = {}
        by_service: dict[str, list[str]] = {}
        for each in candidates:
            by_service.setdefault(each.service, []).append(each.source_id)
        for service, ids in by_service.items():
            for some in _batches(ids):
                which = [wanted_sources.c.service == service, wanted_sources.c.source_id.in_(some)]
                if artist_id is not None:
                    which.append(wanted_sources.c.artist == artist_id)
                for row in on.execute(select(wanted_sources).where(*which)):
                    found[service, row.source_id] = row.wanted_id
        return found

    def by_titles(self, keys: Collection[str], *, artist_id: str, on: Transaction) -> dict[str, list[Wanted]]:
        """The films of an artist whose titles match these, by what they match by."""
        found: dict[str, list[Wanted]] = {}
        for some in _batches(sorted(set(keys))):
            which = and_(wanted.c.artist_id == artist_id, wanted.c.match_key.in_(some))
            for row in on.execute(select(wanted).where(which).order_by(wanted.c.found_at, wanted.c.id)).mappings():
                found.setdefault(row["match_key"], []).append(wanted_of(row))
        return found

    def add(
        self, candidates: Sequence[FilmCandidate], *, artist: Artist | None, state: WantedState, on: Transaction
    ) -> list[Wanted]:
        """Keep these films as new ones, all in this state. Their pictures are wanted by whoever calls this."""
        if not candidates:
            return []
        now = int(on.scalar(select(self._now)) or 0)
        rows = [
            wanted_row(each, artist=artist)
            | {"id": new_id(), "state": state.value, "found_at": now, "changed_at": now}
            | {"error": None, "video_id": None, "import_id": None}
            for each in candidates
        ]
        on.execute(insert(wanted), rows)
        new = [wanted_of(row) for row in rows]
        for film, row, each in zip(new, rows, candidates, strict=True):
            self._add_words(row, wanted_words_of(each), on)
            self.know_at(film.id, each.service, each.source_id, artist_id=film.artist_id, on=on)
        if artist is not None:
            self.count(artist.id, {state: len(rows)}, on=on)
        return new

    def know_at(self, id_: str, service: str, source_id: str, *, artist_id: str | None, on: Transaction) -> None:
        """Write down by which other id a film is known."""
        row = {"artist": artist_id or "", "service": service, "source_id": source_id}
        on.execute(self._insert(wanted_sources).values(wanted_id=id_, **row).on_conflict_do_nothing())

    def fill(self, known: Wanted, candidate: FilmCandidate, *, on: Transaction) -> None:
        """Write down of a known film what another service knows and the first did not."""
        values: dict[str, Any] = {}
        if not known.url and candidate.url:
            values["url"] = candidate.url
        if known.year is None and candidate.year is not None:
            values["year"] = candidate.year
        if known.seconds is None and candidate.seconds is not None:
            values["length"] = round(candidate.seconds * 1000)
        if not known.picture and candidate.picture:
            values["picture"] = candidate.picture
        if values:
            row = on.execute(update(wanted).where(wanted.c.id == known.id).values(values).returning(wanted)).mappings()
            if "year" in values:
                self.list_as(known.id, {"year": values["year"]}, on=on)
                self._add_words(row.one(), {year_word(values["year"])}, on)

    def change(self, known: Wanted, state: WantedState, *, values: Mapping[str, Any], on: Transaction) -> Wanted | None:
        """Put a film into a state, if it is still in the one that is known; else None."""
        which = and_(wanted.c.id == known.id, wanted.c.state == known.state.value)
        said = update(wanted).where(which).values(state=state.value, changed_at=self._now, **values)
        row = on.execute(said.returning(wanted)).mappings().one_or_none()
        if row is None:
            return None
        if state is not known.state:
            self.list_as(known.id, {"state": state.value}, on=on)
        if known.artist_id is not None and state is not known.state:
            self.count(known.artist_id, {known.state: -1, state: 1}, on=on)
        return wanted_of(row)

    def count(self, artist_id: str, changes: Mapping[WantedState, int], *, on: Transaction) -> None:
        """Let the numbers of an artist follow."""
        columns = {COUNTS[state]: artists.c[COUNTS[state]] + number for state, number in changes.items()}
        on.execute(update(artists).where(artists.c.id == artist_id).values(columns))

    def count_anew(self, artist_id: str, *, on: Transaction) -> None:
        """Count all films of an artist."""
        sums = [func.coalesce(func.sum(case((wanted.c.state == state.value, 1), else_=0)), 0) for state in COUNTS]
        counted = on.execute(select(*sums).where(wanted.c.artist_id == artist_id)).one()
        values = dict(zip(COUNTS.values(), map(int, counted), strict=True))
        on.execute(update(artists).where(artists.c.id == artist_id).values(values))

    def hide(self, artist_id: str, *, hidden: bool, on: Transaction) -> None:
        """Take the films of an artist out of the list, or put them back."""
        for table in (wanted, wanted_words):
            films = wanted.c.id if table is wanted else wanted_words.c.wanted_id
            theirs = select(wanted.c.id).where(wanted.c.artist_id == artist_id)
            on.execute(update(table).where(films.in_(theirs)).values(hidden=int(hidden)))

    def forget(self, ids: Collection[str], *, on: Transaction) -> None:
        """Let go of these films."""
        on.execute(delete(wanted).where(wanted.c.id.in_(ids)))

    def adopt(self, id_: str, candidate: FilmCandidate, *, artist: Artist, on: Transaction) -> Wanted | None:
        """Give an artist a film that belongs to none; None where it belongs to one by now."""
        values = {"artist_id": artist.id, "match_key": match_key(candidate.title, artist.name)}
        which = and_(wanted.c.id == id_, wanted.c.artist_id.is_(None))
        row = on.execute(update(wanted).where(which).values(values).returning(wanted)).mappings().one_or_none()
        if row is None:
            return None
        self.list_as(id_, {"artist_id": artist.id}, on=on)
        adopted, own = wanted_of(row), wanted_sources.alias()
        same = and_(own.c.service == wanted_sources.c.service, own.c.source_id == wanted_sources.c.source_id)
        known = select(own.c.wanted_id).where(own.c.artist == artist.id, same).exists()
        on.execute(delete(wanted_sources).where(wanted_sources.c.wanted_id == id_, known))
        on.execute(update(wanted_sources).where(wanted_sources.c.wanted_id == id_).values(artist=artist.id))
        self.fill(adopted, candidate, on=on)
        self.count(artist.id, {adopted.state: 1}, on=on)
        return adopted

    def list_as(self, id_: str, values: Mapping[str, Any], *, on: Transaction) -> None:
        """Let lists of what has a word know what has changed of a film."""
        on.execute(update(wanted_words).where(wanted_words.c.wanted_id == id_).values(values))

    def lock_unnamed(self, on: Transaction) -> None:
        """Let nobody else add films without an artist until the transaction ends."""
        lock(_UNNAMED, on=on)

    def _add_words(self, row: Mapping[str, Any] | RowMapping, words: Collection[str], on: Transaction) -> None:
        listed = {"wanted_id": row["id"]} | {name: row[name] for name in LISTED}
        rows = [{"word": word} | listed for word in sorted(words)]
        on.execute(self._insert(wanted_words).on_conflict_do_nothing(), rows)

    def _find(self, which: ColumnElement[bool], on: Transaction | None = None) -> list[Wanted]:
        question = select(wanted).where(which).order_by(wanted.c.found_at, wanted.c.id)
        if on is not None:
            return [wanted_of(row) for row in on.execute(question).mappings()]
        with self._database.reading() as connection:
            return [wanted_of(row) for row in connection.execute(question).mappings()]


def _batches(values: Sequence[str]) -> Sequence[Sequence[str]]:
    return [values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE)]
