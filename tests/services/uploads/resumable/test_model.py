"""Any order of requests, on two instances, against a model of a few lines."""

import base64
import hashlib
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, multiple, rule, run_state_machine_as_test

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.errors import NotFoundError
from services.storage.errors import BlobChangedError
from services.uploads.errors import (
    InvalidUploadError,
    OffsetMismatchError,
    RejectedChecksumError,
    TruncatedBodyError,
    UploadGoneError,
)
from services.uploads.resumable import Creation, Patch
from services.uploads.resumable.block_chain import block_id
from services.uploads.resumable.record import Holder, UploadRecord
from services.uploads.resumable.records import UploadRecords
from services.uploads.uploads import Candidate
from tests.bodies import Bytes
from utils.tus import parse_checksum

KIB = 1024
SIZES = st.one_of(st.integers(1, 3 * KIB), st.integers(60 * KIB, 200 * KIB), st.just(1100 * KIB))

ENDINGS = st.sampled_from(["whole", "cut", "wrong", "right"])


@dataclass
class Model:
    """What an upload should be."""

    id: str
    length: int | None
    partial: bool = False
    data: bytes = b""
    gone: bool = False
    late: tuple[str, str] | None = None
    """A block, by its blob and id, that a holder had sent before it died and that arrives when others have gone on."""

    @property
    def finished(self) -> bool:
        return len(self.data) == self.length


class Cut:
    """A body that breaks after its bytes."""

    at_hand = 0
    length = None

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        if data := self._data.read(size):
            return data
        raise TruncatedBodyError("cut")


class Machine(RuleBasedStateMachine):
    """Two instances on one storage; requests go to either."""

    instances: tuple[Services, Services]
    records: UploadRecords
    uploads: Bundle[Model] = Bundle("uploads")
    pieces: Bundle[Model] = Bundle("pieces")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Model] = []
        self.joined: dict[str, tuple[str, str]] = {}
        """With which other piece, and in which order, each has become an upload."""
        self.finals: dict[tuple[str, str], Model] = {}
        self.seed = 0
        # What a failed example has left would otherwise be counted in the next, and hide why the first one failed.
        self.instances[0].uploads.resumable.sweep(by=SYSTEM)

    def bytes_of(self, size: int) -> bytes:
        self.seed += 1
        return hashlib.shake_128(str(self.seed).encode()).digest(size)

    @rule(target=uploads, length=st.one_of(st.none(), SIZES), instance=st.integers(0, 1))
    def create(self, length: int | None, instance: int) -> Model:
        creation = Creation(candidate=Candidate(filename="a.bin", length=length))
        return self.note(Model(self.instances[instance].uploads.resumable.create(creation, by=SYSTEM).id, length))

    @rule(target=uploads, size=SIZES, more=SIZES, instance=st.integers(0, 1))
    def create_with_bytes(self, size: int, more: int, instance: int) -> Model:
        data = self.bytes_of(size)
        creation = Creation(candidate=Candidate(filename="a.bin", length=size + more))
        status = self.instances[instance].uploads.resumable.create(creation, patch(0, data), by=SYSTEM)
        return self.note(Model(status.id, size + more, data=data))

    @rule(target=pieces, size=SIZES, instance=st.integers(0, 1))
    def create_piece(self, size: int, instance: int) -> Model:
        door = self.instances[instance].uploads.resumable
        data = self.bytes_of(size)
        creation = Creation(candidate=Candidate(filename="a.bin", length=size))
        status = door.create_partial(creation, patch(0, data[: size // 2]), by=SYSTEM)
        assert door.append(status.id, patch(size // 2, data[size // 2 :]), by=SYSTEM).offset == size
        return self.note(Model(status.id, size, partial=True, data=data))

    @rule(target=uploads, first=pieces, second=pieces, instance=st.integers(0, 1))
    def join(self, first: Model, second: Model, instance: int) -> Model:
        creation = Creation(candidate=Candidate(filename="a.bin"))
        door = self.instances[instance].uploads.resumable
        ids = (first.id, second.id)
        if first is second:
            with pytest.raises(InvalidUploadError):
                door.create_final(creation, ids, by=SYSTEM)
            return multiple()  # type: ignore[return-value]
        if first.gone or second.gone:
            with pytest.raises((NotFoundError, UploadGoneError)):
                door.create_final(creation, ids, by=SYSTEM)
            return multiple()  # type: ignore[return-value]
        if {self.joined[each] for each in ids if each in self.joined} - {ids}:
            with pytest.raises(InvalidUploadError):
                door.create_final(creation, ids, by=SYSTEM)
            return multiple()  # type: ignore[return-value]
        if again := self.finals.get(ids):
            if again.gone:
                with pytest.raises(InvalidUploadError):
                    door.create_final(creation, ids, by=SYSTEM)
            else:
                assert door.create_final(creation, ids, by=SYSTEM).id == again.id
            return multiple()  # type: ignore[return-value]
        data = first.data + second.data
        self.joined |= dict.fromkeys(ids, ids)
        self.finals[ids] = self.note(Model(door.create_final(creation, ids, by=SYSTEM).id, len(data), data=data))
        return self.finals[ids]

    @rule(
        upload=uploads,
        size=SIZES,
        ending=st.sampled_from(["whole", "cut", "wrong", "right"]),
        instance=st.integers(0, 1),
    )
    def append(self, upload: Model, size: int, ending: str, instance: int) -> None:
        if upload.gone or self.is_final(upload):
            return
        if upload.length is not None:
            size = min(size, upload.length - len(upload.data))
        data = self.bytes_of(size)
        door = self.instances[instance].uploads.resumable
        request = patch(len(upload.data), data)
        match ending:
            case "cut" if size > 1:
                data = data[: size // 2]
                with pytest.raises(TruncatedBodyError):
                    door.append(upload.id, replace(request, body=Cut(data)), by=SYSTEM)
                upload.data += data
            case "wrong" if size > 1:
                checked = replace(request, checksum=parse_checksum("crc32 AAAAAA=="))
                with pytest.raises(RejectedChecksumError):
                    door.append(upload.id, checked, by=SYSTEM)
            case "right":
                digest = parse_checksum(f"sha256 {base64_of(hashlib.sha256(data).digest())}")
                upload.data += data
                assert door.append(upload.id, replace(request, checksum=digest), by=SYSTEM).offset == len(upload.data)
            case _:
                upload.data += data
                assert door.append(upload.id, request, by=SYSTEM).offset == len(upload.data)
        if upload.late and not upload.finished:
            name, block = upload.late
            self.instances[0].platform.blob_storage().stager(name)(block, b"too late")
            upload.late = None

    @rule(upload=uploads, instance=st.integers(0, 1))
    def append_elsewhere(self, upload: Model, instance: int) -> None:
        if not upload.gone and not self.is_final(upload):
            with pytest.raises(OffsetMismatchError):
                self.instances[instance].uploads.resumable.append(
                    upload.id, patch(len(upload.data) + 1, b""), by=SYSTEM
                )

    @rule(upload=uploads, instance=st.integers(0, 1))
    def declare_length(self, upload: Model, instance: int) -> None:
        if upload.gone or upload.length is not None or not upload.data:
            return
        request = replace(patch(len(upload.data), b""), length=len(upload.data))
        assert self.instances[instance].uploads.resumable.append(upload.id, request, by=SYSTEM).video_id
        upload.length = len(upload.data)  # Only now, or the last look at all uploads would hide what failed here.

    @rule(upload=uploads, extra=st.integers(1, 3 * KIB))
    def crash(self, upload: Model, extra: int) -> None:
        """A holder dies: one of its blocks had arrived, and one more beyond a gap."""
        if upload.gone or upload.finished or self.is_final(upload):
            return
        self.let_go()
        record = self.records.read(upload.id).record
        if record.holder is not None:
            return  # It has crashed already.
        if upload.length is not None:
            extra = min(extra, upload.length - len(upload.data))
        data = self.bytes_of(extra)
        stage = self.instances[0].platform.blob_storage().stager(record.draft.name)
        generation = record.segments[-1].generation
        stage(block_id(generation, record.tail_start), record.tail + data)
        stage(block_id(generation, record.offset + extra + 1), b"beyond a gap")
        upload.late = record.draft.name, block_id(generation, record.offset + extra)
        holder = Holder(token=secrets.token_hex(4), silent=True)
        assert self.rewrite(upload, lambda record: replace(record, holder=holder))
        upload.data += data

    @rule(upload=st.one_of(uploads, pieces), instance=st.integers(0, 1))
    def ask(self, upload: Model, instance: int) -> None:
        door = self.instances[instance].uploads.resumable
        if upload.gone:
            with pytest.raises((NotFoundError, UploadGoneError)):
                door.status(upload.id, by=SYSTEM)
            return
        status = door.status(upload.id, by=SYSTEM)
        assert (status.offset, status.length) == (len(upload.data), upload.length)
        assert bool(status.video_id) == (upload.finished and not upload.partial)

    @rule(upload=st.one_of(consumes(uploads), consumes(pieces)), instance=st.integers(0, 1))
    def end(self, upload: Model, instance: int) -> None:
        if not upload.gone:
            self.remember(upload)
            self.instances[instance].uploads.resumable.terminate(upload.id, by=SYSTEM)
            upload.gone = True

    @rule(upload=st.one_of(uploads, pieces), instance=st.integers(0, 1))
    def expire(self, upload: Model, instance: int) -> None:
        if upload.gone:
            return
        self.remember(upload)
        past = datetime.now(UTC) - timedelta(seconds=1)
        while not self.rewrite(upload, lambda record: replace(record, expires_at=past)):
            pass
        upload.gone = True
        with pytest.raises(UploadGoneError):
            self.instances[instance].uploads.resumable.append(upload.id, patch(len(upload.data), b""), by=SYSTEM)
        assert self.instances[instance].uploads.resumable.sweep(by=SYSTEM) == 1

    def let_go(self) -> None:
        """See that no lock rests: nobody but its holder ever writes a record that is held."""
        for each in self.instances:
            each.uploads.resumable.close()

    def rewrite(self, upload: Model, change: Callable[[UploadRecord], UploadRecord]) -> bool:
        """Write a record past the door; tells whether nobody, such as a lock that had begun to end, was faster."""
        self.let_go()
        version = self.records.read(upload.id)
        try:
            self.records.replace(version, change(version.record))
        except BlobChangedError:
            return False
        return True

    def teardown(self) -> None:
        for upload in self.known:
            if not upload.gone:
                self.ask(upload, 0)
                self.remember(upload)

    def remember(self, upload: Model) -> None:
        """See that a finished upload is the video that it should be."""
        if upload.finished and not upload.partial:
            name = self.instances[1].uploads.resumable.status(upload.id, by=SYSTEM).video_id
            assert name is not None
            assert self.instances[0].platform.blob_storage().read(name, offset=0, size=len(upload.data)) == upload.data

    def note(self, upload: Model) -> Model:
        self.known.append(upload)
        return upload

    def is_final(self, upload: Model) -> bool:
        return self.records.read(upload.id).record.kind == "final"


def patch(offset: int, data: bytes) -> Patch:
    return Patch(offset=offset, body=Bytes(data), size=len(data))


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def machine(azurite: str) -> type[Machine]:
    container = f"model-{secrets.token_hex(4)}"
    configured = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=container,
        allowed_extensions=("*",),
    )
    instances = (build_services(configured), build_services(configured))

    class Configured(Machine):
        pass

    Configured.instances = instances
    Configured.records = instances[0].uploads.resumable.records
    return Configured


@pytest.mark.thorough
def test_any_order_of_requests_gives_what_the_model_says(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            print_blob=False,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_an_upload_that_rests_on_an_instance_expires_like_any_other(machine: type[Machine]) -> None:
    orders = machine()
    upload = orders.create(length=1100 * KIB, instance=1)
    orders.append(upload=upload, size=80 * KIB, ending="whole", instance=1)
    orders.expire(upload=upload, instance=1)


@pytest.mark.fire
def test_many_orders_of_requests_give_what_the_model_says(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
