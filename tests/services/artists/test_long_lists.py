"""Long lists answer as short ones do: 10,000 artists with 100,000 films, in both databases.

How long a page takes is printed beside what it takes with 100 artists (`-s` shows it), and judged by nobody: on a busy
machine it says nothing.
"""

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from sqlalchemy import insert

from services.artists.artist import Artist, WantedState
from services.artists.candidate import FilmCandidate
from services.artists.store.pages import ArtistPages, ArtistQuery, WantedQuery
from services.artists.store.rows import artist_words_of, moment, said_row, wanted_row, wanted_words_of
from services.artists.tables import artist_words, artists, wanted, wanted_words
from services.database.engine import Database

pytestmark = pytest.mark.thorough

_STATES = list(WantedState)
_KINDS = ("music-video", "live", "interview")
_FILMS = 10
_ROUNDS = 7
_AT_ONCE = 500


def fill(database: Database, count: int) -> None:
    """So many artists, each with ten films."""
    for start in range(0, count, _AT_ONCE):
        made = [artist(number) for number in range(start, min(start + _AT_ONCE, count))]
        films = [film(each, number) for each in made for number in range(_FILMS)]
        with database.writing() as on:
            on.execute(insert(artists), [artist_row(each) for each in made])
            words = [{"word": word, "artist_id": each.id} for each in made for word in artist_words_of(each)]
            on.execute(insert(artist_words), words)
            on.execute(insert(wanted), [row for row, _ in films])
            found = [{"word": word, "wanted_id": row["id"]} for row, each in films for word in wanted_words_of(each)]
            on.execute(insert(wanted_words), found)


def artist(number: int) -> Artist:
    at = moment(number)
    return Artist(id=f"a{number:06}", name=f"Artist {number * 7919 % 10_007} of {number}", created_at=at, changed_at=at)


def artist_row(each: Artist) -> dict[str, Any]:
    counts = {state.value.lower(): _FILMS // len(_STATES) for state in _STATES}
    times = dict.fromkeys(("created_at", "changed_at"), int(each.id[1:]))
    return said_row(each) | counts | times | {"id": each.id, "shelf": "library"}


def film(each: Artist, number: int) -> tuple[dict[str, Any], FilmCandidate]:
    own = int(each.id[1:]) * _FILMS + number
    found = FilmCandidate(
        title=f"Film {own * 7919 % 100_003}",
        service="youtube",
        source_id=str(own),
        year=1960 + own % 60,
        kind=_KINDS[own % 3],
        confidence=own % 1000 / 1000,
    )
    times = dict.fromkeys(("found_at", "changed_at"), own)
    state = {"state": _STATES[number % len(_STATES)].value, "id": f"w{own:07}"}
    return wanted_row(found, artist=each) | times | state, found


QUESTIONS: dict[str, Callable[[ArtistPages], object]] = {
    "artists": lambda pages: pages.artists(ArtistQuery()),
    "artists, most wanted": lambda pages: pages.artists(ArtistQuery(sort="-wanted")),
    "artists, found": lambda pages: pages.artists(ArtistQuery(q="art 7")),
    "wanted": lambda pages: pages.wanted(WantedQuery()),
    "wanted, state": lambda pages: pages.wanted(WantedQuery(state=WantedState.FAILED)),
    "wanted, title": lambda pages: pages.wanted(WantedQuery(state=WantedState.WANTED, sort="title")),
    "wanted, year": lambda pages: pages.wanted(WantedQuery(year=1999, sort="-confidence")),
    "wanted, kind": lambda pages: pages.wanted(WantedQuery(kind="live")),
    "wanted, found": lambda pages: pages.wanted(WantedQuery(q="film 77")),
    "films of one": lambda pages: pages.wanted(WantedQuery(artist_id="a000042", sort="-year")),
    "totals": lambda pages: pages.totals(),
}


@pytest.fixture
def lists(durable: Database) -> tuple[Database, ArtistPages]:
    return durable, ArtistPages(durable)


def measured(pages: ArtistPages) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    for _ in range(_ROUNDS):
        for name, ask in QUESTIONS.items():
            started = time.perf_counter()
            ask(pages)
            taken[name].append(time.perf_counter() - started)
    return {name: median(each) for name, each in taken.items()}


def test_long_lists_are_gone_through_as_short_ones(lists: tuple[Database, ArtistPages]) -> None:
    database, pages = lists
    fill(database, 100)
    short = measured(pages)
    with database.writing() as on:
        for table in (wanted_words, wanted, artist_words, artists):
            on.execute(table.delete())
    fill(database, 10_000)
    if not database.is_sqlite:
        with database.writing() as on:
            on.exec_driver_sql("ANALYZE")
    long = measured(pages)
    for name in QUESTIONS:
        ratio = long[name] / short[name]
        sys.stdout.write(f"{name:22} {short[name] * 1000:7.2f} ms {long[name] * 1000:7.2f} ms  {ratio:5.1f}\n")
    assert pages.totals() == dict.fromkeys(WantedState, 100_000 // len(WantedState))
    query, seen = WantedQuery(state=WantedState.FAILED, limit=200), 0
    for _ in range(5):
        page = pages.wanted(query)
        seen += len(page.wanted)
        query = WantedQuery(state=WantedState.FAILED, limit=200, after=page.next)
    assert seen == 1000
