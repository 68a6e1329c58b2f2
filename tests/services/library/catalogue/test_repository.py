"""What the catalogue keeps and how it is found again, on SQLite and on PostgreSQL."""

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from services.database.engine import Connections
from services.library.catalogue import Catalogue, PageQuery, Totals
from services.library.catalogue.pages import SORTS
from services.library.catalogue.scores import Scored
from services.videos.made import Made
from services.videos.video import Video
from tests.records import video


def titles(catalogue: Catalogue, **query: object) -> list[str]:
    return [found.title for found in catalogue.page(PageQuery(**query)).videos]  # type: ignore[arg-type]


def test_a_video_comes_back_as_it_was_put(catalogue: Catalogue) -> None:
    original = video(1, title="Ein “Film” 映画", tags=("Ferien", "b c"), sha256=None)
    catalogue.put(original)
    assert catalogue.find(original.id) == original
    assert catalogue.find(original.id + "x") is None


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_pages_follow_the_order_and_come_to_an_end(catalogue: Catalogue, sort: str) -> None:
    rng = random.Random(sort)
    every = [video(n, title=rng.choice("äbC"), size=rng.randrange(4), uploaded_at=_day(rng)) for n in range(45)]
    catalogue.put_all(every)
    lengths = {each.id: rng.randrange(4) for each in every}
    for each in every:
        catalogue.note_made(each.id, partial(_as_long, lengths[each.id]))
    scores = {each.id: Scored(score=rng.randrange(4), lacks=0) for each in every}
    assert catalogue.scores.note(scores) == len(every)
    seen: list[Video] = []
    query = PageQuery(sort=sort, limit=7)
    while True:
        page = catalogue.page(query)
        seen += page.videos
        if page.next is None:
            break
        query = PageQuery(sort=sort, limit=7, after=page.next)
    keys = {"uploaded_at": lambda v: v.uploaded_at, "title": lambda v: "abc"["äbC".index(v.title)], "size": _size}
    keys["duration"] = lambda v: lengths[v.id]
    keys["accessibility"] = lambda v: scores[v.id].score
    key = keys[sort.removeprefix("-")]
    assert seen == sorted(every, key=lambda v: (key(v), v.id), reverse=sort.startswith("-"))


def _as_long(seconds: float, _: Made) -> Made:
    return Made(duration=seconds)


def _day(rng: random.Random) -> datetime:
    return datetime(2026, 1, rng.randrange(1, 4), tzinfo=UTC)


def _size(found: Video) -> int:
    return found.size


@pytest.mark.parametrize("q", ["übe", "UBERFLUG", "film ueb uberf"[:4], "urlaub 20", "alpe", "東京", "京", "strasse"])
def test_people_find_what_they_type(catalogue: Catalogue, q: str) -> None:
    catalogue.put(video(1, title="Überflug", original_name="Urlaub_2026 東京旅行.mp4", tags=("Alpen", "Straße")))
    catalogue.put(video(2, title="Another", original_name="x.webm"))
    assert titles(catalogue, q=q) == (["Überflug"] if q != "film" else [])


@pytest.mark.parametrize("q", ["nothing", "uberflug nothing", "flug", "!!!", "%", "_", "#alpen", "' OR 1=1"])
def test_what_is_not_there_is_not_found(catalogue: Catalogue, q: str) -> None:
    catalogue.put(video(1, title="Überflug", original_name="a.mp4", tags=("Alpen",)))
    assert titles(catalogue, q=q) == (["Überflug"] if q == "#alpen" else [])


def test_a_tag_is_found_whole_and_in_any_case(catalogue: Catalogue) -> None:
    catalogue.put(video(1, tags=("Long Holiday",)))
    catalogue.put(video(2, tags=("Long",)))
    assert titles(catalogue, tag="long holiday") == ["Film 1"]
    assert titles(catalogue, tag="LONG") == ["Film 2"]
    assert titles(catalogue, tag="lon") == []
    assert titles(catalogue, tag="long", q="film") == ["Film 2"]


@pytest.mark.parametrize("frequent", [False, True])
def test_a_search_pages_through_all_that_match(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, frequent: bool
) -> None:
    if frequent:
        monkeypatch.setattr("services.library.catalogue.pages._GATHERING_COSTS", 1000)
    catalogue.put_all([video(n, title=f"{'red' if n % 2 else 'blue'} {n}") for n in range(30)])
    seen: list[str] = []
    query = PageQuery(q="re fil", limit=4)
    while (page := catalogue.page(query)).next is not None:
        seen += [found.title for found in page.videos]
        query = PageQuery(q="re fil", limit=4, after=page.next)
    seen += [found.title for found in page.videos]
    assert seen == [f"red {n}" for n in range(29, 0, -2)]


def test_an_edit_changes_what_a_video_is_found_by(catalogue: Catalogue) -> None:
    catalogue.put(video(1, title="old", tags=("a",)))
    catalogue.put(video(1, title="new", etag="0x2", tags=("b",)))
    assert titles(catalogue, q="old") == titles(catalogue, tag="a") == []
    assert titles(catalogue, q="new") == titles(catalogue, tag="b") == ["new"]


def test_the_trash_is_a_list_of_its_own(catalogue: Catalogue) -> None:
    catalogue.put(video(1, title="kept"))
    for day in (1, 3, 2):
        catalogue.put(video(10 + day, title=f"gone {day}", deleted_at=datetime(2026, 5, day, tzinfo=UTC)))
    assert titles(catalogue) == ["kept"]
    assert titles(catalogue, q="gone") == []
    assert titles(catalogue, trash=True, sort="-deleted_at") == ["gone 3", "gone 2", "gone 1"]


def test_the_library_is_counted_without_the_trash(catalogue: Catalogue) -> None:
    assert catalogue.totals() == Totals(count=0, size=0)
    catalogue.put_all([video(1, size=2**40), video(2, size=5), video(3, size=7, deleted_at=datetime.now(UTC))])
    assert catalogue.totals() == Totals(count=2, size=2**40 + 5)


def test_an_edit_that_comes_late_does_not_undo_a_later_one(catalogue: Catalogue) -> None:
    catalogue.put(video(1, etag="0x1"))
    assert catalogue.put(video(1, etag="0x3", title="latest"), replacing="0x2") is False
    assert catalogue.put(video(1, etag="0x2", title="middle"), replacing="0x1") is True
    assert catalogue.put(video(1, etag="0x3", title="latest"), replacing="0x2") is True
    assert titles(catalogue) == ["latest"]


def test_an_older_listing_brings_nothing_back(catalogue: Catalogue) -> None:
    listed_at = catalogue.notes.clock()
    for number in (1, 2):
        catalogue.put(video(number, title="edited"))
    catalogue.forget(video(2).id)
    catalogue.put_all([video(1), video(2), video(3)], listed_at=listed_at)
    assert titles(catalogue) == ["Film 3", "edited"]
    assert catalogue.find(video(2).id) is None


def test_it_knows_whether_it_has_been_made_whole(catalogue: Catalogue) -> None:
    assert not catalogue.is_complete()
    catalogue.set_complete()
    catalogue.set_complete()
    assert catalogue.is_complete()


def test_many_can_open_a_new_database_at_once(database_url: str) -> None:
    catalogues = [Catalogue(Connections(database_url)) for _ in range(8)]
    faults: list[BaseException] = []

    def open_and_write(number: int) -> None:
        try:
            catalogues[number].put(video(number))
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=open_and_write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(catalogues[0].page(PageQuery()).videos) == 8
    for catalogue in catalogues:
        catalogue.close()


def test_another_schema_is_dropped_and_made_new(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Catalogue(Connections(database_url))
    before.put(video(1))
    before.close()
    monkeypatch.setattr("services.library.catalogue.schema.SCHEMA_VERSION", "of another day")
    after = Catalogue(Connections(database_url))
    assert titles(after) == []
    after.put(video(2))
    after.close()


def test_what_videos_lack_narrows_the_list_and_is_counted(catalogue: Catalogue) -> None:
    one, two, three = every = [video(n, title=f"film {n}") for n in range(3)]
    catalogue.put_all(every)

    def found(bits: int, **asked: Any) -> set[str]:
        page = catalogue.page(PageQuery(lacks=bits, sort="accessibility", **asked))
        return {each.id for each in page.videos}

    # Whatever is asked for, what has no score yet may lack it.
    assert found(4) == {each.id for each in every} == {each.id for each in _unscored(catalogue)}
    assert catalogue.scores.note({}) == 0
    catalogue.scores.note({one.id: Scored(score=90, lacks=4), two.id: Scored(score=30, lacks=1 | 2)})
    assert [each.id for each in _unscored(catalogue)] == [three.id]
    assert found(4, q="film") == found(4) == {one.id, three.id}
    assert found(4 | 2) == {each.id for each in every}
    assert catalogue.scores.count([1, 4, 8]) == (3, (2, 2, 1))
    # What storage says of a video leaves its score as it is.
    catalogue.put(replace(one, title="another"))
    assert found(4) == {one.id, three.id}
    assert len(catalogue.scores.after(one.id, unscored=False, most=9)) == 2
    assert len(catalogue.scores.after("", unscored=False, most=1)) == 1


def _unscored(catalogue: Catalogue) -> Sequence[Video]:
    return catalogue.scores.after("", unscored=True, most=9)
