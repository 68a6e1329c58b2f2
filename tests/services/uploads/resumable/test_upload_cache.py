"""What the next request of an upload is spared, and what nobody else may notice of it."""

import contextlib
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.errors import NotFoundError, ReelgateError
from services.uploads.errors import UploadLockedError
from services.uploads.resumable import Creation, Patch
from services.uploads.resumable.record_lock import RecordLock
from services.uploads.resumable.records import DEAD_SECONDS
from services.uploads.uploads import Candidate
from tests.bodies import Bytes
from tests.server import eventually
from utils.sizes import MIB
from utils.tus import parse_checksum

pytestmark = pytest.mark.thorough

CHUNK = 100_000


@pytest.fixture
def instances(azurite: str) -> tuple[Services, Services]:
    configured = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"known-{secrets.token_hex(4)}",
        allowed_extensions=("*",),
    )
    return build_services(configured), build_services(configured)


def begin(instance: Services) -> str:
    """An upload of which two chunks have come, one right after the other."""
    upload = instance.uploads.resumable.create(
        Creation(candidate=Candidate(filename="a.bin", length=MIB)), by=SYSTEM
    ).id
    send(instance, upload, 0)
    send(instance, upload, CHUNK)
    return upload


def send(instance: Services, upload: str, offset: int) -> None:
    patch = Patch(offset=offset, body=Bytes(bytes(CHUNK)), size=CHUNK)
    assert instance.uploads.resumable.append(upload, patch, by=SYSTEM).offset == offset + CHUNK


def is_held(instance: Services, upload: str) -> bool:
    return instance.uploads.resumable.records.read(upload).record.holder is not None


def test_a_process_that_ends_in_peace_leaves_nothing_held(instances: tuple[Services, Services]) -> None:
    one, other = instances
    upload = begin(one)
    assert other.uploads.resumable.records.read(upload).held
    one.uploads.resumable.close()
    assert not other.uploads.resumable.records.read(upload).held


def test_a_hold_outlives_its_request_for_a_moment(instances: tuple[Services, Services]) -> None:
    one, _ = instances
    upload = begin(one)
    assert is_held(one, upload)
    eventually(lambda: not is_held(one, upload))
    assert one.uploads.resumable.records.read(upload).record.offset == 2 * CHUNK


def test_others_see_and_continue_what_a_resting_hold_has_not_written_down(
    instances: tuple[Services, Services],
) -> None:
    one, other = instances
    upload = begin(one)
    assert other.uploads.resumable.status(upload, by=SYSTEM).offset == 2 * CHUNK
    send(other, upload, 2 * CHUNK)
    send(one, upload, 3 * CHUNK)
    assert other.uploads.resumable.status(upload, by=SYSTEM).offset == 4 * CHUNK


def test_another_offset_ends_the_rest_at_once(instances: tuple[Services, Services]) -> None:
    one, _ = instances
    upload = begin(one)
    with pytest.raises(ReelgateError):
        send(one, upload, CHUNK)
    assert not is_held(one, upload)


def test_what_was_ended_elsewhere_takes_no_more_bytes(instances: tuple[Services, Services]) -> None:
    one, other = instances
    upload = begin(one)
    other.uploads.resumable.terminate(upload, by=SYSTEM)
    with pytest.raises((UploadLockedError, NotFoundError)):
        send(one, upload, 2 * CHUNK)
    with pytest.raises(NotFoundError):
        one.uploads.resumable.status(upload, by=SYSTEM)


def test_what_was_ended_here_is_not_held_any_more(instances: tuple[Services, Services]) -> None:
    one, _ = instances
    upload = begin(one)
    one.uploads.resumable.terminate(upload, by=SYSTEM)
    with pytest.raises(NotFoundError):
        send(one, upload, 2 * CHUNK)


def test_bytes_with_a_checksum_do_not_count_before_it_is_right_after_a_rest_either(
    instances: tuple[Services, Services],
) -> None:
    one, other = instances
    upload = begin(one)
    seen: list[int] = []

    class Asking(Bytes):
        """A body at whose end the other instance is asked."""

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            if not data:
                seen.append(other.uploads.resumable.status(upload, by=SYSTEM).offset)
            return data

    wrong = parse_checksum("crc32 AAAAAA==")
    patch = Patch(offset=2 * CHUNK, body=Asking(b"x" * CHUNK), size=CHUNK, checksum=wrong)
    with pytest.raises(ReelgateError):
        one.uploads.resumable.append(upload, patch, by=SYSTEM)
    assert set(seen) == {2 * CHUNK}
    assert other.uploads.resumable.status(upload, by=SYSTEM).offset == 2 * CHUNK


def test_chunks_that_follow_each_other_write_nothing_down(instances: tuple[Services, Services]) -> None:
    one, _ = instances
    upload = begin(one)
    written = one.uploads.resumable.records.read(upload).etag
    send(one, upload, 2 * CHUNK)
    send(one, upload, 3 * CHUNK)
    assert one.uploads.resumable.records.read(upload).etag == written
    assert one.uploads.resumable.status(upload, by=SYSTEM).offset == 4 * CHUNK


def test_a_process_that_stood_still_while_its_hold_rested_says_nothing_that_another_does_not_know(
    instances: tuple[Services, Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = instances
    # Neither the clock that would end the rest nor the beats have their turn.
    monkeypatch.setattr("services.uploads.resumable.upload_cache.REST_SECONDS", 60)
    monkeypatch.setattr(RecordLock, "keep_alive", lambda *_: None)
    upload = begin(one)
    wait = time.monotonic() + DEAD_SECONDS + 3
    while other.uploads.resumable.records.read(upload).held and time.monotonic() < wait:
        time.sleep(0.2)
    send(other, upload, 2 * CHUNK)
    with pytest.raises(UploadLockedError):
        send(one, upload, 2 * CHUNK)
    assert other.uploads.resumable.status(upload, by=SYSTEM).offset == 3 * CHUNK


def test_a_length_that_is_declared_on_the_way_is_written_down(instances: tuple[Services, Services]) -> None:
    one, _ = instances
    upload = one.uploads.resumable.create(Creation(candidate=Candidate(filename="a.bin", length=None)), by=SYSTEM).id
    send(one, upload, 0)
    send(one, upload, CHUNK)
    patch = Patch(offset=2 * CHUNK, body=Bytes(bytes(CHUNK)), size=CHUNK, length=MIB)
    one.uploads.resumable.append(upload, patch, by=SYSTEM)
    assert one.uploads.resumable.records.read(upload).record.length == MIB


def test_once_it_was_ended_elsewhere_no_chunk_is_taken_any_more(instances: tuple[Services, Services]) -> None:
    one, other = instances
    upload = one.uploads.resumable.create(
        Creation(candidate=Candidate(filename="a.bin", length=1024 * MIB)), by=SYSTEM
    ).id
    begun: list[float] = []

    def go_on() -> None:
        with contextlib.suppress(ReelgateError):
            for number in range(5000):
                started = time.monotonic()
                send(one, upload, number * CHUNK)
                begun.append(started)

    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(go_on)
        eventually(lambda: len(begun) > 3)
        other.uploads.resumable.terminate(upload, by=SYSTEM)
        ended = time.monotonic()
        sending.result()
    assert max(begun) < ended
