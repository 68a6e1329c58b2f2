import multiprocessing
import uuid
from multiprocessing.synchronize import Event

import pytest

from services.admission import UploadSlots
from services.errors import BusyError


def test_one_more_than_there_are_slots_is_refused_until_one_is_free() -> None:
    slots = UploadSlots(2, instance=uuid.uuid4().hex)
    with slots.hold():
        with slots.hold():
            assert slots.taken == 2
            with pytest.raises(BusyError), slots.hold():
                pass
        with slots.hold():
            pass
    assert slots.taken == 0


def hold_until(instance: str, held: Event, forever: Event) -> None:
    with UploadSlots(1, instance=instance).hold():
        held.set()
        forever.wait(timeout=60)


def test_processes_of_an_instance_share_the_slots_and_a_killed_one_gives_its_back() -> None:
    instance = uuid.uuid4().hex
    context = multiprocessing.get_context("spawn")
    held, forever = context.Event(), context.Event()
    process = context.Process(target=hold_until, args=(instance, held, forever))
    process.start()
    try:
        assert held.wait(timeout=30)
        slots = UploadSlots(1, instance=instance)
        with pytest.raises(BusyError), slots.hold():
            pass
        with UploadSlots(1, instance=uuid.uuid4().hex).hold():
            pass  # Another instance has slots of its own.
    finally:
        process.kill()
        process.join()
    with slots.hold():
        assert slots.taken == 1
