"""How long a hold may answer without a write, when answers of storage are lost."""

import secrets
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from config import Secret, Settings
from services import build_services
from services.azure_records import RecordStore
from services.errors import StorageUnavailableError
from services.resumable import Creation
from services.resumable.hold import Hold
from services.uploads import Candidate


class Clock:
    """A clock that only tests move."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("services.resumable.hold.time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


@pytest.fixture
def hold(azurite: str, clock: Clock) -> Hold:
    """A hold that was written just now."""
    del clock
    name = f"hold-{secrets.token_hex(4)}"
    settings = Settings(azure_storage_connection_string=Secret(azurite), azure_storage_container_name=name)
    door = build_services(settings).resumable
    upload = door.create(Creation(candidate=Candidate(filename="a.mp4", length=1000)))
    version = door.records.read(upload.id)
    return Hold(door.records, version, version.record)


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


def test_a_hold_rests_as_long_as_nobody_else_can_have_it(hold: Hold, clock: Clock) -> None:
    clock.now += 4.9
    version = hold.rest(hold.record)
    assert version is not None
    clock.now += 0.2
    again = Hold(hold._records, version, version.record, rested=True)
    assert again.rest(again.record) is None


def test_a_silent_hold_may_be_somebody_elses_although_the_answer_was_lost(
    hold: Hold, lost_answers: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageUnavailableError):
        hold.save(hold.record, silent=True)
    lost_answers.undo()
    assert hold.rest(hold.record) is None


def test_a_write_that_was_done_before_is_as_old_as_it_was(
    hold: Hold, clock: Clock, lost_answers: pytest.MonkeyPatch
) -> None:
    clock.now += 1
    with pytest.raises(StorageUnavailableError):
        hold.save(hold.record)
    lost_answers.undo()
    clock.now += 4.5
    hold.save(hold.record)
    clock.now += 1
    assert hold.rest(hold.record) is None
