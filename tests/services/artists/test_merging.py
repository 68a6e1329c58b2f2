"""Artists that several make one at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

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


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whose_place_was_taken_before_is_waited_for_before_anything_is_changed(build: Build) -> None:
    services = build()
    database = services.platform.databases.durable
    store = ArtistStore(database)
    before, kept, gone = sorted(create(services, name).id for name in ("Air", "Beck", "Cher"))
    services.artists.merging.merge(gone, [before], by=MIRA)
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as on:
            store.get(before, on=on, lock=True)
            merging = pool.submit(services.artists.merging.merge, kept, [gone], by=MIRA)
            eventually(lambda: number_waiting(database) == 1)
            # Nobody has it, so whoever has the first of them can go on.
            on.execute(text("SELECT id FROM reelgate_artists WHERE id = :id FOR UPDATE NOWAIT"), {"id": kept})
        merging.result()
    assert {artist.id for artist in store.these([before, gone]).values() if artist.merged_into == kept} == {
        before,
        gone,
    }
