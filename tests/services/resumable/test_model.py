"""Any order of requests, on two instances, against a model of a few lines."""

import base64
import hashlib
import io
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, multiple, rule, run_state_machine_as_test

from config import Secret, Settings
from services import Services, build_services
from services.errors import (
    NotFoundError,
    OffsetMismatchError,
    RejectedChecksumError,
    TruncatedBodyError,
    UploadGoneError,
)
from services.resumable import Creation, Patch
from services.resumable.hold import Records
from services.resumable.record import Holder
from services.uploads import Candidate
from tests.bodies import Bytes
from utils.block_chain import block_id
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
    records: Records
    uploads: Bundle[Model] = Bundle("uploads")
    pieces: Bundle[Model] = Bundle("pieces")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Model] = []
        self.seed = 0

    def bytes_of(self, size: int) -> bytes:
        self.seed += 1
        return hashlib.shake_128(str(self.seed).encode()).digest(size)

    @rule(target=uploads, length=st.one_of(st.none(), SIZES), instance=st.integers(0, 1))
    def create(self, length: int | None, instance: int) -> Model:
        creation = Creation(candidate=Candidate(filename="a.bin", length=length))
        return self.note(Model(self.instances[instance].resumable.create(creation).id, length))

    @rule(target=uploads, size=SIZES, more=SIZES, instance=st.integers(0, 1))
    def create_with_bytes(self, size: int, more: int, instance: int) -> Model:
        data = self.bytes_of(size)
        creation = Creation(candidate=Candidate(filename="a.bin", length=size + more))
        status = self.instances[instance].resumable.create(creation, patch(0, data))
        return self.note(Model(status.id, size + more, data=data))

    @rule(target=pieces, size=SIZES, instance=st.integers(0, 1))
    def create_piece(self, size: int, instance: int) -> Model:
        door = self.instances[instance].resumable
        data = self.bytes_of(size)
        creation = Creation(candidate=Candidate(filename="a.bin", length=size))
        status = door.create_partial(creation, patch(0, data[: size // 2]))
        assert door.append(status.id, patch(size // 2, data[size // 2 :])).offset == size
        return self.note(Model(status.id, size, partial=True, data=data))

    @rule(target=uploads, first=pieces, second=pieces, instance=st.integers(0, 1))
    def join(self, first: Model, second: Model, instance: int) -> Model:
        creation = Creation(candidate=Candidate(filename="a.bin"))
        door = self.instances[instance].resumable
        if first.gone or second.gone:
            with pytest.raises((NotFoundError, UploadGoneError)):
                door.create_final(creation, [first.id, second.id])
            return multiple()  # type: ignore[return-value]
        data = first.data + second.data
        return self.note(Model(door.create_final(creation, [first.id, second.id]).id, len(data), data=data))

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
        door = self.instances[instance].resumable
        request = patch(len(upload.data), data)
        match ending:
            case "cut" if size > 1:
                data = data[: size // 2]
                with pytest.raises(TruncatedBodyError):
                    door.append(upload.id, replace(request, body=Cut(data)))
                upload.data += data
            case "wrong" if size > 1:
                checked = replace(request, checksum=parse_checksum("crc32 AAAAAA=="))
                with pytest.raises(RejectedChecksumError):
                    door.append(upload.id, checked)
            case "right":
                digest = parse_checksum(f"sha256 {base64_of(hashlib.sha256(data).digest())}")
                upload.data += data
                assert door.append(upload.id, replace(request, checksum=digest)).offset == len(upload.data)
            case _:
                upload.data += data
                assert door.append(upload.id, request).offset == len(upload.data)
        if upload.late and not upload.finished:
            name, block = upload.late
            self.instances[0].storage.stager(name)(block, b"too late")
            upload.late = None

    @rule(upload=uploads, instance=st.integers(0, 1))
    def append_elsewhere(self, upload: Model, instance: int) -> None:
        if not upload.gone and not self.is_final(upload):
            with pytest.raises(OffsetMismatchError):
                self.instances[instance].resumable.append(upload.id, patch(len(upload.data) + 1, b""))

    @rule(upload=uploads, instance=st.integers(0, 1))
    def declare_length(self, upload: Model, instance: int) -> None:
        if upload.gone or upload.length is not None or not upload.data:
            return
        request = replace(patch(len(upload.data), b""), length=len(upload.data))
        assert self.instances[instance].resumable.append(upload.id, request).video_id
        upload.length = len(upload.data)  # Only now, or the last look at all uploads would hide what failed here.

    @rule(upload=uploads, extra=st.integers(1, 3 * KIB))
    def crash(self, upload: Model, extra: int) -> None:
        """A holder dies: one of its blocks had arrived, and one more beyond a gap."""
        if upload.gone or upload.finished or self.is_final(upload):
            return
        version = self.records.read(upload.id)
        record = version.record
        if record.holder is not None:
            return  # It has crashed already.
        if upload.length is not None:
            extra = min(extra, upload.length - len(upload.data))
        data = self.bytes_of(extra)
        stage = self.instances[0].storage.stager(record.draft.name)
        generation = record.segments[-1].generation
        stage(block_id(generation, record.tail_start), record.tail + data)
        stage(block_id(generation, record.offset + extra + 1), b"beyond a gap")
        upload.late = record.draft.name, block_id(generation, record.offset + extra)
        self.records.replace(version, replace(record, holder=Holder(token=secrets.token_hex(4), silent=True)))
        upload.data += data

    @rule(upload=st.one_of(uploads, pieces), instance=st.integers(0, 1))
    def ask(self, upload: Model, instance: int) -> None:
        door = self.instances[instance].resumable
        if upload.gone:
            with pytest.raises((NotFoundError, UploadGoneError)):
                door.status(upload.id)
            return
        status = door.status(upload.id)
        assert (status.offset, status.length) == (len(upload.data), upload.length)
        assert bool(status.video_id) == (upload.finished and not upload.partial)

    @rule(upload=st.one_of(consumes(uploads), consumes(pieces)), instance=st.integers(0, 1))
    def end(self, upload: Model, instance: int) -> None:
        if not upload.gone:
            self.remember(upload)
            self.instances[instance].resumable.terminate(upload.id)
            upload.gone = True

    @rule(upload=st.one_of(uploads, pieces), instance=st.integers(0, 1))
    def expire(self, upload: Model, instance: int) -> None:
        if upload.gone:
            return
        self.remember(upload)
        version = self.records.read(upload.id)
        past = datetime.now(UTC) - timedelta(seconds=1)
        self.records.replace(version, replace(version.record, expires_at=past))
        upload.gone = True
        with pytest.raises(UploadGoneError):
            self.instances[instance].resumable.append(upload.id, patch(len(upload.data), b""))
        assert self.instances[instance].resumable.sweep() == 1

    def teardown(self) -> None:
        for upload in self.known:
            if not upload.gone:
                self.ask(upload, 0)
                self.remember(upload)

    def remember(self, upload: Model) -> None:
        """See that a finished upload is the video that it should be."""
        if upload.finished and not upload.partial:
            name = self.instances[1].resumable.status(upload.id).video_id
            assert name is not None
            assert self.instances[0].storage.read(name, offset=0, size=len(upload.data)) == upload.data

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
    Configured.records = instances[0].resumable.records
    return Configured


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


@pytest.mark.fire
def test_many_orders_of_requests_give_what_the_model_says(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
