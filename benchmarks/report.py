"""The figures of one run as a page of Markdown."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.rounds import Spread, ratio
from utils.sizes import MIB

_PACKAGES = ("gunicorn", "flask", "werkzeug", "multipart", "azure-storage-blob", "requests", "urllib3")
_PAGE = """# Benchmarks

What an upload costs the server, measured side by side. `make bench` measures anew and writes this page;
`make bench ROUNDS=1 SIZE_MB=256` is a quick look. Ratios travel from machine to machine, seconds do not.

Measured on {date}, {conditions}, load average {load:.1f} before it began;
{versions}.
One worker each, under the same `gunicorn.conf.py` and the same memory settings, in turns, each round begun by another
one. Medians of {rounds} rounds, with the lowest and the highest; ratios are made round by round. Peaks are the highest.

- **naive sample**: `request.files`, then `upload_blob(file.stream)` (`benchmarks/naive.py`). **Plain gunicorn** is the
  same without the memory settings of `startup.sh`, which all others have: it depends most on the machine.
- **floor**: the same gunicorn, reading the body and passing it on with `http.client`: no framework, no SDK, no
  signature, no check (`benchmarks/floor.py`).
- **TLS**: storage is reached by https, as Azure always is, with a certificate that was made for the run and is trusted
  by `REQUESTS_CA_BUNDLE`. Ratios of these rows are to the naive sample and the floor with TLS.
- **CPU**: user and system time of the server's processes per GiB. **Last byte**: from the last byte sent to the answer.
- **Peak**: the resident memory of the worker, all of Python and its libraries included.

## {size} MiB into a storage that drops everything

What the server itself costs, with nothing to wait for (`benchmarks/sink.py`).

{sink}

## {stored} MiB into Azurite on this machine's disk

Here the emulator is what everyone waits for, and it shares the processors with the server.

{azurite}

## Memory

How much a fresh worker grows over what it occupies idle, at its peak, with `UPLOAD_MEMORY_MB=256`.

{memory}

## What is asked for

{bars}
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one upload cost."""

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


Rounds = Mapping[str, Sequence[Figures]]
"""Of each contender, by its label, what its rounds have cost."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All figures of one run."""

    load: float
    """The machine's load average over the minute before the run: what else it had to do."""
    rounds: int
    size: int
    sink: Rounds
    stored: int
    azurite: Rounds
    memory: Sequence[Memory]


def write(report: Report, path: Path) -> str:
    """Write the page and return it."""
    page = _PAGE.format(
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        conditions=conditions(),
        versions=", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        load=report.load,
        rounds=report.rounds,
        size=report.size // MIB,
        sink=_comparison(report.sink, floor=True),
        stored=report.stored // MIB,
        azurite=_comparison(report.azurite, floor=False),
        memory=_memory(report.memory),
        bars=_bars(report),
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(page)
    return page


def _comparison(measured: Rounds, *, floor: bool) -> str:
    over_floor = ["× floor"] if floor else []
    rows = [["", "CPU-s per GiB", "× naive", *over_floor, "MiB/s", "last byte, s", "× naive", "peak, MiB"]]
    for label, figures in measured.items():
        rows.append(
            [
                label,
                Spread.of(_cpu(figures)).text(2),
                _over(measured, label, "naive sample").text(2),
                *([_over(measured, label, "floor").text(2)] if floor else []),
                Spread.of([each.mib_per_second for each in figures]).text(0),
                Spread.of(_last(figures)).text(3),
                ratio(_last(figures), _last(measured[_like(label, "naive sample")])).text(2),
                f"{max(each.peak for each in figures) / MIB:.0f}",
            ]
        )
    return _table(rows)


def _over(measured: Rounds, label: str, other: str) -> Spread:
    """The processor time of one over that of another with the same kind of storage."""
    return ratio(_cpu(measured[label]), _cpu(measured[_like(label, other)]))


def _like(label: str, other: str) -> str:
    return f"{other}, TLS" if label.endswith(", TLS") else other


def _cpu(figures: Sequence[Figures]) -> list[float]:
    return [each.cpu_per_gib for each in figures]


def _last(figures: Sequence[Figures]) -> list[float]:
    return [each.after_last_byte for each in figures]


def _memory(measured: Iterable[Memory]) -> str:
    rows = [["", "idle, MiB", "256 MiB", "4 GiB", "64 × 64 MiB at once"]]
    for each in measured:
        grown = [f"+{amount / MIB:.0f}" for amount in (each.short, each.long, each.many)]
        rows.append([each.label, f"{each.idle / MIB:.0f}", *grown])
    return _table(rows)


def _bars(report: Report) -> str:
    sink = report.sink
    doors = ("form, no checksum", "PUT, no checksum", "form, SHA-256", "PUT, SHA-256")
    latest = [ratio(_last(sink[each]), _last(sink["naive sample"])) for each in doors]
    rows = [["", "at most", "measured"]]
    for what, label, most in (
        ("CPU of a form, × naive", "form, no checksum", 0.50),
        ("CPU of a PUT, × naive", "PUT, no checksum", 0.45),
        ("CPU of a form with SHA-256, × naive", "form, SHA-256", 0.70),
        ("CPU of a PUT with SHA-256, × naive", "PUT, SHA-256", 0.70),
    ):
        rows.append([what, f"{most:.2f}", _over(sink, label, "naive sample").text(2)])
    rows += [
        ["CPU of a PUT, × floor (an aim)", "1.25", _over(sink, "PUT, no checksum", "floor").text(2)],
        ["CPU of a PUT, TLS, × floor, TLS (an aim)", "1.60", _over(sink, "PUT, no checksum, TLS", "floor").text(2)],
        ["last byte to answer, × naive", "0.10", max(latest, key=lambda each: each.median).text(2)],
        ["growth by 4 GiB, MiB", "64", f"{max(each.long for each in report.memory) / MIB:.0f}"],
        ["growth by 64 uploads at once, MiB", "406", f"{max(each.many for each in report.memory) / MIB:.0f}"],
    ]
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *body))


def conditions() -> str:
    """What was measured on, and how busy it is by now, in a line."""
    return f"on {machine()}, load average {os.getloadavg()[0]:.1f} at the end"


def machine() -> str:
    """What was measured on, in a line."""
    described = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in described.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} × {models[0] if models else platform.machine()}, {memory:.0f} GiB, "
        f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )
