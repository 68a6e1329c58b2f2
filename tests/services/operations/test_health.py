import threading
import time

from services.operations.health import Readiness


def test_each_service_has_a_verdict_of_its_own() -> None:
    def down(_limit: float) -> None:
        raise OSError("no route")

    checks = Readiness({"storage": down, "database": lambda _limit: None}).check()
    assert (checks["storage"].ok, checks["database"].ok) == (False, True)
    assert checks["storage"].reason == "The storage does not answer."


def test_a_ping_that_hangs_counts_as_down_and_holds_nobody_up() -> None:
    release = threading.Event()

    def hang(_limit: float) -> None:
        release.wait(30)

    readiness = Readiness({"storage": hang}, limit=0.1)
    started = time.monotonic()
    verdict = readiness.check()["storage"]
    release.set()
    assert not verdict.ok
    assert time.monotonic() - started < 20
