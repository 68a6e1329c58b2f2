"""Many processes write into one log file; no line is lost or torn while it makes way for new ones."""

import logging
import multiprocessing
import threading
from pathlib import Path

import pytest

from utils.log_files import SharedLogFile, keep_to
from utils.sizes import MIB


def handler_for(path: Path) -> SharedLogFile:
    handler = SharedLogFile(path)
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


def say(handler: SharedLogFile, text: str) -> None:
    handler.handle(logging.LogRecord("x", logging.INFO, "", 0, "%s", (text,), None))


def files(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if not each.name.endswith(".lock"))


def limits(path: Path, size: int, count: int) -> None:
    keep_to(path, megabytes=1, count=count)
    path.with_name(f"{path.name}.lock").write_text(f"{size} {count}")


def test_a_file_makes_way_when_it_has_grown_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "reelgate.log"
    limits(path, 25, 2)
    handler = handler_for(path)
    for number in range(7):
        say(handler, f"line {number:04}")
    handler.close()
    assert files(path) == ["reelgate.log", "reelgate.log.1", "reelgate.log.2"]
    assert path.read_text() == "line 0006\n"
    assert path.with_name("reelgate.log.1").read_text() == "line 0004\nline 0005\n"
    assert path.with_name("reelgate.log.2").read_text() == "line 0002\nline 0003\n"


def test_fewer_are_kept_when_that_is_set_and_none_at_all(tmp_path: Path) -> None:
    path = tmp_path / "log"
    handler = handler_for(path)
    for count, left in ((3, ["log", "log.1", "log.2", "log.3"]), (1, ["log", "log.1"]), (0, ["log"])):
        limits(path, 5, count)
        for _ in range(5):
            say(handler, "a line")
        assert files(path) == left
    handler.close()


def test_a_line_longer_than_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "log"
    limits(path, 10, 1)
    handler = handler_for(path)
    say(handler, "x" * 1000)
    handler.close()
    assert path.read_text() == "x" * 1000 + "\n"


def test_it_holds_ten_mebibytes_before_anybody_has_said_how_much(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * (10 * MIB - 3))
    handler = handler_for(path)
    say(handler, "ab")
    assert files(path) == ["log"]
    say(handler, "c")
    handler.close()
    assert files(path) == ["log", "log.1"]


def _write(path: Path, name: str, count: int) -> None:
    handler = handler_for(path)

    def write(thread: int) -> None:
        for number in range(count):
            say(handler, f"{name}-{thread}-{number:04}")

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    handler.close()


def test_processes_and_threads_lose_and_tear_no_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    limits(path, 2000, 500)
    inherited = handler_for(path)
    say(inherited, "first")
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(path, f"p{number}", 100)) for number in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    say(inherited, "last")
    inherited.close()
    lines = [line for each in tmp_path.iterdir() if each.suffix != ".lock" for line in each.read_text().splitlines()]
    wanted = {f"p{p}-{n}-{i:04}" for p in range(3) for n in range(2) for i in range(100)}
    assert len(lines) == len(wanted) + 2
    assert set(lines) == wanted | {"first", "last"}
    assert all(each.stat().st_size <= 2000 for each in tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_told_of_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    handler = handler_for(path)
    say(handler, "one")
    say(handler, "two")
    assert capsys.readouterr().err.count("LOG_FILE cannot be written") == 1
    path.rmdir()
    say(handler, "three")
    handler.close()
    assert path.read_text() == "three\n"


def test_who_logs_what_cannot_be_written_down_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handler = handler_for(tmp_path / "log")
    handler.handle(logging.LogRecord("x", logging.INFO, "", 0, "%d films", ("three",), None))
    say(handler, "next")
    handler.close()
    assert (tmp_path / "log").read_text() == "next\n"
    assert "TypeError" in capsys.readouterr().err
