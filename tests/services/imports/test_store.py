"""What the table of imports promises, in every database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from services.database.engine import Database
from services.imports.record import Import, ImportQuery, ImportRequest
from services.imports.store import ImportStore
from services.jobs.errors import BadInputError
from services.jobs.job import State
from tests.services.conftest import NewDatabase

ASKED = ImportRequest(url="https://films.example/film.mp4", tags=("a", "Größe"))
SAID: dict[str, Any] = {"url": "https://films.example/film.mp4", "owner": "u1", "by_name": "Mira"}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    return new_database(request.param)


@pytest.fixture
def store(durable: Database) -> ImportStore:
    return ImportStore(durable)


def add(store: ImportStore, known_by: str) -> tuple[Import, bool]:
    return store.add(ASKED, known_by=known_by, **SAID)


def start(store: ImportStore, import_id: str, *, attempt: int, known_by: str) -> bool:
    with store.writing() as connection:
        return store.start(import_id, attempt=attempt, known_by=known_by, on=connection)


def test_of_many_who_ask_at_once_one_begins(store: ImportStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: add(store, "k1"), range(8)))
    assert [is_new for _, is_new in found].count(True) == 1
    assert len({each.id for each, _ in found}) == 1
    assert found[0][0].tags == ("a", "Größe")


def test_an_old_attempt_writes_nothing_any_more(store: ImportStore) -> None:
    found, _ = add(store, "k1")
    assert start(store, found.id, attempt=1, known_by="k1")
    assert store.tell(found.id, attempt=1, got=10, total=100, speed=5)
    assert start(store, found.id, attempt=2, known_by="k1")
    assert not store.tell(found.id, attempt=1, got=20, total=100, speed=5)
    assert not store.choose(found.id, {"name": "a"}, attempt=1, name="a")
    assert not start(store, found.id, attempt=1, known_by="k1")
    store.put_back(found.id, "It broke off.", attempt=1)
    now = store.get(found.id)
    assert now is not None
    assert (now.bytes, now.draft, now.written_error) == (0, None, None)


def test_what_is_over_lets_another_begin_and_takes_its_place_back_where_it_is_free(store: ImportStore) -> None:
    first, _ = add(store, "k1")
    with store.writing() as connection:
        assert store.give_up(first.id, State.FAILED, "It is not there.", on=connection)
        assert not store.give_up(first.id, State.CANCELLED, None, on=connection)
    second, is_new = add(store, "k1")
    assert is_new
    assert store.queue_anew(first.id, "k1", is_job_gone=False).id == second.id
    assert not start(store, first.id, attempt=1, known_by="k1")
    with store.writing() as connection:
        store.give_up(second.id, State.CANCELLED, None, on=connection)
    anew = store.queue_anew(first.id, "k1", is_job_gone=False)
    assert (anew.id, anew.written_state, anew.written_error) == (first.id, State.QUEUED, None)


def test_it_becomes_a_video_once_and_its_address_is_forgotten(store: ImportStore) -> None:
    found, _ = store.add(ASKED, known_by="k1", secret="sealed", **SAID)
    start(store, found.id, attempt=1, known_by="k1")
    with store.writing() as connection:
        assert store.finish(found.id, "film.mp4", size=5_000_000_000, known_by="k1", on=connection)
        assert not store.finish(found.id, "film.mp4", size=5_000_000_000, known_by="k1", on=connection)
    now = store.get(found.id)
    assert now is not None
    assert (now.written_state, now.video, now.secret, now.bytes) == (State.DONE, "film.mp4", None, 5_000_000_000)
    assert store.without_end(most=10) == ()


def test_entries_stand_below_their_list(store: ImportStore) -> None:
    parent, _ = add(store, "list")
    entries = [store.add(ASKED, known_by=f"e{n}", parent=parent.id, place=n, **SAID)[0].id for n in range(3)]
    first = store.page(ImportQuery(limit=2, parent=parent.id))
    rest = store.page(ImportQuery(limit=2, parent=parent.id, after=first.next))
    assert [each.id for page in (first, rest) for each in page.imports] == entries
    assert rest.next is None
    assert [each.id for each in store.page(ImportQuery(limit=9, top=True)).imports] == [parent.id]
    assert store.counts([parent.id]) == {parent.id: {State.QUEUED: 3}}


@pytest.mark.parametrize(
    ("films", "state"),
    [
        ((State.QUEUED, State.FAILED, State.DONE), State.RUNNING),
        ((State.FAILED, State.DONE), State.DONE),
        ((State.CANCELLED, State.FAILED), State.FAILED),
        ((State.CANCELLED,), State.CANCELLED),
        ((), State.DONE),
    ],
)
def test_a_list_is_found_by_the_state_of_its_films(store: ImportStore, films: tuple[State, ...], state: State) -> None:
    parent, _ = add(store, "list")
    for place, each in enumerate(films):
        store.add(ASKED, known_by=f"e{place}", parent=parent.id, place=place, state=each.value, **SAID)
    assert start(store, parent.id, attempt=1, known_by="list")
    assert store.begin_list(parent.id, "Ten films", attempt=1)
    assert store.finish_list(parent.id, attempt=1)
    for each in State:
        found = store.page(ImportQuery(limit=9, top=True, states=(each,))).imports
        assert [one.id for one in found] == ([parent.id] if each is state else []), each
    now = store.get(parent.id)
    assert now is not None
    assert replace(now, entries=store.counts([parent.id]).get(parent.id, {})).state is state


def test_of_two_that_are_tried_again_at_once_one_is(store: ImportStore) -> None:
    both = []
    for _ in range(2):
        both.append(add(store, "k1")[0].id)
        with store.writing() as connection:
            store.give_up(both[-1], State.FAILED, "It is not there.", on=connection)
    for _ in range(20):
        at_once = Barrier(2)

        def again(import_id: str, at_once: Barrier = at_once) -> str:
            at_once.wait()
            return store.queue_anew(import_id, "k1", is_job_gone=False).id

        with ThreadPoolExecutor(2) as pool:
            [one] = set(pool.map(again, both))
        states = {each: found.written_state for each in both if (found := store.get(each)) is not None}
        assert states == {each: State.QUEUED if each == one else State.FAILED for each in both}
        with store.writing() as connection:
            store.give_up(one, State.FAILED, "It is not there.", on=connection)


def test_a_list_that_is_over_gets_no_entries(store: ImportStore) -> None:
    parent, _ = add(store, "list")
    assert start(store, parent.id, attempt=1, known_by="list")
    said = SAID | {"parent": parent.id, "attempt": 1}
    entry, _ = store.add(ASKED, known_by="e1", place=0, **said)
    with store.writing() as connection:
        store.give_up(parent.id, State.CANCELLED, None, on=connection)
        store.give_up(entry.id, State.CANCELLED, None, on=connection)
    with pytest.raises(BadInputError):
        store.add(ASKED, known_by="e2", place=1, **said)
    assert not store.begin_list(parent.id, None, attempt=1)
    assert not store.finish_list(parent.id, attempt=1)
    assert not store.note_job(entry.id, "j1")
