"""Long lists give what was asked for, whichever way is taken through them, and none is sorted for each page.

`make bench-artists` measures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from benchmarks.artists import an_artist, fill, queries
from services.artists.artist import WantedState
from services.artists.store.pages import ARTIST_SORTS, WANTED_SORTS, ArtistPages, ArtistQuery, WantedQuery
from services.artists.tables import artists, wanted
from services.database import schema
from services.database.engine import Connections, Database
from tests.services.library.catalogue.test_plans import plan_of
from utils.search_words import searchable, words

_ARTISTS = 1000


def found(pages: ArtistPages, query: ArtistQuery | WantedQuery) -> tuple[list[str], Any]:
    if isinstance(query, ArtistQuery):
        some = pages.artists(query)
        return [each.id for each in some.artists], some.next
    page = pages.wanted(query)
    return [each.id for each in page.wanted], page.next


def expected(rows: Sequence[Mapping[str, Any]], query: ArtistQuery | WantedQuery) -> list[str]:
    """What all rows say, gone through one by one."""
    if isinstance(query, ArtistQuery):
        fitting = [each for each in rows if query.state is None or each[query.state.value.lower()]]
        column, title = ARTIST_SORTS[query.sort.removeprefix("-")], "name"
    else:
        asked: dict[str, object] = {
            "artist_id": query.artist_id,
            "state": query.state,
            "kind": query.kind,
            "service": query.service,
        }
        asked |= {"year": query.year}
        fitting = [each for each in rows if all(each[name] == value for name, value in asked.items() if value)]
        column, title = WANTED_SORTS[query.sort.removeprefix("-")], "title"
    for word in words(query.q):
        fitting = [each for each in fitting if any(one.startswith(word) for one in searchable(each[title]))]
    return [
        each["id"]
        for each in sorted(fitting, key=lambda each: (each[column], each["id"]), reverse=query.sort.startswith("-"))
    ]


@pytest.mark.thorough
def test_each_list_is_whole_and_in_order(durable: Database) -> None:
    fill(durable, _ARTISTS, most_films=500)
    pages = ArtistPages(durable)
    with durable.reading() as connection:
        makers = [dict(row) for row in connection.execute(select(artists)).mappings()]
        films = [dict(row) for row in connection.execute(select(wanted)).mappings()]
    for name, query in queries().items():
        answer = expected(makers if isinstance(query, ArtistQuery) else films, query)
        first, following = found(pages, query)
        assert first == answer[:50], name
        assert (following is None) == (len(answer) <= 50), name
        if following is not None:
            assert found(pages, replace(query, after=following))[0] == answer[50:100], name
    assert sum(pages.totals().values()) == len(films)
    assert pages.count() == _ARTISTS


@pytest.fixture(scope="module")
def connections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connections]:
    """To a database in which two artists have thousands of films."""
    url = f"sqlite:///{tmp_path_factory.mktemp('lists') / 'lists.sqlite3'}"
    schema.upgrade(url)
    connections = Connections(str(make_url(url)), precious=True, name="durable")
    fill(Database(connections, prepare=schema.check), 2, most_films=8100)
    yield connections
    connections.close()


@pytest.mark.parametrize("sort", sorted(WANTED_SORTS))
@pytest.mark.parametrize("more", [{}, {"year": 1999}, {"kind": "live"}, {"q": "film"}])
def test_films_are_walked_by_what_they_are_sorted_by(
    connections: Connections, sort: str, more: Mapping[str, Any]
) -> None:
    pages = ArtistPages(Database(connections, prepare=schema.check))
    column = WANTED_SORTS[sort]
    for asked, before in (
        (WantedQuery(sort=sort), "hidden"),
        (WantedQuery(sort=f"-{sort}", state=WantedState.WANTED), "hidden_state"),
        (WantedQuery(sort=sort, artist_id=an_artist(0)), "artist_id"),
        (WantedQuery(sort=sort, artist_id=an_artist(0), state=WantedState.WANTED), "artist_id"),
    ):
        plan = plan_of(connections, lambda asked=asked: pages.wanted(replace(asked, **more)), by="ORDER BY")  # type: ignore[misc]
        if "year" in more and asked.artist_id is None:
            assert "reelgate_wanted_words USING PRIMARY KEY (word=?)" in plan
        else:
            assert f"reelgate_wanted_by_{before}_{column} " in plan
            assert "TEMP B-TREE" not in plan
