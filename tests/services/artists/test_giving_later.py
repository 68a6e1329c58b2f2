"""A film is given to its artist also where storage was away at that moment: later, and once."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import update

from config import Secret
from services.actors.actor import SYSTEM
from services.artists.artist import WantedState
from services.assembly import Services
from services.events.tables import outbox
from services.imports.record import ImportRequest
from services.storage.errors import StorageUnavailableError
from tests.accounts import Build
from tests.fault_proxy import Fault, FaultProxy, running_fault_proxy
from tests.film_site import Site
from tests.server import eventually
from tests.services.artists.test_artists import MIRA, USER, create
from tests.services.artists.test_downloads import content, database_url, site  # noqa: F401 - fixtures
from tests.services.artists.test_wanted import film as found_film
from tests.services.imports.conftest import do


@pytest.fixture
def storage(azurite: str) -> Iterator[FaultProxy]:
    with running_fault_proxy(azurite) as proxy:
        yield proxy


@pytest.fixture
def services(build: Build, storage: FaultProxy, site: Site, tmp_path: Path) -> Services:  # noqa: F811
    made = build(
        azure_storage_connection_string=Secret(storage.connection_string),
        storage_timeout_seconds=1,
        egress_allow_hosts=(site.host,),
        temp_dir=tmp_path / "scratch",
    )
    made.platform.blob_storage().prepare()
    return made


def deliver(services: Services) -> None:
    """Hand over what waits, without the pauses."""
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(outbox).values(due_at=0))
    services.platform.events.deliver()


def away(_method: str, _path: str) -> Fault:
    return "503"


def come_back(services: Services, storage: FaultProxy) -> None:
    """Let storage be there again, and wait until that is known."""
    storage.choose = lambda _method, _path: None

    def is_back() -> bool:
        with suppress(StorageUnavailableError):
            services.platform.blob_storage().ping(seconds=2)
        return services.platform.client.circuit.closed

    eventually(is_back)


def artists_of(services: Services, video: str | None) -> tuple[str, ...]:
    return services.library.videos.stored(video or "", by=SYSTEM).about.artists


@pytest.mark.parametrize("is_wanted", [True, False])
def test_storage_that_was_away_is_made_up_for(
    services: Services,
    storage: FaultProxy,
    site: Site,  # noqa: F811
    is_wanted: bool,
) -> None:
    air, url = create(services, "Air"), site.url("/kelly.mp4")
    if is_wanted:
        services.artists.wanted.found(air.id, [found_film("Kelly", url=url)], by=SYSTEM)
    asked = ImportRequest(url=url, artist=None if is_wanted else air.id)
    done = do(services, services.imports.imports.begin(asked, by=USER)[0])
    storage.choose = away
    deliver(services)
    come_back(services, storage)
    assert artists_of(services, done.video) == ()
    for _ in range(2):
        deliver(services)
        assert artists_of(services, done.video) == (air.id,)
    if is_wanted:
        [film] = services.artists.wanted.by_url(url, by=SYSTEM)
        assert film.state is WantedState.DOWNLOADED
    # What somebody has taken away since then stays away.
    services.artists.crediting.take(done.video or "", [air.id], by=MIRA)
    deliver(services)
    assert artists_of(services, done.video) == ()


def test_nothing_is_decided_while_storage_is_away(
    services: Services,
    storage: FaultProxy,
    site: Site,  # noqa: F811
) -> None:
    done = do(services, services.imports.imports.begin(ImportRequest(url=site.url("/kelly.mp4")), by=USER)[0])
    [film] = services.artists.wanted.found(create(services, "Air").id, [found_film("Kelly")], by=SYSTEM)
    storage.choose = away
    with pytest.raises(StorageUnavailableError):
        services.artists.deciding.decide(film.id, WantedState.DOWNLOADED, video_id=done.video, by=MIRA)
    come_back(services, storage)
    assert services.artists.wanted.get(film.id, by=SYSTEM).state is WantedState.WANTED
    services.artists.deciding.decide(film.id, WantedState.DOWNLOADED, video_id=done.video, by=MIRA)
    assert artists_of(services, done.video) == (film.artist_id,)


def test_a_film_that_turns_out_to_be_here_is_its_artists(services: Services, site: Site) -> None:  # noqa: F811
    url = site.url("/kelly.mp4")
    done = do(services, services.imports.imports.begin(ImportRequest(url=url), by=USER)[0])
    air = create(services, "Air")
    [film] = services.artists.wanted.found(air.id, [found_film("Kelly", url=url)], by=SYSTEM)
    with pytest.raises(Exception, match="here already"):
        services.artists.downloads.begin(film.id, by=USER)
    assert artists_of(services, done.video) == (air.id,)
