"""Wanted films in both databases: what is found once, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from services.actors.actor import SYSTEM
from services.actors.errors import ForbiddenError
from services.artists.artist import Artist, WantedState
from services.artists.candidate import FilmCandidate, clean_url, match_key, same_length
from services.artists.errors import ArtistNotFoundError, WantedNotFoundError
from services.artists.store.pages import WantedQuery
from services.artists.tables import LISTED, wanted_words
from services.artists.tables import wanted as wanted_films
from services.artists.wanted import WantedVideos
from services.assembly import Services
from services.events.envelope import Said
from services.events.listener import Listener
from services.events.sources import WantedDownloaded
from tests.accounts import Build
from tests.services.artists.test_artists import MIRA, USER, create


def film(title: str, *, id_: str = "", service: str = "youtube", **said: Any) -> FilmCandidate:
    return FilmCandidate(title=title, service=service, source_id=id_ or title.lower(), **said)


@pytest.fixture
def wanted(services: Services) -> WantedVideos:
    return services.artists.wanted


@pytest.fixture
def air(services: Services) -> Artist:
    return create(services, "Air")


def titles(wanted: WantedVideos, **query: Any) -> list[str]:
    return [each.title for each in wanted.page(WantedQuery(**query), by=USER).wanted]


def counts(services: Services, artist: Artist) -> dict[str, int]:
    known = services.artists.artists.get(artist.id, by=USER).counts
    return {state.value: count for state, count in known.items() if count}


def test_what_is_found_is_wanted_with_its_reason(services: Services, wanted: WantedVideos, air: Artist) -> None:
    said: dict[str, Any] = {
        "year": 1998,
        "seconds": 297.5,
        "kind": "music-video",
        "confidence": 0.875,
        "reason": "Same name.",
    }
    [new] = wanted.found(air.id, [film("Kelly", url="https://example.org/k", **said)], by=SYSTEM)
    assert (new.title, new.state, new.artist_id, new.url) == ("Kelly", "WANTED", air.id, "https://example.org/k")
    assert {name: getattr(new, name) for name in said} == said
    assert wanted.get(new.id, by=USER) == new
    assert counts(services, air) == {"WANTED": 1}
    assert wanted.totals(by=USER)[WantedState.WANTED] == 1


def test_what_is_known_is_left_alone(services: Services, wanted: WantedVideos, air: Artist) -> None:
    [new] = wanted.found(air.id, [film("Kelly", id_="1")], by=SYSTEM)
    wanted.set_state(new.id, WantedState.IGNORED, by=SYSTEM)
    assert wanted.found(air.id, [film("Kelly, another title", id_="1")], by=SYSTEM) == []
    assert wanted.get(new.id, by=USER).title == "Kelly"
    assert counts(services, air) == {"IGNORED": 1}


def test_a_film_that_two_services_know_is_one(services: Services, wanted: WantedVideos, air: Artist) -> None:
    [new] = wanted.found(air.id, [film("Sexy Boy", seconds=240)], by=SYSTEM)
    other = film(
        "AIR - Sexy Böy (Official Video) [HD]", service="imvdb", id_="9", seconds=242, year=1998, url="http://a/b"
    )
    assert wanted.found(air.id, [other], by=SYSTEM) == []
    assert [each.id for each in wanted.by_source("imvdb", "9", by=USER)] == [new.id]
    known = wanted.get(new.id, by=USER)
    assert (known.year, known.url, known.service) == (1998, "http://a/b", "youtube")
    assert titles(wanted, year=1998) == ["Sexy Boy"]


def test_two_of_one_list_are_one_too(wanted: WantedVideos, air: Artist) -> None:
    both = [film("Run", id_="1"), film("Run (Official Video)", service="imvdb", id_="2", year=2000)]
    [new] = wanted.found(air.id, both, by=SYSTEM)
    assert (new.title, new.year) == ("Run", 2000)
    assert [each.id for each in wanted.by_source("imvdb", "2", by=USER)] == [new.id]


@pytest.mark.parametrize(
    "other",
    [
        film("Run", id_="2", seconds=300),
        film("Run", id_="2", seconds=200, kind="live"),
        film("Run (live in Paris)", id_="2", seconds=200),
        film("Runner", id_="2", seconds=200),
    ],
)
def test_another_length_kind_or_title_is_another_film(wanted: WantedVideos, air: Artist, other: FilmCandidate) -> None:
    wanted.found(air.id, [film("Run", id_="1", seconds=200, kind="music-video")], by=SYSTEM)
    assert len(wanted.found(air.id, [other], by=SYSTEM)) == 1


def test_what_is_not_sure_enough_is_ignored_where_that_is_set(
    services: Services, wanted: WantedVideos, air: Artist
) -> None:
    services.live_settings.put("wanted_ignore_below", 60, by=SYSTEM)
    twice = [film("Both", id_="3", confidence=0.2), film("Both", id_="4", service="imvdb", confidence=0.9)]
    found = [film("Unsure", id_="1", confidence=0.59), film("Sure", id_="2", confidence=0.6), *twice]
    new = wanted.found(air.id, found, by=SYSTEM)
    assert {each.title: each.state.value for each in new} == {"Unsure": "IGNORED", "Sure": "WANTED", "Both": "WANTED"}
    assert counts(services, air) == {"WANTED": 2, "IGNORED": 1}


def test_a_film_of_two_artists_is_wanted_of_each(services: Services, wanted: WantedVideos, air: Artist) -> None:
    beck = create(services, "Beck")
    wanted.found(air.id, [film("Duet", id_="1")], by=SYSTEM)
    assert len(wanted.found(beck.id, [film("Duet", id_="1")], by=SYSTEM)) == 1
    assert {each.artist_id for each in wanted.by_source("youtube", "1", by=USER)} == {air.id, beck.id}


def test_what_was_found_of_nobody_is_given_to_its_artist(services: Services, wanted: WantedVideos, air: Artist) -> None:
    [new] = wanted.found(None, [film("Kelly", id_="1")], by=SYSTEM)
    assert new.artist_id is None
    assert wanted.found(None, [film("Kelly", id_="1"), film("Kelly", id_="1")], by=SYSTEM) == []
    assert wanted.found(air.id, [film("Kelly", id_="1")], by=SYSTEM) == []
    assert wanted.get(new.id, by=USER).artist_id == air.id
    assert counts(services, air) == {"WANTED": 1}
    assert wanted.found(None, [film("Kelly", id_="1")], by=SYSTEM) == []


def test_what_is_given_to_an_artist_learns_what_the_artist_s_service_knows(
    services: Services, wanted: WantedVideos, air: Artist
) -> None:
    [new] = wanted.found(None, [film("Kelly", id_="1")], by=SYSTEM)
    url = "https://films.example/kelly.mp4"
    wanted.found(air.id, [film("Kelly", id_="1", url=url)], by=SYSTEM)
    assert wanted.get(new.id, by=USER).url == url
    # One that another artist was given at the same moment is that one's, and this one's too.
    beck = create(services, "Beck")
    assert len(wanted.found(beck.id, [film("Kelly", id_="1")], by=SYSTEM)) == 1


def test_a_film_of_nobody_that_is_here_is_said_to_be_its_artists(
    services: Services, wanted: WantedVideos, air: Artist
) -> None:
    heard: list[Said] = []
    services.platform.events.listen(Listener(name="test", wants=(WantedDownloaded,), take=heard.append))
    [new] = wanted.found(None, [film("Kelly", id_="1")], by=SYSTEM)
    wanted.set_state(new.id, WantedState.DOWNLOADED, video_id="v.mp4", by=SYSTEM)
    wanted.found(air.id, [film("Kelly", id_="1")], by=SYSTEM)
    services.platform.events.deliver()
    told = [each.event.artist_id for each in heard if isinstance(each.event, WantedDownloaded)]
    assert sorted(told, key=str) == sorted([None, air.id], key=str)
    assert counts(services, air)["DOWNLOADED"] == 1


@pytest.mark.parametrize("named", [True, False])
def test_what_two_find_at_once_is_there_once(
    services: Services,
    build: Build,
    air: Artist,
    named: bool,
) -> None:
    films = [film(f"Film {number}") for number in range(20)]
    artist_id = air.id if named else None
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda each: each.artists.wanted.found(artist_id, films, by=SYSTEM), [services, build()])
    assert sorted(map(len, results)) == [0, 20]
    assert len(titles(services.artists.wanted, limit=100)) == 20
    assert counts(services, air) == ({"WANTED": 20} if named else {})


def test_what_cannot_be_kept_of_a_find_is_left_out(wanted: WantedVideos, air: Artist) -> None:
    poor = film(" Loud\n\u202efilm " + "x" * 400, id_="1", url="javascript:alert(1)", seconds=float("nan"), year=3)
    poor = FilmCandidate(**{**{f: getattr(poor, f) for f in poor.__dataclass_fields__}, "confidence": 7, "kind": "<b>"})
    nothing = [film(" ", id_="2"), film("No id", id_="y" * 201), film("No service", service="You Tube")]
    [new] = wanted.found(air.id, [poor, *nothing], by=SYSTEM)
    assert new.title.startswith("Loud film")
    assert len(new.title) == 300
    assert (new.url, new.seconds, new.year, new.confidence, new.kind) == ("", None, None, 1.0, "")


def test_a_film_goes_its_way(services: Services, wanted: WantedVideos, air: Artist) -> None:
    [new] = wanted.found(air.id, [film("Kelly")], by=SYSTEM)
    going = wanted.set_state(new.id, WantedState.DOWNLOADING, import_id="i", by=SYSTEM)
    assert (going.state, going.import_id, counts(services, air)) == ("DOWNLOADING", "i", {"DOWNLOADING": 1})
    failed = wanted.set_state(new.id, WantedState.FAILED, error="Gone.", by=SYSTEM)
    assert (failed.error, failed.import_id, counts(services, air)) == ("Gone.", "i", {"FAILED": 1})
    done = wanted.set_state(new.id, WantedState.DOWNLOADED, video_id="film.mp4", by=SYSTEM)
    assert (done.error, done.video_id, counts(services, air)) == (None, "film.mp4", {"DOWNLOADED": 1})
    assert wanted.set_state(new.id, WantedState.DOWNLOADED, by=SYSTEM).video_id == "film.mp4"
    assert counts(services, air) == {"DOWNLOADED": 1}
    assert {state.value: n for state, n in wanted.totals(by=USER).items() if n} == {"DOWNLOADED": 1}


def test_numbers_hold_when_two_change_a_film_at_once(services: Services, build: Build, air: Artist) -> None:
    new = services.artists.wanted.found(air.id, [film(f"Film {n}") for n in range(10)], by=SYSTEM)
    other = build()

    def decide(work: tuple[Services, WantedState]) -> None:
        for each in new:
            work[0].artists.wanted.set_state(each.id, work[1], by=SYSTEM)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(decide, [(services, WantedState.IGNORED), (other, WantedState.FAILED)]))
    known = counts(services, air)
    assert sum(known.values()) == 10
    assert set(known) <= {"IGNORED", "FAILED"}
    for state, count in known.items():
        assert len(titles(services.artists.wanted, state=WantedState(state), limit=100)) == count


def test_the_list_is_sorted_filtered_and_gone_on_with(services: Services, wanted: WantedVideos, air: Artist) -> None:
    beck = create(services, "Beck")
    found = [
        film("Kelly", year=1998, confidence=0.5, kind="music-video"),
        film("éclair", year=2001, confidence=0.9, kind="live"),
        film("Zoo", confidence=0.7, service="imvdb"),
    ]
    wanted.found(air.id, found, by=SYSTEM)
    wanted.found(beck.id, [film("Loser", year=1993)], by=SYSTEM)
    assert titles(wanted, sort="title") == ["éclair", "Kelly", "Loser", "Zoo"]
    assert titles(wanted, sort="-confidence") == ["Loser", "éclair", "Zoo", "Kelly"]
    assert titles(wanted, sort="-year") == ["éclair", "Kelly", "Loser", "Zoo"]
    assert titles(wanted, artist_id=air.id, sort="year") == ["Zoo", "Kelly", "éclair"]
    assert titles(wanted, kind="live") == ["éclair"]
    assert titles(wanted, service="imvdb") == ["Zoo"]
    assert titles(wanted, q="ecl") == ["éclair"]
    assert titles(wanted, q="kel", kind="live") == []
    assert titles(wanted, q="#live") == []
    assert titles(wanted, state=WantedState.FAILED) == []
    first = wanted.page(WantedQuery(sort="title", limit=3), by=USER)
    second = wanted.page(WantedQuery(sort="title", limit=3, after=first.next), by=USER)
    assert [each.title for each in second.wanted] == ["Zoo"]
    assert first.artists[air.id].name == "Air"
    gathered = wanted.page(WantedQuery(sort="-title", year=1998, limit=1), by=USER)
    assert ([each.title for each in gathered.wanted], gathered.next) == (["Kelly"], None)


def test_what_is_wanted_of_a_deleted_artist_is_not_listed(
    services: Services, wanted: WantedVideos, air: Artist
) -> None:
    wanted.found(air.id, [film("Kelly")], by=SYSTEM)
    services.artists.artists.delete(air.id, by=MIRA)
    assert titles(wanted) == []
    assert wanted.totals(by=USER)[WantedState.WANTED] == 0
    with pytest.raises(ArtistNotFoundError):
        wanted.found(air.id, [film("Other")], by=SYSTEM)
    services.artists.artists.restore(air.id, by=MIRA)
    assert titles(wanted) == ["Kelly"]
    assert counts(services, air) == {"WANTED": 1}


def test_a_user_reads_what_is_wanted_and_decides_nothing(wanted: WantedVideos, air: Artist) -> None:
    [new] = wanted.found(air.id, [film("Kelly")], by=MIRA)
    with pytest.raises(ForbiddenError):
        wanted.found(air.id, [film("Other")], by=USER)
    with pytest.raises(ForbiddenError):
        wanted.set_state(new.id, WantedState.IGNORED, by=USER)
    with pytest.raises(WantedNotFoundError):
        wanted.get("nothing", by=USER)
    with pytest.raises(WantedNotFoundError):
        wanted.set_state("nothing", WantedState.IGNORED, by=MIRA)


def test_titles_are_compared_without_what_services_add() -> None:
    same = ["Sexy Boy", "sexy  böy!", "Air - Sexy Boy (Official Music Video)", "Sexy Boy [4K] (HD)"]
    assert {match_key(each, "AIR") for each in same} == {"sexyboy"}
    assert match_key("Official Video", "Air") == "officialvideo"
    assert match_key("(Official Video)") == "officialvideo"
    assert match_key("Moon - Safari", "Air") == "moonsafari"
    assert match_key("!!!") == "!!!"
    assert same_length(None, 3)
    assert same_length(100, 102.9)
    assert not same_length(100, 104)


def test_only_web_addresses_are_kept() -> None:
    assert clean_url("https://bücher.example:8443/ä.jpg") == "https://xn--bcher-kva.example:8443/%C3%A4.jpg"
    assert clean_url("https://example.org/ä b?q=1#x") == "https://example.org/%C3%A4%20b?q=1#x"
    for bad in (
        "",
        "ftp://example.org",
        "https://",
        "https://a@b/",
        "https://[::1",
        "x" * 3000,
        "https://é" + "é" * 900,
    ):
        assert clean_url(bad) == "", bad


def test_what_has_a_word_is_listed_as_it_is(services: Services, wanted: WantedVideos, air: Artist) -> None:
    """Whatever changes a film, those who look for its words see it as all others do."""
    beck = create(services, "Beck")
    [kelly, loser] = wanted.found(air.id, [film("Kelly"), film("Loser", id_="2")], by=SYSTEM)
    [alone] = wanted.found(None, [film("Kelly alone")], by=SYSTEM)
    assert titles(wanted, q="kel", artist_id=air.id) == ["Kelly"]
    wanted.found(air.id, [film("Kelly", service="imvdb", year=1998), film("Kelly alone")], by=SYSTEM)
    assert titles(wanted, q="kel", year=1998) == ["Kelly"]
    assert sorted(titles(wanted, q="kel", artist_id=air.id)) == ["Kelly", "Kelly alone"]
    wanted.set_state(kelly.id, WantedState.FAILED, by=SYSTEM)
    assert titles(wanted, q="kel", state=WantedState.FAILED) == ["Kelly"]
    wanted.found(beck.id, [film("Loser", id_="2"), film("Kelly too")], by=SYSTEM)
    wanted.set_state(loser.id, WantedState.DOWNLOADED, by=SYSTEM)
    services.artists.merging.merge(beck.id, [air.id], by=MIRA)
    assert sorted(titles(wanted, q="kel", artist_id=beck.id)) == ["Kelly", "Kelly alone", "Kelly too"]
    assert titles(wanted, q="los", state=WantedState.DOWNLOADED) == ["Loser"]
    services.artists.artists.delete(beck.id, by=MIRA)
    assert titles(wanted, q="kel") == []
    services.artists.artists.restore(beck.id, by=MIRA)
    assert sorted(titles(wanted, q="kel")) == ["Kelly", "Kelly alone", "Kelly too"]
    assert alone.id in {each.id for each in wanted.page(WantedQuery(q="alone"), by=USER).wanted}
    listed = [column for column in wanted_words.c if column.name in LISTED]
    theirs = [column for column in wanted_films.c if column.name in LISTED]
    with services.platform.databases.durable.reading() as connection:
        both = wanted_words.join(wanted_films, wanted_films.c.id == wanted_words.c.wanted_id)
        for row in connection.execute(select(*sorted(listed, key=str)).select_from(both)).all():
            assert row in connection.execute(select(*sorted(theirs, key=str))).all()


@pytest.mark.parametrize(
    "title", ["The (Kelly) watch", "Watch/kelly", "x" * 250 + " kelly watch", "日本kelly watch 見"]
)
def test_a_word_is_found_wherever_it_begins(wanted: WantedVideos, air: Artist, title: str) -> None:
    wanted.found(
        air.id, [film(title, id_="1"), film("Kellogg watchman", id_="2"), film("Unkelly watch", id_="3")], by=SYSTEM
    )
    assert titles(wanted, q="watch kelly") == ([title] if "日本kelly" not in title else [])
    assert titles(wanted, q="見 watch") == ([title] if "見" in title else [])


def test_the_pictures_of_one_discovery_are_wanted_at_once(
    wanted: WantedVideos, air: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted.found(air.id, [film("Kelly", id_="1")], by=SYSTEM)
    asked: list[list[str]] = []
    monkeypatch.setattr("services.artists.wanted.want", lambda urls, *, on: asked.append(list(urls)))
    found = [
        film(title, id_=id_, service="imvdb", picture=f"https://pictures.example/{id_}.jpg", confidence=sure)
        for title, id_, sure in (("Kelly", "2", 0.9), ("Remember", "3", 0.9), ("Sexy Boy", "4", 0.0))
    ]
    wanted.found(air.id, found, by=SYSTEM)
    assert asked == [[f"https://pictures.example/{id_}.jpg" for id_ in "234"]]
