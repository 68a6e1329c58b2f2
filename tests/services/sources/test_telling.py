"""Library servers are told of new films of those who are followed, where an administrator wants that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from services.actors.actor import SYSTEM
from services.artists.artist import WantedState
from services.artists.candidate import Wanted
from services.assembly import Services
from services.bulk.actions import Action
from services.bulk.bulk import BulkWish
from services.events.envelope import said_by
from services.events.sources import ImportCompleted
from services.events.tables import outbox
from services.events.videos import VideoChanged
from services.jobs.errors import BadInputError
from services.jobs.job import Job, State
from services.jobs.kinds import Work
from services.jobs.store import JobQuery
from services.jobs.tables import jobs
from services.library.video_change import VideoChange
from services.sources.adapters.lidarr import Lidarr
from services.sources.errors import SourceFailedError, SourceRestsError
from services.sources.telling import LibraryNews, is_news
from services.uploads.uploads import Candidate
from services.videos.about import About
from tests.accounts import Build
from tests.bodies import Bytes
from tests.outside_services import Answered, Asked, OutsideService, running_outside_service, said
from tests.services.artists.test_artists import create
from tests.services.artists.test_wanted import film
from tests.services.conftest import NewDatabase
from tests.services.events.test_messages import VIDEO
from tests.videos import mp4

KIND = "tell-library"
COMPLETED = ImportCompleted(import_id="i", url="https://films.example/1", video_id="v", artist="a")


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """Of SQLite: nothing here differs in PostgreSQL."""
    return new_database("sqlite")


@pytest.fixture
def outside() -> Iterator[OutsideService]:
    def answer(asked: Asked) -> Answered:
        if asked.path == "/library/sections":
            films, songs = {"key": "1", "type": "movie"}, {"key": "2", "type": "artist"}
            return said({"MediaContainer": {"Directory": [films, songs]}})
        return said({})

    with running_outside_service() as service:
        service.answer = answer
        yield service


@pytest.fixture
def services(build: Build, outside: OutsideService, tmp_path: Path) -> Services:
    made = build(egress_allow_hosts=(outside.host,), plex_url=outside.url, lidarr_url=outside.url)
    for name in ("plex_token", "lidarr_key"):
        made.live_settings.put(name, "the-key", by=SYSTEM)
    made.live_settings.put("tell_library_servers", True, by=SYSTEM)
    return made


@pytest.fixture
def wanted(services: Services) -> Wanted:
    [new] = services.artists.wanted.found(create(services, "Air").id, [film("Kelly")], by=SYSTEM)
    return new


def queued(services: Services) -> Sequence[Job]:
    services.platform.events.deliver()
    return services.jobs.store.page(JobQuery(kind=KIND)).jobs


def waiting(services: Services) -> list[str]:
    """For whom events wait."""
    with services.platform.databases.durable.reading() as connection:
        return list(connection.scalars(select(outbox.c.listener)))


def clear(services: Services) -> None:
    """As if the minute were over: the jobs are forgotten."""
    with services.platform.databases.durable.writing() as connection:
        connection.execute(delete(jobs).where(jobs.c.kind == KIND))


def heard_by_lidarr(services: Services, outside: OutsideService) -> Callable[[int], None]:
    """Tells of a film when it is so many milliseconds by the clock."""
    clock: list[int] = []
    telling = LibraryNews(
        {"lidarr": Lidarr(outside.url, lambda: "the-key")},
        services.sources.client,
        is_wanted=lambda: True,
        now=clock.pop,
        jobs=services.jobs.jobs,
    )

    def hear(moment: int) -> None:
        clock.append(moment)
        telling.heard(said_by(SYSTEM, COMPLETED))

    return hear


def minutes(services: Services) -> dict[int, State]:
    """The jobs by their minutes."""
    return {each.arguments["minute"]: each.state for each in services.jobs.store.page(JobQuery(kind=KIND)).jobs}


def left(services: Services, minute: int) -> float:
    """For how many seconds the job of that minute was put off."""
    [job] = [each for each in services.jobs.store.page(JobQuery(kind=KIND)).jobs if each.arguments["minute"] == minute]
    return (job.run_at - job.changed_at).total_seconds()


def do(services: Services, job: Job) -> Any:
    kind = services.jobs.kinds.get(KIND)
    assert kind is not None
    return kind.run(Work(job=job, tell_progress=lambda _: None))


def asked_of(outside: OutsideService) -> list[tuple[str, str]]:
    return [(each.method, each.path) for each in outside.asked]


def test_a_film_that_is_here_has_both_told(services: Services, outside: OutsideService, wanted: Wanted) -> None:
    services.artists.wanted.set_state(wanted.id, WantedState.DOWNLOADED, video_id="v", by=SYSTEM)
    jobs = {each.arguments["server"]: each for each in queued(services)}
    assert set(jobs) == {"plex", "lidarr"}
    assert outside.asked == []
    assert do(services, jobs["plex"]) == [{"id": "plex", "status": "done"}]
    assert asked_of(outside) == [("GET", "/library/sections"), ("GET", "/library/sections/1/refresh")]
    assert outside.asked[1].headers["x-plex-token"] == "the-key"
    do(services, jobs["lidarr"])
    assert asked_of(outside)[2:] == [("POST", "/api/v1/command")]
    # The same again is no news.
    before = len(queued(services))
    services.artists.wanted.set_state(wanted.id, WantedState.DOWNLOADED, video_id="v", by=SYSTEM)
    assert len(queued(services)) == before


def test_an_import_for_somebody_counts_and_one_for_nobody_does_not(services: Services) -> None:
    nobodys = ImportCompleted(import_id="i", url="https://films.example/1", video_id="v")
    services.platform.events.say(nobodys, by=SYSTEM)
    assert not queued(services)
    services.platform.events.say(COMPLETED, by=SYSTEM)
    assert {each.arguments["server"] for each in queued(services)} == {"plex", "lidarr"}


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [("tell_library_servers", False, set()), ("plex_token", None, {"lidarr"})],
)
def test_nobody_is_told_without_the_wish_or_the_key(
    services: Services, setting: str, value: object, told: set[str]
) -> None:
    if value is None:
        services.live_settings.reset(setting, by=SYSTEM)
    else:
        services.live_settings.put(setting, value, by=SYSTEM)
    services.platform.events.say(COMPLETED, by=SYSTEM)
    assert {each.arguments["server"] for each in queued(services)} == told


def test_a_film_that_is_given_to_somebody_by_an_edit_or_with_many_counts(services: Services) -> None:
    services.platform.blob_storage().prepare()
    air, beck = create(services, "Air"), create(services, "Beck")
    upload = services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
    services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
    [video] = services.uploads.whole.finish([upload], by=SYSTEM)
    events, crediting = services.platform.events, services.artists.crediting
    events.deliver()
    crediting.edit(video.id, VideoChange(title="A film of nobody"), by=SYSTEM, if_match=None)
    assert "library servers" not in waiting(services)
    assert not queued(services)
    crediting.edit(video.id, VideoChange(artists=["Air"]), by=SYSTEM, if_match=None)
    assert waiting(services).count("library servers") == 1
    edited = queued(services)
    assert {each.arguments["server"] for each in edited} == {"plex", "lidarr"}
    clear(services)
    wish = BulkWish(action=Action.ARTIST, ids=[video.id], value=beck.id)
    services.bulk.actions.begin(wish, by=SYSTEM)
    assert {each.arguments["server"] for each in queued(services)} == {"plex", "lidarr"}
    clear(services)
    # Nor is it news that it is theirs no longer, or has another title.
    crediting.take(video.id, [air.id], by=SYSTEM)
    crediting.edit(video.id, VideoChange(title="A film of Beck"), by=SYSTEM, if_match=None)
    assert "library servers" not in waiting(services)
    assert not queued(services)


def test_a_change_that_was_only_found_counts_where_the_film_is_somebodys(services: Services) -> None:
    told = replace(VIDEO, about=About(artists=("a",)))
    assert not is_news(VideoChanged(video=VIDEO))
    assert is_news(VideoChanged(video=told))
    assert not is_news(VideoChanged(video=told, new_artists=()))


def test_all_films_of_a_minute_are_told_of_once(services: Services, outside: OutsideService) -> None:
    hear_at = heard_by_lidarr(services, outside)
    for moment in (120_000, 179_999, 180_000):
        hear_at(moment)
    assert minutes(services) == {2: State.QUEUED, 3: State.QUEUED}


def test_a_minute_that_comes_twice_is_told_of_twice(services: Services, outside: OutsideService) -> None:
    hear_at, store = heard_by_lidarr(services, outside), services.jobs.store
    hear_at(120_000)
    [job] = store.page(JobQuery(kind=KIND)).jobs
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(jobs).values(run_at=0))
    claim = store.claim_one(job.id, worker="here")
    assert claim is not None
    # The clock was set back. What works may have asked the server before this film was there.
    hear_at(130_000)
    assert minutes(services) == {2: State.RUNNING, 3: State.QUEUED}
    assert left(services, 3) == 110
    store.finish(claim)
    hear_at(135_000)
    assert minutes(services) == {2: State.QUEUED, 3: State.QUEUED}
    assert left(services, 2) == 45


def test_a_server_that_is_away_is_told_later(services: Services, outside: OutsideService) -> None:
    services.platform.events.say(COMPLETED, by=SYSTEM)
    [job] = [each for each in queued(services) if each.arguments["server"] == "lidarr"]
    outside.answer = lambda _: said({}, status=503, Retry_After="600")
    with pytest.raises(SourceRestsError):
        do(services, job)
    # It has asked for a pause, and is left alone until then.
    asked = len(outside.asked)
    with pytest.raises(SourceRestsError):
        do(services, job)
    assert len(outside.asked) == asked


def test_a_key_that_is_not_taken_is_said_and_one_that_is_gone_ends_the_job(
    services: Services, outside: OutsideService
) -> None:
    services.platform.events.say(COMPLETED, by=SYSTEM)
    [job] = [each for each in queued(services) if each.arguments["server"] == "lidarr"]
    outside.answer = lambda _: said({}, status=401)
    with pytest.raises(SourceFailedError, match="does not take the key"):
        do(services, job)
    services.live_settings.reset("lidarr_key", by=SYSTEM)
    with pytest.raises(BadInputError, match="has no key"):
        do(services, job)
