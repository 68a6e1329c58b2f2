"""Steps are done when they are due, by one at a time, and do not spoil each other."""

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from azure.storage.blob import BlobLeaseClient, BlobServiceClient

from services.database.engine import Connections
from services.library.catalogue import Catalogue
from services.operations.housekeeping import LEASE, Housekeeping
from services.steps import Interrupted, KeepGoing, Step
from services.storage.client import StorageAccount, StorageClient
from services.storage.errors import StorageUnavailableError
from services.storage.leases import BlobLeases


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(Connections(f"sqlite:///{tmp_path}/index.sqlite3"))
    yield catalogue
    catalogue.close()


@pytest.fixture
def container() -> str:
    return f"records-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def leases(azurite: str, container: str) -> BlobLeases:
    account = StorageAccount(
        connection_string=azurite,
        account_url=None,
        identity_client_id=None,
        api_version="2025-11-05",
        connections=4,
        timeout=10,
    )
    return BlobLeases(StorageClient(account), container=container, renew_seconds=0.2)


@pytest.fixture
def house(catalogue: Catalogue, leases: BlobLeases) -> Callable[..., Housekeeping]:
    return lambda *steps: Housekeeping(catalogue.notes, leases, prepare=lambda _: None, steps=steps)


def step(done: list[str], name: str, *, every: float = 3600, at_start: bool = False) -> Step:
    return Step(name=name, every=every, at_start=at_start, run=lambda _: done.append(name))


def test_a_step_is_done_once_in_its_time_whoever_does_it(house: Callable[..., Housekeeping]) -> None:
    done: list[str] = []
    for _ in range(3):
        house(step(done, "hourly"), step(done, "always", every=0)).turn()
    assert done == ["hourly", "always", "always", "always"]


def test_a_new_process_does_again_what_the_last_may_have_broken_off(house: Callable[..., Housekeeping]) -> None:
    done: list[str] = []
    first = house(step(done, "drift", at_start=True))
    first.turn()
    first.turn()
    assert done == ["drift"]
    house(step(done, "drift", at_start=True)).turn()
    assert done == ["drift", "drift"]


def test_a_step_that_was_done_in_the_future_is_done_again(
    house: Callable[..., Housekeeping], catalogue: Catalogue
) -> None:
    done: list[str] = []
    house(step(done, "hourly")).turn()
    catalogue.notes.remember("step.hourly", catalogue.notes.clock() + 31 * 24 * 60 * 60 * 1000)
    house(step(done, "hourly")).turn()
    assert done == ["hourly", "hourly"]


@pytest.mark.parametrize("failure", [StorageUnavailableError("away"), RuntimeError("a fault of ours")])
def test_a_step_that_fails_holds_up_no_other_and_is_tried_again(
    house: Callable[..., Housekeeping], failure: Exception
) -> None:
    done: list[str] = []

    def fail(_: object) -> None:
        done.append("tried")
        raise failure

    housekeeping = house(Step(name="failing", every=3600, run=fail), step(done, "after"))
    housekeeping.turn()
    housekeeping.turn()
    assert done == ["tried", "after", "tried"]


def test_only_who_holds_the_lease_does_anything(house: Callable[..., Housekeeping], leases: BlobLeases) -> None:
    done: list[str] = []
    with leases.hold(LEASE) as lease:
        assert lease is not None
        house(step(done, "hourly")).turn()
        assert done == []
    house(step(done, "hourly")).turn()
    assert done == ["hourly"]


def test_who_has_lost_the_lease_stops_in_the_middle(
    house: Callable[..., Housekeeping], catalogue: Catalogue, azurite: str, container: str
) -> None:
    done: list[str] = []

    def lose_the_lease(keep_going: KeepGoing) -> None:
        done.append("begun")
        with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as storage:
            BlobLeaseClient(storage.get_blob_client(container, LEASE)).break_lease(0)
        patience = time.monotonic() + 20
        while time.monotonic() < patience:
            keep_going(None)
            time.sleep(0.05)

    housekeeping = house(Step(name="long", every=3600, run=lose_the_lease), step(done, "after"))
    with pytest.raises(Interrupted):
        housekeeping.turn()
    assert done == ["begun"]
    assert catalogue.notes.recall("step.long") is None
    house(step(done, "after")).turn()
    assert done == ["begun", "after"]
