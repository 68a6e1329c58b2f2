"""Films that two services know under two names are one where picture, title and length agree, never by one of them."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import delete

from services.actors.actor import SYSTEM
from services.artists.artist import Artist, WantedState
from services.artists.candidate import Wanted, may_be_named_so
from services.artists.errors import WantedNotFoundError
from services.artists.store.pages import WantedQuery
from services.artists.tables import wanted_sources
from services.assembly import Services
from services.audit.entry import AuditQuery
from services.egress.guard import EgressGuard
from services.jobs.kinds import Work
from services.storage.errors import StorageUnavailableError
from services.storage.files import FileStore
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.bodies import Bytes
from tests.outside_services import Answered, running_outside_service
from tests.pictures import picture
from tests.services.artists.test_artists import USER, create
from tests.services.artists.test_wanted import counts, film
from tests.videos import mp4

LOOK = 0x0F1E2D3C4B5A6978
NEAR, FAR = LOOK ^ 0b111111, LOOK ^ 0b1111111


@pytest.fixture
def air(services: Services) -> Artist:
    return create(services, "Air")


def find(services: Services, artist: Artist, title: str, *, look: int | None = LOOK, **said: Any) -> Wanted:
    """A film with a picture that looks so."""
    url = f"https://pictures.example/{said.get('service', 'youtube')}/{abs(hash((title, look)))}.jpg"
    [new] = services.artists.wanted.found(artist.id, [film(title, picture=url, **said)], by=SYSTEM)
    store = services.artists.keeping._store
    store.keep(url, version="v", look="" if look is None else f"{look:016x}")
    return new


def join(services: Services) -> int:
    """What a job does when it has fetched pictures."""
    known = services.artists.wanted.page(WantedQuery(limit=200), by=USER).wanted
    return services.artists.keeping._twins.join([each.picture for each in known])


def is_there(services: Services, wanted: Wanted) -> bool:
    try:
        services.artists.wanted.get(wanted.id, by=USER)
    except WantedNotFoundError:
        return False
    return True


def test_two_names_of_one_film_are_one(services: Services, air: Artist) -> None:
    first = find(services, air, "Sexy Boy", seconds=240)
    second = find(
        services,
        air,
        "Air - Sexy Boy (Remastered)",
        look=NEAR,
        service="imvdb",
        seconds=242,
        year=1998,
        url="http://a/b",
    )
    assert counts(services, air) == {"WANTED": 2}
    assert join(services) == 1
    known = services.artists.wanted.get(first.id, by=USER)
    assert (known.title, known.year, known.url) == ("Sexy Boy", 1998, "http://a/b")
    assert not is_there(services, second)
    assert counts(services, air) == {"WANTED": 1}
    # It is not found again, whatever it is called there.
    again = film("Air - Sexy Boy (Remastered)", service="imvdb")
    assert services.artists.wanted.found(air.id, [again], by=SYSTEM) == []
    assert [each.id for each in services.artists.wanted.by_source("imvdb", second.source_id, by=USER)] == [first.id]
    [entry] = services.audit.entries.read(AuditQuery(action="wanted.joined"), limit=5, by=SYSTEM)
    assert entry.details["other_title"] == "Air - Sexy Boy (Remastered)"
    assert join(services) == 0


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Sexy Boy (Remastered)", {"look": FAR}),
        ("Sexy Boy (Remastered)", {"look": None}),
        ("Sexy Boy (Remastered)", {"seconds": 260}),
        ("Sexy Boy (Remastered)", {"seconds": None}),
        ("Sexy Boy (Remastered)", {"kind": "live"}),
        ("Sexy Boy (Remastered)", {"service": "youtube"}),
        ("Sexy Boy (Live in Paris)", {}),
        ("Sexy Boy (Beck Remix)", {}),
        ("Sexy Boy 2", {}),
        ("Kelly Watch the Stars", {}),
    ],
)
def test_what_differs_in_anything_else_stays_two(
    services: Services, air: Artist, title: str, said: dict[str, Any]
) -> None:
    find(services, air, "Sexy Boy", seconds=240, kind="music-video")
    other: dict[str, Any] = {"service": "imvdb", "seconds": 240, "look": NEAR}
    find(services, air, title, **other | said)
    assert join(services) == 0
    assert counts(services, air) == {"WANTED": 2}


def test_nobody_waits_while_all_films_of_a_service_have_one_picture(
    services: Services, air: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        find(services, air, f"Sexy Boy {number}", seconds=240, service="youtube" if number % 2 else "imvdb")
    for id_ in "ab":
        find(services, air, f"Kelly {id_}", id_=id_)
    locked: list[str] = []
    get = services.artists.keeping._twins._artists.get

    def noting(id_: str, **said: Any) -> Artist | None:
        locked.extend([id_] if said.get("lock") else [])
        return get(id_, **said)

    monkeypatch.setattr(services.artists.keeping._twins._artists, "get", noting)
    assert join(services) == 0
    assert locked == []


def test_a_film_that_no_service_names_any_more_hinders_nothing(services: Services, air: Artist) -> None:
    first = find(services, air, "Sexy Boy", seconds=240)
    find(services, air, "Sexy Boy (Remastered)", service="imvdb", seconds=240)
    with services.platform.databases.durable.writing() as connection:
        connection.execute(delete(wanted_sources).where(wanted_sources.c.wanted_id == first.id))
    assert join(services) == 1


def test_a_year_that_differs_is_no_hindrance_where_title_and_picture_are_the_same(
    services: Services, air: Artist
) -> None:
    first = find(services, air, "Sexy Boy", year=2009)
    find(services, air, "Sexy Boy (Official Video)", service="imvdb", look=NEAR, year=1998)
    assert join(services) == 1
    assert is_there(services, first)


def test_films_of_two_artists_stay_two(services: Services, air: Artist) -> None:
    beck = create(services, "Beck")
    find(services, air, "Sexy Boy", seconds=240)
    find(services, beck, "Sexy Boy", service="imvdb", seconds=240)
    assert join(services) == 0


@pytest.mark.parametrize(
    ("one", "other", "stays"),
    [
        *(("WANTED", "DOWNLOADED", "DOWNLOADED"), ("FAILED", "DOWNLOADING", "DOWNLOADING")),
        *(("FAILED", "WANTED", "WANTED"), ("IGNORED", "DOWNLOADED", "DOWNLOADED"), ("IGNORED", "IGNORED", "IGNORED")),
        *(("IGNORED", "WANTED", None), ("DOWNLOADED", "DOWNLOADED", None), ("DOWNLOADED", "DOWNLOADING", None)),
    ],
)
def test_the_one_that_is_further_stays(
    services: Services, air: Artist, one: str, other: str, stays: str | None
) -> None:
    first = find(services, air, "Sexy Boy", seconds=240)
    second = find(services, air, "Sexy Boy (Remastered)", service="imvdb", seconds=240)
    for each, state in ((first, one), (second, other)):
        services.artists.wanted.set_state(each.id, WantedState(state), by=SYSTEM)
    assert join(services) == (stays is not None)
    left = [services.artists.wanted.get(each.id, by=USER) for each in (first, second) if is_there(services, each)]
    assert [each.state.value for each in left] == ([stays] if stays else [one, other])
    assert sum(counts(services, air).values()) == len(left)


def test_what_is_learnt_of_one_holds_for_the_next(services: Services, air: Artist) -> None:
    first = find(services, air, "Sexy Boy", year=2000)
    find(services, air, "Sexy Boy", service="imvdb", year=1998, seconds=240)
    find(services, air, "Sexy Boy", service="spotify", year=1990, seconds=300)
    assert counts(services, air) == {"WANTED": 3}
    assert join(services) == 1
    assert services.artists.wanted.get(first.id, by=USER).seconds == 240
    assert counts(services, air) == {"WANTED": 2}


def upload(services: Services) -> Video:
    services.platform.blob_storage().prepare()
    upload = services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
    services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
    return services.uploads.whole.finish([upload], by=SYSTEM)[0]


def test_a_film_that_is_here_is_told_by_what_is_seen_in_it(services: Services, air: Artist) -> None:
    here = find(services, air, "Sexy Boy", look=None, seconds=240)
    video = upload(services)
    services.artists.wanted.set_state(here.id, WantedState.DOWNLOADED, video_id=video.id, by=SYSTEM)
    other = find(services, air, "Sexy Boy (Remastered)", look=NEAR, service="imvdb", seconds=240)
    assert join(services) == 0
    shown = ["-" * 16, f"{LOOK:016x}", *[f"{number * 0x1111111111111:016x}" for number in range(14)]]
    assert services.library.videos.note_made(video.id, lambda made: replace(made, look="".join(shown)), by=SYSTEM)
    assert join(services) == 1
    assert is_there(services, here)
    assert not is_there(services, other)
    assert counts(services, air) == {"DOWNLOADED": 1}


def test_pictures_of_services_are_compared_when_they_are_fetched(services: Services, air: Artist) -> None:
    shown = {"/a.jpg": picture("jpeg", "1280x720"), "/b.webp": picture("webp", "480x270")}
    shown["/c.png"] = picture("png", "480x270", seen="mandelbrot")
    names = (
        ("youtube", "Kelly", "a.jpg"),
        ("imvdb", "Kelly, remastered", "b.webp"),
        ("feed", "Kelly at last", "c.png"),
    )
    with running_outside_service() as outside:
        outside.answer = lambda asked: Answered(body=shown[asked.path])
        services.artists.keeping._guard = EgressGuard([outside.host])
        found = [film(title, service=at, seconds=200, picture=f"{outside.url}/{path}") for at, title, path in names]
        services.artists.wanted.found(air.id, found, by=SYSTEM)
        work = Work(job=None, tell_progress=lambda _: None)  # type: ignore[arg-type]
        [result] = services.artists.keeping.kind.run(work) or []
    assert result["detail"] == "3 kept, 0 could not be had, 1 known by two names"
    assert counts(services, air) == {"WANTED": 2}


def test_what_is_here_is_compared_also_where_storage_goes_away_then(
    services: Services, air: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, put, puts = picture("jpeg", "1280x720"), FileStore.put, list[str]()

    def away(store: FileStore, name: str, *given: Any, **said: Any) -> None:
        puts.append(name)
        if len(puts) > 2:
            raise StorageUnavailableError("It is away.")
        put(store, name, *given, **said)

    monkeypatch.setattr(FileStore, "put", away)
    with running_outside_service() as outside:
        outside.answer = lambda _: Answered(body=shown)
        services.artists.keeping._guard = EgressGuard([outside.host])
        named = (("youtube", "Kelly", "a"), ("imvdb", "Kelly, remastered", "b"), ("feed", "Run", "c"))
        found = [film(title, service=at, seconds=200, picture=f"{outside.url}/{path}") for at, title, path in named]
        services.artists.wanted.found(air.id, found, by=SYSTEM)
        work = Work(job=None, tell_progress=lambda _: None)  # type: ignore[arg-type]
        with pytest.raises(StorageUnavailableError):
            services.artists.keeping.kind.run(work)
    assert counts(services, air) == {"WANTED": 2}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sexy Boy", "Sexy Böy [HD]", True),
        ("Sexy Boy", "Sexxy Boy", True),
        ("All I Need", "Air | All I Need | Clip", True),
        ("All I Need", "All I Need (instrumental)", False),
        ("Part 1", "Part 2", False),
        ("Crane School, the long lesson, S01E02", "Crane School, the long lesson, S01E03", False),
        ("Lessons of the crane, volume two", "Lessons of the crane, volume ten", False),
        ("Unterricht am Kran, die fünfte Stunde", "Unterricht am Kran, die Stunde", False),
        ("The long way round, side A", "The long way round, side B", False),
        ("Interlude", "Interlude II", False),
        ("Day in the life", "A day in the life", True),
        ("Run", "Fun", False),
        ("Run", "Run to the hills and back again now", False),
        ("", "", True),
    ],
)
def test_titles_that_may_mean_the_same(one: str, other: str, same: bool) -> None:
    assert may_be_named_so(one, other, artist="Air") is same
    assert may_be_named_so(other, one, artist="Air") is same
