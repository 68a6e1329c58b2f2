"""New artists are looked up once, by themselves, a few a minute."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM
from services.artists.csv_lists import entries_of
from services.assembly import Services
from services.events.envelope import said_by
from services.events.sources import ArtistCreated
from services.jobs.job import Job, Lane
from services.jobs.kinds import Work
from services.jobs.store import JobQuery
from services.live_settings.definition import Definition
from services.sources import live_settings as keys
from services.sources.first_looks.first_looks import PER_MINUTE
from services.sources.first_looks.tables import first_looks
from tests.accounts import Build
from tests.outside_services import OutsideService, running_outside_service, said
from tests.services.artists.test_artists import MIRA, create

MINUTE = 60_000


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture
def services(build: Build, outside: OutsideService) -> Services:
    outside.answer = lambda _: said({"recordings": [], "count": 0})
    return build(egress_allow_hosts=(outside.host,), musicbrainz_url=outside.url)


def looks(services: Services) -> list[str]:
    """The artists that jobs look up, or have."""
    services.platform.events.deliver()
    found = services.jobs.store.page(JobQuery(kind="discover", limit=100)).jobs
    return sorted(str(each.arguments["artist"]) for each in found)


def take_in(services: Services, count: int) -> list[str]:
    text = "\n".join(f"Artist {number:02}" for number in range(count))
    return sorted(each.id or "" for each in services.artists.lists.take_in(entries_of(text), by=MIRA))


def a_minute_passes(services: Services, **values: Any) -> int:
    """Let those that were begun have been begun a minute ago, and begin with others."""
    values = values or {"begun_at": first_looks.c.begun_at - MINUTE}
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(first_looks).values(values))
    return services.sources.first_looks.begin_due()


def do(services: Services) -> Job:
    """Do the job that waits."""
    claim = services.jobs.store.claim(Lane.QUICK, worker="test")
    assert claim is not None
    results = services.sources.discovery.kind.run(Work(job=claim.job, tell_progress=lambda _: None))
    services.jobs.store.finish(claim, results=results)
    return claim.job


def let(services: Services, setting: Definition[bool], value: bool) -> None:
    services.live_settings.put(setting.key, value, by=SYSTEM)


def test_a_new_artist_is_looked_up_at_once_and_once(services: Services) -> None:
    artist = create(services, "Crane School")
    assert looks(services) == [artist.id]
    job = do(services)
    assert (job.by.kind, job.by.id) == (SYSTEM.kind, SYSTEM.id)
    a_minute_passes(services, begun_at=None, job=None)
    assert services.jobs.store.claim(Lane.QUICK, worker="test") is None
    services.platform.events.deliver()
    assert services.artists.artists.get(artist.id, by=SYSTEM).discovered_at is not None
    # An event may be heard twice, and another process may have died in the middle of it.
    services.sources.first_looks.heard(said_by(MIRA, ArtistCreated(artist_id=artist.id, name=artist.name)))
    a_minute_passes(services, begun_at=None, job=None)
    assert services.jobs.store.claim(Lane.QUICK, worker="test") is None


def test_a_long_list_is_spread(services: Services) -> None:
    ids = take_in(services, 12)
    assert len(looks(services)) == PER_MINUTE == 5
    assert services.sources.first_looks.begin_due() == 0
    assert [a_minute_passes(services) for _ in range(3)] == [5, 2, 0]
    assert looks(services) == ids


def test_another_process_goes_on_with_what_one_has_left(build: Build, services: Services) -> None:
    take_in(services, 7)
    services.platform.events.deliver()
    other = build()
    assert other.sources.first_looks.begin_due() == 0
    # The one before has died between its turn and the job.
    assert a_minute_passes(other, begun_at=first_looks.c.begun_at - MINUTE, job=None) == 5
    assert a_minute_passes(other) == 2
    assert len(looks(other)) == 7


def test_a_clock_that_was_wrong_keeps_nobody_waiting(services: Services) -> None:
    take_in(services, 6)
    services.platform.events.deliver()
    assert a_minute_passes(services, begun_at=9_000_000_000_000) == 1
    assert len(looks(services)) == 6


def test_whoever_is_in_the_trash_or_was_looked_up_already_is_not(services: Services) -> None:
    ids = take_in(services, 8)
    first = looks(services)
    waiting = sorted(set(ids) - set(first))
    services.artists.artists.delete(waiting[0], by=MIRA)
    services.sources.discovery.say(waiting[1], found=0, by=SYSTEM)
    services.platform.events.deliver()
    assert a_minute_passes(services) == 1
    assert looks(services) == sorted([*first, waiting[2]])


def test_nobody_is_looked_up_while_that_is_not_wanted(services: Services) -> None:
    let(services, keys.DISCOVER_NEW, False)
    create(services, "Not looked up")
    assert looks(services) == []
    let(services, keys.DISCOVER_NEW, True)
    assert services.sources.first_looks.begin_due() == 0
    take_in(services, 6)
    first = looks(services)
    let(services, keys.DISCOVER_NEW, False)
    assert a_minute_passes(services) == 0
    let(services, keys.DISCOVER_NEW, True)
    assert services.sources.first_looks.begin_due() == 1
    assert len(first) == 5


def test_nobody_is_looked_up_where_no_service_is_on(build: Build) -> None:
    services = build()
    create(services, "Air")
    assert looks(services) == []
    services.live_settings.put(keys.IMVDB_KEY.key, "a-key", by=SYSTEM)
    beck = create(services, "Beck")
    assert looks(services) == [beck.id]


def test_a_look_that_somebody_has_asked_for_is_the_first(services: Services) -> None:
    artist = create(services, "Air")
    asked = services.sources.discovery.begin(artist.id, by=MIRA)
    assert looks(services) == [artist.id]
    assert do(services).id == asked.id
    again = services.sources.discovery.begin(artist.id, by=MIRA)
    assert (again.id, again.state) == (asked.id, "queued")


def test_what_is_long_over_is_forgotten(services: Services) -> None:
    take_in(services, 6)
    services.platform.events.deliver()
    assert services.sources.first_looks.forget_old(seconds=60) == 0
    a_minute_passes(services, begun_at=1)
    assert services.sources.first_looks.forget_old(seconds=60) == 5
