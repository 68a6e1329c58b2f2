"""Artists that several make one at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.artists.errors import ArtistNotFoundError
from services.artists.store.artists import ArtistStore
from services.assembly import Services
from tests.accounts import Build
from tests.server import eventually
from tests.services.accounts.test_lock_order import number_waiting
from tests.services.artists.test_artists import MIRA, create, names


# SQLite lets one transaction write at a time, from its beginning.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_who_merge_some_of_the_same_wait_for_each_other(build: Build) -> None:
    here, there = build(), build()
    database = here.platform.databases.durable
    a, b, c, d = sorted(create(here, name).id for name in ("Air", "Beck", "Cher", "Dido"))

    def merge(services: Services, into: str, others: list[str]) -> type[Exception] | None:
        try:
            services.artists.merging.merge(into, others, by=MIRA)
        except Exception as error:  # noqa: BLE001 - which one it is, is the question
            return type(error)
        return None

    with ThreadPoolExecutor(2) as pool:
        with database.writing() as on:
            for each in (b, d):
                ArtistStore(database).get(each, on=on, lock=True)
            merging = [pool.submit(merge, here, a, [b, c]), pool.submit(merge, there, c, [d, a])]
            eventually(lambda: number_waiting(database) == 2)
        came = [each.result() for each in merging]
    assert sorted(came, key=str) == [ArtistNotFoundError, None]
    assert len(names(here)) == 2
