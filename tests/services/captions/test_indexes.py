"""The indexes of tracks and of what is said, in each kind of database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pytest

from benchmarks.library import invented
from services.actors.policy import Seen, Visibility
from services.captions.spoken.lines import SpokenLine, best_line, pack, unpack
from services.captions.spoken.store import SpokenFilm, SpokenStore
from services.captions.store import CaptionStore
from services.captions.track import CaptionKind, Origin, Track
from services.database.engine import Connections, Database
from services.library.catalogue import Catalogue
from utils.search_words import words


def track(language: str, etag: str = '"1"', video: str = "film.mp4") -> Track:
    kind, origin = CaptionKind.CAPTIONS, Origin.UPLOADED
    return Track(video_id=video, language=language, kind=kind, label="Größe", origin=origin, etag=etag)


def put(store: CaptionStore, *tracks: Track) -> None:
    with store.writing() as connection:
        for each in tracks:
            store.put(each, on=connection)


def test_what_was_written_after_a_listing_began_is_newer_than_it(durable: Database) -> None:
    store = CaptionStore(durable)
    put(store, track("en"), track("de"))
    assert store.of(["film.mp4", "other.mp4"]) == {"film.mp4": (track("de"), track("en"))}
    # A listing that is as old as the rows changes none of them, and one of the future all that differ.
    since = store.now()
    assert store.differing([track("fr")], since=since - 60_000) == ([track("fr")], [])
    changed, gone = store.differing([track("en", '"2"'), track("fr")], since=since + 60_000)
    assert (changed, gone) == ([track("en", '"2"'), track("fr")], [track("de")])
    put(store, *changed)
    with store.writing() as connection:
        store.remove(gone[0], on=connection)
    assert store.all() == {"film.mp4": (track("en", '"2"'), track("fr"))}
    store.forget("film.mp4")
    assert store.all() == {}


EVERYTHING = Seen(all=True)
OTHERS = Seen(not_private=True, owner="bela")


@dataclass(frozen=True)
class Indexed:
    catalogue: Catalogue
    spoken: SpokenStore

    def put(self, number: int, *lines: str, version: str = "1", **values: Any) -> str:
        """A video, uploaded at that minute, in which this is said."""
        video = replace(invented(number), **values)
        said = [SpokenLine(1000 * at, "en", line) for at, line in enumerate(lines)]
        self.catalogue.put_all([video])
        self.spoken.put(SpokenFilm(video=video.id, uploaded_at=video.uploaded_at, lines=said, version=version))
        return video.id

    def ids(self, *wanted: str, seen: Seen = EVERYTHING, limit: int = 10, after: int | None = None) -> list[str]:
        return [each.video.id for each in self.spoken.found(wanted, seen=seen, limit=limit, after=after)]


@pytest.fixture
def index(database_url: str) -> Iterator[Indexed]:
    connections = Connections(database_url)
    yield Indexed(Catalogue(connections), SpokenStore(connections))
    connections.close()


def test_films_are_found_by_the_beginnings_of_all_words(index: Indexed) -> None:
    first, second = index.put(1, "Good morning, sea!", "The sea."), index.put(2, "Evening at the SEASIDE")
    assert index.ids("sea") == [second, first]
    assert index.ids("sea", "eve") == [second]
    assert index.ids("sea", limit=1) == [second]
    assert index.ids("moon") == index.ids("ea") == []
    found = index.spoken.found(["sea"], seen=EVERYTHING, limit=1)[0]
    assert [line.text for line in found.lines] == ["Evening at the SEASIDE"]
    assert found.video == index.catalogue.find(second)
    index.put(2, "The moon", version="2")
    assert index.ids("sea") == [first]
    assert index.spoken.versions() == {first: "1", second: "2"}
    index.spoken.forget(first)
    index.spoken.forget(first)
    assert index.spoken.versions() == {second: "2"}
    assert index.ids("sea") == []


def test_pages_go_on_where_the_one_before_ended_and_the_newest_come_first(index: Indexed) -> None:
    ids = {number: index.put(number, "the sea") for number in (5, 1, 4, 2, 3)}
    expected = [ids[number] for number in (5, 4, 3, 2, 1)]
    assert index.ids("sea") == expected
    found = index.spoken.found(["sea"], seen=EVERYTHING, limit=2)
    assert index.ids("sea", after=found[-1].number) == expected[2:]
    assert index.spoken.count(["sea"], seen=EVERYTHING, most=200) == 5
    assert index.spoken.count(["sea"], seen=EVERYTHING, most=3) == 3


def test_two_films_of_one_moment_are_both_found(index: Indexed) -> None:
    moment = invented(1).uploaded_at
    ids = {index.put(number, "the sea", uploaded_at=moment) for number in range(300)}
    assert set(index.ids("sea", limit=400)) == ids


def test_many_films_are_written_down_at_once(index: Indexed) -> None:
    videos = [replace(invented(number), uploaded_at=invented(1).uploaded_at) for number in range(3)]
    index.catalogue.put_all(videos)
    for version, word in (("1", "sea"), ("2", "moon")):
        said = [SpokenLine(0, "en", word)]
        films = [
            SpokenFilm(video=each.id, uploaded_at=each.uploaded_at, lines=said, version=version) for each in videos
        ]
        index.spoken.put(*films)
    index.spoken.put()
    assert set(index.ids("moon")) == {each.id for each in videos}
    assert index.ids("sea") == []


def test_frequent_words_are_found_as_rare_ones_are(index: Indexed) -> None:
    ids = [index.put(number, f"the lighthouse {'keeper' if number % 40 == 0 else 'stairs'}") for number in range(120)]
    other = index.put(120, "Lightning keeps lighting")
    assert index.ids("lighthous", limit=200) == ids[::-1]
    assert index.ids("lighth", "keep", limit=200) == [ids[80], ids[40], ids[0]]
    assert index.ids("light", "keep", limit=200) == [other, ids[80], ids[40], ids[0]]
    assert index.ids("ligh", "tning") == index.ids("lighthousekeeper") == []
    assert index.spoken.count(["lighthouse"], seen=EVERYTHING, most=200) == 120
    assert index.spoken.count(["lighthouse"], seen=EVERYTHING, most=100) == 100
    found = index.spoken.found(["lighthouse"], seen=EVERYTHING, limit=50)
    assert index.ids("lighthouse", limit=200, after=found[-1].number) == ids[69::-1]


def test_nobody_finds_what_they_may_not_see_nor_what_is_in_the_trash(index: Indexed) -> None:
    open_one = index.put(1, "the sea")
    own = index.put(2, "the sea", visibility=Visibility.PRIVATE, owner="bela")
    index.put(3, "the sea", visibility=Visibility.PRIVATE, owner="amina")
    index.put(4, "the sea", deleted_at=invented(4).uploaded_at)
    assert index.ids("sea", seen=OTHERS) == [own, open_one]
    assert index.spoken.count(["sea"], seen=OTHERS, most=10) == 2
    assert index.ids("sea", seen=Seen()) == []


def test_words_of_any_script_are_found_and_long_films_fit(index: Indexed) -> None:
    film = index.put(1, "Größe, l'été!", "我们今天去海边看日落非常美丽", "ไปทะเล")
    for word in ("grosse", "ete", "l", "海边", "今天去海边看日落非常", "ทะเล"):
        assert index.ids(*words(word)) == [film], word
    letters = (chr(0x4E00 + number % 20_000) for number in range(60_000))
    lines = ["".join(islice(letters, 40)) for _ in range(1500)]
    long = index.put(2, *lines)
    assert index.ids(*words(lines[0][20:30])) == [long]


@pytest.mark.parametrize(
    ("asked", "at"), [("sea", 1), ("good sea", 2), ("moon", 0), ("our", 3), ("海边", 4), ("边", 4), ("ea", 0)]
)
def test_the_moment_is_the_first_line_with_the_most_words(asked: str, at: int) -> None:
    texts = ["Hello.", "The sea!", "A good seaside", "Ours?", "我们去海边"]
    lines = [SpokenLine(number, "en", text) for number, text in enumerate(texts)]
    assert unpack(pack(lines)) == tuple(lines)
    assert best_line(lines, words(asked)) == lines[at]
    assert best_line([], words(asked)) is None
