"""The figures of one run as a page of Markdown."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_MIB = 1024 * 1024
_PACKAGES = ("gunicorn", "flask", "werkzeug", "multipart", "azure-storage-blob", "requests", "urllib3")
_PAGE = """# Benchmarks

What an upload costs the server, measured side by side. `make bench` measures anew and writes this page;
`make bench ROUNDS=1 SIZE_MB=256` is a quick look. Ratios travel from machine to machine, seconds do not.

Measured on {date}: {machine}, load average {load:.1f} before it began;
{versions}.
One worker each, under the same `gunicorn.conf.py`, in turns; medians of {rounds} rounds, the peak of all.

- **naive sample**: `request.files`, then `upload_blob(file.stream)`, in a plain gunicorn (`benchmarks/naive.py`); and
  the same with the memory settings of `startup.sh`, which all others have, to see what these do by themselves.
- **floor**: the same gunicorn, reading the body and passing it on with `http.client`: no framework, no SDK, no
  signature, no check (`benchmarks/floor.py`).
- **CPU**: user and system time of the server's processes per GiB. **Last byte**: from the last byte sent to the answer.
- **Peak**: the resident memory of the worker, all of Python and its libraries included.

## {size} MiB into a storage that drops everything

What the server itself costs, with nothing to wait for (`benchmarks/sink.py`).

{sink}

## {stored} MiB into Azurite on this machine's disk

Medians of {few}; here the emulator is what everyone waits for, and it shares the processors with the server.

{azurite}

## Memory

How much a fresh worker grows over what it occupies idle, at its peak, with `UPLOAD_MEMORY_MB=256`.

{memory}

## What is asked for

{bars}
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one upload cost, or the median of several."""

    label: str
    cpu_per_gib: float
    mib_per_second: float
    after_last_byte: float
    peak: int


@dataclass(frozen=True, kw_only=True)
class Memory:
    """By how many bytes a fresh worker grows: by 256 MiB, by 4 GiB, by 64 uploads at once."""

    label: str
    idle: int
    short: int
    long: int
    many: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """All figures of one run.

    The naive sample comes first; into the sink it comes a second time, tuned, and then the floor.
    """

    load: float
    """The machine's load average over the minute before the run: what else it had to do."""
    rounds: int
    size: int
    sink: Sequence[Figures]
    stored: int
    few: int
    azurite: Sequence[Figures]
    memory: Sequence[Memory]


def write(report: Report, path: Path) -> str:
    """Write the page and return it."""
    page = _PAGE.format(
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        machine=machine(),
        versions=", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        load=report.load,
        rounds=report.rounds,
        size=report.size // _MIB,
        sink=_comparison(report.sink, floor=report.sink[2]),
        stored=report.stored // _MIB,
        few=report.few,
        azurite=_comparison(report.azurite, floor=None),
        memory=_memory(report.memory),
        bars=_bars(report),
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(page)
    return page


def _comparison(figures: Sequence[Figures], *, floor: Figures | None) -> str:
    naive = figures[0]
    over_floor = ["× floor"] if floor else []
    rows = [["", "CPU-s per GiB", "× naive", *over_floor, "MiB/s", "last byte, s", "× naive", "peak, MiB"]]
    for each in figures:
        over = [f"{each.cpu_per_gib / floor.cpu_per_gib:.2f}"] if floor else []
        rows.append(
            [
                each.label,
                f"{each.cpu_per_gib:.2f}",
                f"{each.cpu_per_gib / naive.cpu_per_gib:.2f}",
                *over,
                f"{each.mib_per_second:.0f}",
                f"{each.after_last_byte:.3f}",
                f"{each.after_last_byte / naive.after_last_byte:.2f}",
                f"{each.peak / _MIB:.0f}",
            ]
        )
    return _table(rows)


def _memory(measured: Iterable[Memory]) -> str:
    rows = [["", "idle, MiB", "256 MiB", "4 GiB", "64 × 64 MiB at once"]]
    for each in measured:
        grown = [f"+{amount / _MIB:.0f}" for amount in (each.short, each.long, each.many)]
        rows.append([each.label, f"{each.idle / _MIB:.0f}", *grown])
    return _table(rows)


def _bars(report: Report) -> str:
    naive, _, floor, form, put, form_sha, put_sha = report.sink
    latest = max(each.after_last_byte for each in (form, put, form_sha, put_sha))
    rows = [["", "at most", "measured"]]
    for what, ours, most in (
        ("CPU of a form, × naive", form, 0.50),
        ("CPU of a PUT, × naive", put, 0.45),
        ("CPU of a form with SHA-256, × naive", form_sha, 0.70),
        ("CPU of a PUT with SHA-256, × naive", put_sha, 0.70),
    ):
        rows.append([what, f"{most:.2f}", f"{ours.cpu_per_gib / naive.cpu_per_gib:.2f}"])
    rows += [
        ["CPU of a PUT, × floor (an aim)", "1.25", f"{put.cpu_per_gib / floor.cpu_per_gib:.2f}"],
        ["last byte to answer, × naive", "0.10", f"{latest / naive.after_last_byte:.2f}"],
        ["growth by 4 GiB, MiB", "64", f"{max(each.long for each in report.memory) / _MIB:.0f}"],
        ["growth by 64 uploads at once, MiB", "406", f"{max(each.many for each in report.memory) / _MIB:.0f}"],
    ]
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *body))


def machine() -> str:
    """What was measured on, in a line."""
    described = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in described.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} × {models[0] if models else platform.machine()}, {memory:.0f} GiB, "
        f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )
