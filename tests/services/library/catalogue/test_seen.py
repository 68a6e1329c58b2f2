"""Lists, searches and counts show what may be seen, in each database, and pages of them have no gaps."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.actors.policy import Act, Seen, Visibility, may, scope
from services.library.catalogue import Catalogue, PageQuery, Totals
from services.videos.made import Made
from services.videos.video import Video
from tests.records import video
from tests.services.actors.test_policy import PEOPLE

WHO = [name for name, by in PEOPLE.items() if by.role is not None]
DELETED = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def films(catalogue: Catalogue) -> list[Video]:
    films: list[Video] = []
    for visibility in Visibility:
        for owner in ("me", "them", "system"):
            for collections in ((), ("series",), ("other", "series")):
                one = video(len(films), title=f"film {owner}", size=10 + len(films), tags=(owner,))
                films.append(replace(one, visibility=visibility, owner=owner, collections=collections))
    trashed = [replace(each, id=f"trashed-{each.id}", deleted_at=DELETED) for each in films]
    catalogue.put_all(films + trashed)
    return films


def ids(catalogue: Catalogue, query: PageQuery) -> list[str]:
    found: list[str] = []
    while True:
        page = catalogue.page(query)
        found += [each.id for each in page.videos]
        if page.next is None:
            return found
        query = replace(query, after=page.next)


@pytest.mark.parametrize("who", WHO)
def test_lists_searches_and_counts_show_what_may_be_seen(catalogue: Catalogue, films: list[Video], who: str) -> None:
    by = PEOPLE[who]
    seen = scope(by)
    visible = [film for film in films if may(by, Act.SEE, film)]

    assert sorted(ids(catalogue, PageQuery(limit=4, seen=seen))) == sorted(film.id for film in visible)
    assert catalogue.totals(seen) == Totals(count=len(visible), size=sum(film.size for film in visible))
    for owner in ("me", "them"):
        theirs = sorted(film.id for film in visible if film.owner == owner)
        assert sorted(ids(catalogue, PageQuery(q=f"fil {owner}", limit=3, seen=seen))) == theirs
        assert sorted(ids(catalogue, PageQuery(tag=owner, limit=3, seen=seen))) == theirs

    editable = sorted(f"trashed-{film.id}" for film in films if may(by, Act.EDIT, film))
    trash = PageQuery(trash=True, sort="-deleted_at", limit=5, seen=scope(by, Act.EDIT))
    assert sorted(ids(catalogue, trash)) == editable


def test_who_may_see_nothing_is_shown_nothing(catalogue: Catalogue, films: list[Video]) -> None:
    assert ids(catalogue, PageQuery(seen=Seen())) == []
    assert catalogue.totals(Seen()) == Totals(count=0, size=0)


def test_a_video_comes_back_with_owner_visibility_and_collections(catalogue: Catalogue, films: list[Video]) -> None:
    assert [catalogue.find(film.id) for film in films] == films


def test_a_collections_id_is_no_word_that_is_searched_for(catalogue: Catalogue, films: list[Video]) -> None:
    assert ids(catalogue, PageQuery(q="series")) == []
    assert ids(catalogue, PageQuery(q="@series")) == []


def test_what_was_not_said_is_remembered_until_it_is(catalogue: Catalogue) -> None:
    one = video(1)
    catalogue.put(one, unsaid="video.trashed")
    assert catalogue.versions_between(after="", until=None)[one.id].unsaid == "video.trashed"
    catalogue.put(one)
    assert catalogue.versions_between(after="", until=None)[one.id].unsaid is None


@pytest.mark.parametrize("who", WHO)
def test_copies_are_those_that_may_be_seen(catalogue: Catalogue, films: list[Video], who: str) -> None:
    by, asked = PEOPLE[who], films[0]
    catalogue.put_all([replace(film, sha256="ab" * 32) for film in films])
    same = catalogue.copies("ab" * 32, other_than=asked.id, seen=scope(by), most=100)
    assert sorted(same) == sorted(film.id for film in films if film.id != asked.id and may(by, Act.SEE, film))
    assert catalogue.copies("cd" * 32, other_than=asked.id, seen=scope(by), most=100) == ()


@pytest.mark.parametrize("who", WHO)
def test_looks_are_those_of_videos_that_may_be_seen_and_are_about_as_long(
    catalogue: Catalogue, films: list[Video], who: str
) -> None:
    by, asked, made = PEOPLE[who], films[0], Made(duration=100.0, look="0" * 256)
    for film in films:
        catalogue.note_made(film.id, lambda _: made)
    alike = [each.id for each in films if each.id != asked.id and may(by, Act.SEE, each)]
    for duration, expected in ((96.0, alike), (104.0, alike), (94.0, []), (106.0, [])):
        of = replace(asked, made=Made(duration=duration))
        assert sorted(id_ for id_, _ in catalogue.looks(of, seen=scope(by), within=0.05)) == sorted(expected)
