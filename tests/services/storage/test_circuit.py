"""The circuit breaker by itself: what opens it, and what closes it."""

import pytest

from services.storage.circuit import Circuit
from services.storage.errors import BlobNotFoundError, SourceUnavailableError, StorageUnavailableError
from tests.server import eventually


def fail(circuit: Circuit, error: Exception, *, times: int) -> None:
    for _ in range(times):
        with pytest.raises(type(error)), circuit.attempt():
            raise error


def test_one_fault_after_another_opens_it() -> None:
    circuit = Circuit()
    fail(circuit, StorageUnavailableError("away"), times=5)
    circuit.check()
    fail(circuit, StorageUnavailableError("away"), times=1)
    with pytest.raises(StorageUnavailableError) as refused:
        circuit.check()
    assert 1 <= (refused.value.retry_after or 0) <= 5
    assert not circuit.closed


def test_an_answer_in_between_keeps_it_closed() -> None:
    circuit = Circuit()
    for _ in range(10):
        fail(circuit, StorageUnavailableError("away"), times=5)
        with circuit.attempt():
            pass
    assert circuit.closed


def test_a_refusal_is_an_answer() -> None:
    circuit = Circuit()
    fail(circuit, BlobNotFoundError("nothing there"), times=20)
    assert circuit.closed


def test_the_source_of_a_copy_neither_opens_nor_closes_it() -> None:
    circuit = Circuit()
    fail(circuit, SourceUnavailableError("slow"), times=20)
    assert circuit.closed
    for _ in range(6):
        fail(circuit, StorageUnavailableError("away"), times=1)
        fail(circuit, SourceUnavailableError("slow"), times=1)
    assert not circuit.closed


def test_whoever_gets_through_closes_it() -> None:
    circuit = Circuit()
    fail(circuit, StorageUnavailableError("away"), times=6)
    with circuit.attempt():
        pass
    circuit.check()
    assert circuit.closed


def test_one_caller_tries_while_all_others_are_refused() -> None:
    circuit = Circuit(pause_seconds=1)
    fail(circuit, StorageUnavailableError("away"), times=6)
    eventually(lambda: lets_through(circuit))
    # That one is still waiting for storage.
    assert not lets_through(circuit)
    eventually(lambda: lets_through(circuit))
    with circuit.attempt():
        pass
    assert lets_through(circuit)
    assert lets_through(circuit)


def lets_through(circuit: Circuit) -> bool:
    try:
        circuit.check()
    except StorageUnavailableError:
        return False
    return True
