"""What is promised of bytes whose request has gone silent."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

from config import Secret, Settings
from services import build_services
from services.block_writer import BlockWriter
from services.errors import StorageUnavailableError
from services.memory_budget import MemoryBudget
from services.resumable import Creation
from services.resumable.appending import Appending
from services.resumable.hold import Hold
from services.resumable.running_digests import RunningDigests
from services.uploads import Candidate
from tests.server import eventually
from utils.block_chain import block_id
from utils.block_plan import MIB, BlockPlan


def test_bytes_behind_a_block_that_failed_are_not_promised(azurite: str) -> None:
    configured = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"rest-{secrets.token_hex(4)}",
        allowed_extensions=("*",),
    )
    door = build_services(configured).resumable
    upload = door.create(Creation(candidate=Candidate(filename="a.bin", length=3 * MIB)))
    version = door.records.read(upload.id)
    hold = Hold(door.records, version, version.record)
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
        appending = Appending(
            hold,
            writer=writer,
            plan=plan,
            check_head=lambda _record, _head: None,
            checksum=None,
            digests=RunningDigests(wanted=False),
            release=budget.release,
        )
        for size in (MIB, 1000):
            budget.acquire(size)
            appending.write(bytes(size))
        outage.set()
        seen = {door.records.read(upload.id).etag}

        def beats() -> int:
            seen.add(door.records.read(upload.id).etag)
            return len(seen)

        eventually(lambda: beats() > 3)  # The last of these beats comes when the silence has been noticed.
        record = door.records.read(upload.id).record
        hold.stop()
        appending.drop()
    assert (record.offset, record.tail) == (0, b"")
    assert budget.used == 0
