"""What is promised of bytes whose request has gone silent."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import build_services
from services.storage.errors import StorageUnavailableError
from services.uploads.block_plan import BlockPlan
from services.uploads.block_writer import BlockWriter
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import ReservedChunk
from services.uploads.resumable import Creation
from services.uploads.resumable.block_chain import block_id
from services.uploads.resumable.patch_writer import PatchWriter
from services.uploads.resumable.record_lock import RecordLock
from services.uploads.resumable.running_digests import RunningDigests
from services.uploads.uploads import Candidate
from tests.server import eventually
from utils.sizes import MIB


def test_bytes_behind_a_block_that_failed_are_not_promised(azurite: str) -> None:
    configured = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"rest-{secrets.token_hex(4)}",
        allowed_extensions=("*",),
    )
    door = build_services(configured).uploads.resumable
    upload = door.create(Creation(candidate=Candidate(filename="a.bin", length=3 * MIB)), by=SYSTEM)
    version = door.records.read(upload.id)
    lock = RecordLock(door.records, version, version.record)
    outage = threading.Event()

    def stage(_block: str, _data: object) -> None:
        outage.wait()
        raise StorageUnavailableError("down")

    budget = MemoryBudget(8 * MIB)
    plan = BlockPlan(standard=MIB, largest=3 * MIB, length=3 * MIB)
    with ThreadPoolExecutor(1) as pool:
        writer = BlockWriter(
            stage=stage,
            plan=plan,
            budget=budget,
            pool=pool,
            lanes=1,
            name_block=lambda _index, offset: block_id(1, offset),
        )
        patch_writer = PatchWriter(
            lock,
            writer=writer,
            plan=plan,
            check_head=lambda _record, _head: None,
            checksum=None,
            digests=RunningDigests(wanted=False),
        )
        for size in (MIB, 1000):
            with budget.reserve(size) as reservation:
                patch_writer.write(ReservedChunk(bytes(size), reservation))
        outage.set()
        seen = {door.records.read(upload.id).etag}

        def beats() -> int:
            seen.add(door.records.read(upload.id).etag)
            return len(seen)

        eventually(lambda: beats() > 3)  # The last of these beats comes when the silence has been noticed.
        record = door.records.read(upload.id).record
        lock.stop()
        patch_writer.drop()
    assert (record.offset, record.tail) == (0, b"")
    assert budget.used == 0
