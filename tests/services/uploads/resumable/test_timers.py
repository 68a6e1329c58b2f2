"""Timers go off in their order and at their time, in one thread until they do."""

import threading
import time
from functools import partial
from queue import Empty, Queue

import pytest

from services.uploads.resumable.timers import Timers


def test_they_go_off_by_time_and_not_by_the_order_in_which_they_were_set() -> None:
    timers, heard = Timers(), Queue[str]()
    started = time.monotonic()
    timers.after(0.3, partial(heard.put, "late"))
    timers.after(0.1, partial(heard.put, "early"))
    assert [heard.get(timeout=10) for _ in range(2)] == ["early", "late"]
    assert time.monotonic() - started >= 0.3


def test_what_is_taken_back_is_not_heard_and_costs_no_thread() -> None:
    timers, heard, before = Timers(), Queue[str](), set(threading.enumerate())
    set_ = [timers.after(0.2, partial(heard.put, "never")) for _ in range(100)]
    # Threads of other tests come and go meanwhile, under other names.
    begun = [thread.name for thread in set(threading.enumerate()) - before]
    assert begun.count("timers") == 1
    assert len(begun) < 100
    for timer in set_:
        timer.cancel()
    timers.after(0.3, partial(heard.put, "heard"))
    assert heard.get(timeout=10) == "heard"
    with pytest.raises(Empty):
        heard.get_nowait()


def test_one_that_takes_long_holds_up_no_other() -> None:
    timers, heard, over = Timers(), Queue[str](), threading.Event()
    timers.after(0, partial(over.wait, 10))
    timers.after(0.05, partial(heard.put, "heard"))
    assert heard.get(timeout=5) == "heard"
    over.set()


def test_they_outlive_a_system_that_has_no_thread_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    timers, heard, start = Timers(), Queue[str](), threading.Thread.start
    refusals = iter([True, False, True])

    def starting(thread: threading.Thread) -> None:
        if next(refusals, False):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starting)
    with pytest.raises(RuntimeError):
        timers.after(0, partial(heard.put, "nobody waits for it"))
    timers.after(0, partial(heard.put, "put off"))
    assert heard.get(timeout=10) == "put off"
    with pytest.raises(Empty):
        heard.get_nowait()
