"""Who commits a form and who takes it for dead never both have their way."""

import uuid
from dataclasses import dataclass

import pytest

from services.errors import ClockUnsureError
from services.library.form_commits import NO_FORM, FormCommit, FormCommits
from services.storage.blobs import BlobStorage
from services.storage.client import StorageClient
from services.storage.clock import ServerTime, StorageClock
from services.storage.errors import StorageUnavailableError
from services.storage.records import RecordStore
from tests.fault_proxy import running_fault_proxy
from tests.services.storage.contract.test_storage import account

NAMES = ("one.mp4", "two.mp4")


@dataclass(frozen=True)
class Instance:
    """One process with the storage that it shares with others."""

    forms: FormCommits
    storage: BlobStorage

    def commit(self, name: str) -> None:
        self.storage.stager(name)("00000000", b"film")
        self.storage.commit(name, ["00000000"], content_type="video/mp4", metadata={"upload_id": "x"}, upload_id="x")

    def begin(self) -> FormCommit:
        """A form whose first file is committed."""
        form = self.forms.begin(NAMES)
        self.commit(NAMES[0])
        self.storage.stager(NAMES[1])("00000000", b"film")
        return form

    @property
    def there(self) -> list[str]:
        return [name for name in NAMES if self.storage.upload_of(name) is not None or self.storage.staged(name)]


@pytest.fixture
def containers() -> dict[str, str]:
    token = uuid.uuid4().hex[:12]
    return {"videos": f"v-{token}", "records": f"r-{token}"}


def instance(connection_string: str, containers: dict[str, str], *, patience: float, timeout: float = 10) -> Instance:
    client = StorageClient(account(connection_string, timeout=timeout))
    storage = BlobStorage(client, **containers)
    clock = StorageClock(client.time, ask=lambda: storage.ping(seconds=timeout))
    store = RecordStore(client, container=containers["records"])
    return Instance(FormCommits(store, storage, clock, patience=patience), storage)


def test_a_form_that_lives_is_left_alone_and_hidden_until_it_is_complete(
    azurite: str, containers: dict[str, str]
) -> None:
    one, other = (instance(azurite, containers, patience=3600) for _ in range(2))
    form = one.begin()
    assert other.forms.settle() == 0
    assert other.forms.hidden() == set(NAMES)
    form.going_on()
    form.complete()
    assert other.forms.hidden() == frozenset()
    assert other.there == list(NAMES)


def test_what_was_taken_for_dead_cannot_be_completed(azurite: str, containers: dict[str, str]) -> None:
    one, hasty = instance(azurite, containers, patience=3600), instance(azurite, containers, patience=-1)
    form = one.begin()
    assert hasty.forms.settle() == 1
    assert hasty.there == []
    assert hasty.forms.hidden() == set(NAMES)  # For those who have listed them just before.
    with pytest.raises(StorageUnavailableError):
        form.complete()
    assert form.end()
    assert hasty.forms.settle() == 0
    assert hasty.forms.hidden() == frozenset()
    with pytest.raises(StorageUnavailableError):
        form.complete()


def test_a_long_form_says_that_it_lives_and_hears_that_it_was_given_up(
    azurite: str, containers: dict[str, str]
) -> None:
    busy, hasty = instance(azurite, containers, patience=0), instance(azurite, containers, patience=-1)
    form = busy.begin()
    form.going_on()
    assert hasty.forms.settle() == 1
    with pytest.raises(StorageUnavailableError):
        form.going_on()


def test_a_last_word_whose_answer_is_lost_is_taken_back_by_who_spoke_it(
    azurite: str, containers: dict[str, str]
) -> None:
    with running_fault_proxy(azurite) as proxy:
        one = instance(proxy.connection_string, containers, patience=3600, timeout=1)
        form = one.begin()
        proxy.choose = lambda method, path: "lost answer" if "/forms/" in path else None
        with pytest.raises(StorageUnavailableError):
            form.complete()
        proxy.choose = lambda _method, _path: None
        assert form.end()
        assert one.forms.hidden() == set(NAMES)


def test_while_storage_is_away_nothing_is_decided(azurite: str, containers: dict[str, str]) -> None:
    with running_fault_proxy(azurite) as proxy:
        one = instance(proxy.connection_string, containers, patience=3600, timeout=1)
        form = one.begin()
        proxy.choose = lambda _method, _path: "reset"
        assert not form.end()


def test_nothing_is_taken_for_dead_by_a_clock_that_may_be_wrong(azurite: str, containers: dict[str, str]) -> None:
    one = instance(azurite, containers, patience=3600)
    one.begin()
    storage = ServerTime()
    unsure = FormCommits(
        RecordStore(StorageClient(account(azurite)), container=containers["records"]),
        one.storage,
        StorageClock(storage, ask=lambda: None),
        patience=-1,
    )
    with pytest.raises(ClockUnsureError):
        unsure.settle()
    assert one.there == list(NAMES)


def test_one_file_needs_no_record(azurite: str, containers: dict[str, str]) -> None:
    assert instance(azurite, containers, patience=1).forms.begin(["one.mp4"]) is NO_FORM
