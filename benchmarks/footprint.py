"""What a worker occupies, and what each module that it is spared would add: `python -m benchmarks.footprint`.

gunicorn's parent imports the app and forks; a worker shares what neither of the two writes to. So each round imports
what gunicorn's parent would, forks, builds the app in the child, asks for three addresses and counts: what the child
has for itself, which each worker costs once more, and what parent and child have together. Rounds are interleaved.
Arguments are modules to measure instead: `python -m benchmarks.footprint faster_whisper`.
"""

import importlib
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPARED = (
    ("azure.identity",),
    ("redis",),
    ("psycopg", "sqlalchemy.dialects.postgresql"),
    ("alembic.command",),
)
"""What a worker with the standard settings does without."""
_MEASURE = "--measure"
_KIB = re.compile(r"^(Private_Clean|Private_Dirty|Pss):\s+(\d+) kB$", re.MULTILINE)
_STORAGE = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:1/a"
# What is asked for before it is counted; nothing that needs storage.
_ADDRESSES = ("/health", "/static/css/page.css", "/api/none")


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """What one worker occupies, in MiB."""

    own: float
    """What no other process shares."""
    together: float
    """Its own part and the parent's, which there is once however many workers there are."""


def main() -> None:
    """Measure and print a table."""
    rounds = int(os.environ.get("ROUNDS", "5"))
    wanted = [(name,) for name in sys.argv[1:]] or SPARED
    found: dict[Sequence[str], list[Footprint]] = {(): [], **{modules: [] for modules in wanted}}
    for _ in range(rounds):
        for modules, footprints in found.items():
            footprints.append(measured_apart(modules))
    plain = found.pop(())
    own, together = statistics.median(each.own for each in plain), statistics.median(each.together for each in plain)
    print(f"A worker has {own:.1f} MiB of its own, {together:.1f} with its parent; medians of {rounds} rounds.")
    print("\n| MiB more with | of each worker's own | once for all, with its spread |\n| --- | ---: | ---: |")
    for modules, footprints in found.items():
        each_worker = statistics.median(each.own for each in footprints) - own
        once = [each.together - together for each in footprints]
        spread = f"{min(once):+.1f} to {max(once):+.1f}"
        print(f"| {', '.join(modules)} | {each_worker:+.1f} | {statistics.median(once):+.1f} ({spread}) |")


def measured_apart(modules: Sequence[str]) -> Footprint:
    """The footprint with these modules, in a parent of its own, since what is imported cannot be taken back."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.footprint", _MEASURE, *modules],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "APP_ENV": "testing", "AZURE_STORAGE_CONNECTION_STRING": _STORAGE},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    own, together = json.loads(done.stdout)
    return Footprint(own=own / 1024, together=together / 1024)


def _measure(modules: Sequence[str]) -> None:
    """As gunicorn's parent does it: import, fork, and let the child serve."""
    app = importlib.import_module("app")
    for name in modules:
        importlib.import_module(name)
    reading, writing = os.pipe()
    ending, end = os.pipe()
    if (child := os.fork()) == 0:
        client = app.create_app().test_client()
        for address in _ADDRESSES:
            client.get(address)
        os.write(writing, json.dumps(_memory()).encode())
        os.read(ending, 1)  # What both share counts half for each, for as long as both are there.
        os._exit(0)
    worker, parent = json.loads(os.read(reading, 1000)), _memory()
    os.write(end, b"\0")
    os.waitpid(child, 0)
    print(json.dumps([worker["own"], worker["share"] + parent["share"]]))


def _memory() -> dict[str, int]:
    """In KiB, as Linux counts it."""
    found = {name: int(kib) for name, kib in _KIB.findall(Path("/proc/self/smaps_rollup").read_text())}
    return {"own": found["Private_Clean"] + found["Private_Dirty"], "share": found["Pss"]}


if __name__ == "__main__":
    if sys.argv[1:2] == [_MEASURE]:
        _measure(sys.argv[2:])
    else:
        main()
