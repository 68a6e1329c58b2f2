"""Films that discovery is sure enough of are fetched by themselves: each once, and so many a day."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM
from services.artists.accepting.tables import accepted
from services.artists.artist import Artist, WantedState
from services.artists.store.pages import WantedQuery
from services.assembly import Services
from services.imports.imports import Imports
from services.jobs.store import JobQuery
from tests.accounts import Build
from tests.film_site import Site, running_site
from tests.services.artists.test_artists import MIRA, create
from tests.services.artists.test_wanted import film

DAY = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running_site() as found:
        yield found


@pytest.fixture
def services(build: Build, site: Site, tmp_path: Path) -> Services:
    return build(egress_allow_hosts=(site.host,), temp_dir=tmp_path / "scratch")


@pytest.fixture
def air(services: Services) -> Artist:
    return create(services, "Air")


def put(services: Services, least: int, per_day: int = 20) -> None:
    services.live_settings.put("wanted_accept_from", least, by=SYSTEM)
    services.live_settings.put("wanted_accept_per_day", per_day, by=SYSTEM)


def find(services: Services, site: Site, artist: Artist | None, *sure: int) -> None:
    """Have discovery find a film of each of these confidences, in percent, whose title says it."""
    films = [
        film(f"Film {each}", id_=f"{each}", url=site.url(f"/{each}.mp4"), confidence=each / 100, seconds=100.0 + each)
        for each in sure
    ]
    services.artists.wanted.found(artist.id if artist else None, films, by=SYSTEM)


def fetched(services: Services) -> list[str]:
    services.platform.events.deliver()
    query = WantedQuery(state=WantedState.DOWNLOADING, limit=100)
    return sorted(each.title for each in services.artists.wanted.page(query, by=SYSTEM).wanted)


def later(services: Services, milliseconds: int, **values: Any) -> None:
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(accepted).values(accepted_at=accepted.c.accepted_at - milliseconds, **values))


def test_nothing_is_fetched_by_itself_before_somebody_wants_it(services: Services, site: Site, air: Artist) -> None:
    find(services, site, air, 98)
    assert services.artists.accepting.begin_due() == 0
    assert fetched(services) == []


def test_what_is_sure_enough_is_fetched_once(services: Services, site: Site, air: Artist) -> None:
    find(services, site, air, 98, 85, 70)
    put(services, 80)
    assert services.artists.accepting.begin_due() == 2
    assert fetched(services) == ["Film 85", "Film 98"]
    assert services.artists.accepting.begin_due() == 0
    [job, _] = services.jobs.store.page(JobQuery(kind="import", limit=9)).jobs
    assert job.by_id == SYSTEM.id


def test_no_more_are_fetched_a_day_than_may_be_the_surest_first(services: Services, site: Site, air: Artist) -> None:
    find(services, site, air, 90, 95, 99, 85)
    put(services, 80, per_day=2)
    assert services.artists.accepting.begin_due() == 2
    assert fetched(services) == ["Film 95", "Film 99"]
    later(services, DAY - 60_000)
    assert services.artists.accepting.begin_due() == 0
    later(services, 60_000)
    assert services.artists.accepting.begin_due() == 2
    assert len(fetched(services)) == 4


def test_what_people_have_decided_stays(services: Services, site: Site, air: Artist) -> None:
    find(services, site, air, 98, 97)
    find(services, site, None, 99)
    put(services, 80)
    [ignored, cancelled] = services.artists.wanted.page(WantedQuery(artist_id=air.id), by=SYSTEM).wanted
    services.artists.deciding.decide(ignored.id, WantedState.IGNORED, by=MIRA)
    begun, _ = services.artists.downloads.begin(cancelled.id, by=MIRA)
    services.imports.imports.cancel(begun.id, by=MIRA)
    services.platform.events.deliver()
    assert services.artists.wanted.get(cancelled.id, by=SYSTEM).state is WantedState.WANTED
    assert services.artists.accepting.begin_due() == 0


def test_an_address_that_is_not_allowed_fails_with_the_reason(services: Services, air: Artist) -> None:
    inward = film("Inward", url="http://127.0.0.1:9/a.mp4", confidence=0.99)
    [found] = services.artists.wanted.found(air.id, [inward], by=SYSTEM)
    put(services, 80)
    assert services.artists.accepting.begin_due() == 0
    failed = services.artists.wanted.get(found.id, by=SYSTEM)
    assert failed.state is WantedState.FAILED
    assert "127.0.0.1" in (failed.error or "")


def test_whoever_dies_in_between_leaves_its_films_to_others(
    services: Services, site: Site, air: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(services, site, air, 98)
    put(services, 80)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Imports, "begin", die)
        with pytest.raises(KeyboardInterrupt):
            services.artists.accepting.begin_due()
    assert services.artists.accepting.begin_due() == 0
    later(services, 11 * 60_000)
    assert services.artists.accepting.begin_due() == 1
    assert fetched(services) == ["Film 98"]


def test_pages_about_films_are_not_fetched(services: Services, site: Site, air: Artist) -> None:
    song = film("Song", service="musicbrainz", url=site.url("/song"), confidence=0.98)
    services.artists.wanted.found(air.id, [song], by=SYSTEM)
    put(services, 80)
    assert services.artists.accepting.begin_due() == 0


def test_a_film_whose_artist_is_in_the_trash_is_left_alone(services: Services, site: Site, air: Artist) -> None:
    find(services, site, air, 98)
    put(services, 80)
    services.artists.artists.delete(air.id, by=MIRA)
    assert services.artists.accepting.begin_due() == 0
    services.artists.artists.restore(air.id, by=MIRA)
    assert services.artists.accepting.begin_due() == 1
