"""A request that fails before its first byte is read leaves no memory behind."""

import secrets
import threading

import pytest

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.uploads.errors import TruncatedBodyError
from services.uploads.resumable import Creation, Patch
from services.uploads.uploads import Candidate
from tests.bodies import Bytes


class Cut(Bytes):
    """Breaks off after its bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise TruncatedBodyError("cut")


@pytest.fixture
def instances(azurite: str) -> tuple[Services, Services]:
    configured = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"receiver-{secrets.token_hex(4)}",
        allowed_extensions=("*",),
    )
    return build_services(configured), build_services(configured)


def used(services: Services) -> int:
    return services.uploads.reader._budget.used


def no_more_threads(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_where_no_thread_can_be_started_what_was_kept_in_the_record_gives_its_memory_back(
    instances: tuple[Services, Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (each.uploads.resumable for each in instances)
    upload = first.create(Creation(candidate=Candidate(filename="a.bin", length=20_000)), by=SYSTEM)
    assert first.append(upload.id, Patch(offset=0, body=Bytes(bytes(10_000)), size=10_000), by=SYSTEM).offset == 10_000
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_more_threads)
        with pytest.raises(RuntimeError):
            second.append(upload.id, Patch(offset=10_000, body=Bytes(bytes(10_000)), size=10_000), by=SYSTEM)
    assert used(instances[1]) == 0
    assert second.append(upload.id, Patch(offset=10_000, body=Bytes(bytes(10_000)), size=10_000), by=SYSTEM).video_id


@pytest.mark.parametrize("size", [100, 10_000, 3_000_000])
def test_a_client_that_is_cut_leaves_no_memory_behind(instances: tuple[Services, Services], size: int) -> None:
    door = instances[0].uploads.resumable
    upload = door.create(Creation(candidate=Candidate(filename="a.bin", length=2 * size)), by=SYSTEM)
    with pytest.raises(TruncatedBodyError):
        door.append(upload.id, Patch(offset=0, body=Cut(bytes(size)), size=2 * size), by=SYSTEM)
    assert door.status(upload.id, by=SYSTEM).offset == size
    assert used(instances[0]) == 0
