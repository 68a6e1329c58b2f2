"""What lists of artists and wanted films cost: `make bench-artists`, or `python -m benchmarks.artists sqlite`.

Pages of 50 with 100 artists of ten films each, and with 10,000; the first artist has made 500 films and 10,000. The two
sizes are asked in turn, the store alone and the whole page by the app. On a machine that has other work, processor time
tells more than the clock: on SQLite it is all that a page takes. `ROUNDS=10` is a quick look.
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import create_engine, insert, make_url, text

from app import create_app
from benchmarks.sections import write_section
from config import Environment, Secret, Settings
from scripts.azurite import running_azurite
from scripts.postgres import running_postgres
from services.artists.artist import Artist, WantedState
from services.artists.candidate import FilmCandidate
from services.artists.store.pages import ARTIST_SORTS, WANTED_SORTS, ArtistPages, ArtistQuery, WantedQuery
from services.artists.store.rows import artist_words_of, moment, said_row, wanted_row, wanted_words_of
from services.artists.tables import LISTED, artist_words, artists, wanted, wanted_words
from services.database import schema
from services.database.build import durable_database_url
from services.database.engine import Connections, Database

FILMS = 10
_SIZES = ((100, 500), (10_000, 10_000))
_ROUNDS = int(os.environ.get("ROUNDS", "40"))
_STATES = list(WantedState)
_KINDS = ("music-video", "live", "interview")
_SERVICES = ("youtube", "imvdb", "musicbrainz", "lastfm")
_AT_ONCE = 500


def main() -> None:
    """Measure, and write what came of it into `docs/benchmarks-library.md`."""
    for engine in sys.argv[1:] or ("sqlite", "postgresql"):
        with ExitStack() as stack:
            server = stack.enter_context(running_postgres()) if engine == "postgresql" else None
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            table = measured(Path(folder), server)
        write_section("benchmarks-library.md", f"artists on {engine}", table, command="make bench-artists")


def fill(database: Database, count: int, *, most_films: int = FILMS) -> None:
    """So many artists, each with ten films, but for the first, who has made more."""
    for start in range(0, count, _AT_ONCE):
        made = [_artist(number) for number in range(start, min(start + _AT_ONCE, count))]
        films = [_film(each, start + at, number) for at, each in enumerate(made) for number in range(FILMS)]
        with database.writing() as on:
            rows = [_artist_row(each, start + at, most_films) for at, each in enumerate(made)]
            on.execute(insert(artists), rows)
            words = [{"word": word, "artist_id": each.id} for each in made for word in artist_words_of(each)]
            on.execute(insert(artist_words), words)
        _keep(database, films)
    for start in range(FILMS, most_films, FILMS * _AT_ONCE):
        # Where ten films for each of the others would be, were there more of them.
        numbers = range(start, min(start + FILMS * _AT_ONCE, most_films))
        _keep(database, [_film(_artist(0), count + number // FILMS, number) for number in numbers])


def an_artist(number: int) -> str:
    """The id of an artist, as much by chance as ids are."""
    return hashlib.sha256(b"artist %d" % number).hexdigest()[:24]


def _artist(number: int) -> Artist:
    at = moment(number)
    name = f"Artist {number * 7919 % 10_007} of {number}"
    return Artist(id=an_artist(number), name=name, created_at=at, changed_at=at)


def _artist_row(each: Artist, number: int, most_films: int) -> dict[str, Any]:
    films = FILMS if number else most_films
    counts = {state.value.lower(): films // len(_STATES) for state in _STATES}
    times = dict.fromkeys(("created_at", "changed_at"), number)
    return said_row(each) | counts | times | {"id": each.id, "shelf": "library"}


def _film(each: Artist, artist_number: int, number: int) -> tuple[dict[str, Any], FilmCandidate]:
    own = artist_number * FILMS + number % FILMS
    found = FilmCandidate(
        title=f"Film {own * 7919 % 100_003}",
        service=_SERVICES[own % 4],
        source_id=str(own),
        year=1960 + own % 60,
        kind=_KINDS[own % 3],
        confidence=own % 1000 / 1000,
    )
    times = dict.fromkeys(("found_at", "changed_at"), own)
    id_ = hashlib.sha256(b"film %d" % own).hexdigest()[:24]
    state = {"state": _STATES[own % len(_STATES)].value, "id": id_}
    return wanted_row(found, artist=each) | times | state, found


def _keep(database: Database, films: list[tuple[dict[str, Any], FilmCandidate]]) -> None:
    with database.writing() as on:
        on.execute(insert(wanted), [row for row, _ in films])
        found = [
            {"word": word, "wanted_id": row["id"]} | {name: row[name] for name in LISTED}
            for row, each in films
            for word in wanted_words_of(each)
        ]
        on.execute(insert(wanted_words), found)


def queries() -> Mapping[str, ArtistQuery | WantedQuery]:
    """What the pages ask for, by a name for each."""
    asked: dict[str, ArtistQuery | WantedQuery] = {}
    for sort in ARTIST_SORTS:
        asked[f"artists by {sort}"] = ArtistQuery(sort=sort)
        asked[f"artists by {sort}, of a state"] = ArtistQuery(sort=f"-{sort}", state=WantedState.FAILED)
    asked["artists, a word of 11 %"] = ArtistQuery(q="7")
    asked["artists, all and a word of 1 %"] = ArtistQuery(q="art 77")
    asked["artists, one letter, most wanted"] = ArtistQuery(q="a", sort="-wanted")
    asked["artists, none"] = ArtistQuery(q="zebra")
    for sort in WANTED_SORTS:
        asked[f"films by {sort}"] = WantedQuery(sort=sort)
        asked[f"films by {sort}, of a state"] = WantedQuery(sort=f"-{sort}", state=WantedState.FAILED)
        asked[f"films by {sort}, of a year"] = WantedQuery(sort=sort, year=1999)
        asked[f"films by {sort}, of a kind"] = WantedQuery(sort=f"-{sort}", kind="live")
        asked[f"films by {sort}, a word of 1 %"] = WantedQuery(sort=sort, q="77")
        asked[f"films by {sort}, of one artist"] = WantedQuery(sort=f"-{sort}", artist_id=an_artist(0))
        asked[f"films by {sort}, of one artist, kind, state"] = WantedQuery(
            sort=sort, artist_id=an_artist(0), kind="live", state=WantedState.FAILED
        )
    for sort in ("-found_at", "title"):
        asked[f"films by {sort}, kind, service"] = WantedQuery(sort=sort, kind="live", service="imvdb")
        asked[f"films by {sort}, state, year, kind, service"] = WantedQuery(
            sort=sort, state=WantedState.WANTED, kind="live", service="imvdb", year=1979
        )
        asked[f"films by {sort}, all and a word of 1 %"] = WantedQuery(sort=sort, q="film 77")
        asked[f"films by {sort}, a word of 11 %, state, kind"] = WantedQuery(
            sort=sort, q="7", state=WantedState.WANTED, kind="live"
        )
        asked[f"films by {sort}, a word of 3 %"] = WantedQuery(sort=sort, q="27 film")
        asked[f"films by {sort}, of a year, a word of 11 %"] = WantedQuery(sort=sort, q="7", year=1999)
        asked[f"films by {sort}, of one artist, a word of 11 %"] = WantedQuery(sort=sort, q="7", artist_id=an_artist(0))
        asked[f"films by {sort}, of a small artist"] = WantedQuery(sort=sort, artist_id=an_artist(42))
    asked["films, a word of 11 films"] = WantedQuery(q="7777")
    asked["films, none"] = WantedQuery(q="zebra")
    return asked


@dataclass(frozen=True)
class _Filled:
    """A database that is full, and an app that shows what is in it."""

    pages: ArtistPages
    client: FlaskClient

    def read(self, query: ArtistQuery | WantedQuery) -> None:
        """Ask the store alone."""
        if isinstance(query, ArtistQuery):
            self.pages.artists(query)
        else:
            self.pages.wanted(query)

    def show(self, query: ArtistQuery | WantedQuery) -> None:
        """Have the page made that a person asks for."""
        answer = self.client.get(_address(query))
        if answer.status_code != 200:
            raise RuntimeError(f"{_address(query)} was answered {answer.status}")


def _address(query: ArtistQuery | WantedQuery) -> str:
    asked: dict[str, object] = {"q": query.q, "sort": query.sort, "state": query.state or ""}
    if isinstance(query, ArtistQuery):
        return f"/artists?{urlencode(asked | {'view': 'list'})}"
    more = {"artist": query.artist_id, "kind": query.kind, "service": query.service, "year": query.year}
    return f"/wanted?{urlencode(asked | {name: value or '' for name, value in more.items()})}"


def measured(folder: Path, server: str | None) -> str:
    """The table, in Markdown; of SQLite where there is no server."""
    clock = time.thread_time if server is None else time.perf_counter
    rows: list[str] = []
    ratios: tuple[list[float], list[float]] = ([], [])
    with running_azurite() as azurite, ExitStack() as stack:
        storage = azurite.connection_string
        sizes = [stack.enter_context(_filled(folder, *size, server, storage)) for size in _SIZES]
        for name, query in queries().items():
            row = name
            for ask, found in zip((_Filled.read, _Filled.show), ratios, strict=True):
                few, many = _medians(lambda one, ask=ask, query=query: ask(one, query), sizes, clock)  # type: ignore[misc]
                found.append(many / few)
                row += f" | {few:.1f} | {many:.1f} | {many / few:.1f} times"
            rows.append(f"| {row} |")
        counts = {"totals of states": ArtistPages.totals, "how many artists": ArtistPages.count}
        for name, count in counts.items():
            few, many = _medians(lambda one, count=count: count(one.pages), sizes, clock)  # type: ignore[misc]
            rows.append(f"| {name} | {few:.1f} | {many:.1f} | {many / few:.1f} times | | | |")
    what = "processor time, SQLite" if server is None else "clock, PostgreSQL"
    heads = (what, *(f"{artists:,} artists" for artists, _ in _SIZES), "ratio", "page, fewer", "page, more", "ratio")
    store, page = (f"at most {max(each):.1f}, in the middle {statistics.median(each):.1f}" for each in ratios)
    return "\n".join(
        [
            f"Milliseconds of 50 rows, and of the whole page that shows them: medians of {_ROUNDS}, with 100 artists",
            "of ten films each and with 10,000; the first artist has made 500 films, and 10,000. Where few fit, the",
            "shorter list gives a shorter page.",
            f"Ratios of pages are {page}; of their rows, without the app around them, {store}.",
            "",
            f"| {' | '.join(heads)} |",
            f"| --- |{' ---: |' * (len(heads) - 1)}",
            *rows,
        ]
    )


def _medians(
    ask: Callable[[_Filled], object], sizes: Sequence[_Filled], clock: Callable[[], float]
) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        for one, times in zip(sizes, taken, strict=True):
            started = clock()
            ask(one)
            times.append(1000 * (clock() - started))
    few, many = map(statistics.median, taken)
    return few, many


@contextmanager
def _filled(folder: Path, count: int, most_films: int, server: str | None, storage: str) -> Iterator[_Filled]:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(storage),
        azure_storage_container_name=f"artists-{count}",
        data_dir=folder / str(count),
        database_url=None if server is None else Secret(_new_database(server, count)),
        musicbrainz_url=None,
        youtube_url=None,
    )
    settings.data_dir.mkdir()
    url = durable_database_url(settings)
    schema.upgrade(url)
    database = Database(Connections(url, precious=True, name="durable"), prepare=schema.check)
    fill(database, count, most_films=most_films)
    if server is not None:
        _on_server(url, "VACUUM ANALYZE")
    yield _Filled(ArtistPages(database), create_app(settings).test_client())
    database.close()


def _new_database(server: str, count: int) -> str:
    _on_server(server, f"CREATE DATABASE artists_{count}")
    return make_url(server).set(database=f"artists_{count}").render_as_string(hide_password=False)


def _on_server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


if __name__ == "__main__":
    main()
