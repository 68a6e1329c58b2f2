"""How SQLite goes about questions that a page waits for: by what is rare, and not through the whole library."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.library import invented
from services.actors.policy import Seen
from services.database.engine import Connections
from services.library.catalogue import Catalogue, PageQuery

EVERYTHING = Seen(all=True)


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    connections = Connections(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    yield connections
    connections.close()


@pytest.fixture
def catalogue(connections: Connections) -> Catalogue:
    catalogue = Catalogue(connections)
    catalogue.put_all([invented(number) for number in range(50)])
    return catalogue


def plan_of(connections: Connections, ask: Callable[[], object], *, by: str = "") -> str:
    """How the last statement that is executed, of those that have these words, finds its rows."""
    said: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        said.append((statement, parameters))

    engine = connections.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    statement, parameters = next(each for each in reversed(said) if by in each[0])
    with engine.connect() as connection:
        return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))


def test_clips_are_found_by_their_films(catalogue: Catalogue, connections: Connections) -> None:
    films = [invented(number).id for number in range(50)]
    plan = plan_of(connections, lambda: catalogue.clips(films, seen=EVERYTHING, most=1000))
    assert "by_clip_of (clip_of=?)" in plan


@pytest.mark.parametrize("asked", ["garden7", "garden7 night31"])
def test_rare_words_are_looked_up(catalogue: Catalogue, connections: Connections, asked: str) -> None:
    plan = plan_of(connections, lambda: catalogue.ids(PageQuery(q=asked), most=200))
    assert "catalogue_videos USING INTEGER PRIMARY KEY (rowid=?)" in plan


@pytest.mark.parametrize("trash", [False, True])
def test_all_are_gone_through_in_their_order(catalogue: Catalogue, connections: Connections, *, trash: bool) -> None:
    plan = plan_of(connections, lambda: catalogue.ids(PageQuery(trash=trash), most=200))
    assert "by_time (shelf=?)" in plan
    assert "TEMP B-TREE" not in plan
