"""How long a lock may answer without a write, when answers of storage are lost."""

import secrets
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import build_services
from services.storage.errors import StorageUnavailableError
from services.storage.records import RecordStore
from services.uploads.resumable import Creation
from services.uploads.resumable.record_lock import RecordLock
from services.uploads.uploads import Candidate


class Clock:
    """A clock that only tests move."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("services.uploads.resumable.record_lock.time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


@pytest.fixture
def lock(azurite: str, clock: Clock) -> RecordLock:
    """A lock that was written just now."""
    del clock
    name = f"lock-{secrets.token_hex(4)}"
    settings = Settings(azure_storage_connection_string=Secret(azurite), azure_storage_container_name=name)
    door = build_services(settings).uploads.resumable
    upload = door.create(Creation(candidate=Candidate(filename="a.mp4", length=1000)), by=SYSTEM)
    version = door.records.read(upload.id)
    return RecordLock(door.records, version, version.record)


@pytest.fixture
def lost_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Storage does as it is asked, and its answer is lost; until undone."""
    replace = RecordStore.replace

    def losing(self: RecordStore, *args: object, **kwargs: object) -> str:
        replace(self, *args, **kwargs)  # type: ignore[arg-type]
        raise StorageUnavailableError("lost")

    with monkeypatch.context() as patch:
        patch.setattr(RecordStore, "replace", losing)
        yield patch


def test_a_lock_rests_as_long_as_nobody_else_can_have_it(lock: RecordLock, clock: Clock) -> None:
    clock.now += 4.9
    version = lock.rest(lock.record)
    assert version is not None
    clock.now += 0.2
    again = RecordLock(lock._records, version, version.record, rested=True)
    assert again.rest(again.record) is None


def test_a_silent_hold_may_be_somebody_elses_although_the_answer_was_lost(
    lock: RecordLock, lost_answers: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageUnavailableError):
        lock.save(lock.record, silent=True)
    lost_answers.undo()
    assert lock.rest(lock.record) is None


def test_a_write_that_was_done_before_is_as_old_as_it_was(
    lock: RecordLock, clock: Clock, lost_answers: pytest.MonkeyPatch
) -> None:
    clock.now += 1
    with pytest.raises(StorageUnavailableError):
        lock.save(lock.record)
    lost_answers.undo()
    clock.now += 4.5
    lock.save(lock.record)
    clock.now += 1
    assert lock.rest(lock.record) is None
