"""The local disk is full, or read-only, while uploads go on: they do not need it, and the list catches up."""

import errno
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import requests

from tests.fire.scenario import Impossible, Result, Scenario
from tests.fire.senders import Film, Outcome, Sender
from tests.fire.verdict import judge, wait_until_listed
from tests.server import Server, eventually, running_server
from utils.sizes import MIB

_DISK_BYTES = 4 * MIB
_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    troubles: Sequence["Trouble"]
    uploads: int
    size: int


@dataclass(frozen=True)
class Disk:
    """A file system of its own, a few MiB large."""

    path: Path

    def fill(self) -> None:
        """Leave not one byte free."""
        with suppress(OSError), (self.path / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))

    def drain(self) -> None:
        """Make room again."""
        (self.path / "ballast").unlink()

    def lock(self) -> None:
        """Make it read-only."""
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True)

    def unlock(self) -> None:
        """Let it be written to again."""
        subprocess.run(["mount", "-o", "remount,rw", self.path], check=True)

    def refuses(self) -> bool:
        """Whether nothing can be written to it."""
        try:
            (self.path / "probe").write_bytes(bytes(8192))
        except OSError as error:
            return error.errno in {errno.ENOSPC, errno.EROFS}
        return False


@contextmanager
def small_disk() -> Iterator[Disk]:
    """Mount a small file system for the length of the block; raises `Impossible` where that is not allowed."""
    folder = tempfile.mkdtemp(prefix="reelgate-disk-")
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs", folder]
    try:
        if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
            raise Impossible("A small disk cannot be mounted here; that takes root.")
        try:
            yield Disk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is wrong with the disk, and since when."""

    name: str
    begin: Callable[[Disk], None]
    end: Callable[[Disk], None]
    from_the_start: bool


TROUBLES = (
    Trouble(name="full while it runs", begin=Disk.fill, end=Disk.drain, from_the_start=False),
    Trouble(name="full from the start", begin=Disk.fill, end=Disk.drain, from_the_start=True),
    Trouble(name="read-only from the start", begin=Disk.lock, end=Disk.unlock, from_the_start=True),
)


def run(plan: Plan, azurite: str) -> Result:
    """Upload through each trouble, and see the list catch up after it."""
    results = [_suffer(trouble, plan, azurite) for trouble in plan.troubles]
    return Result(
        figures=[figure for result in results for figure in result.figures],
        broken=[sentence for result in results for sentence in result.broken],
    )


def _suffer(trouble: Trouble, plan: Plan, azurite: str) -> Result:
    films = [Film(number, plan.size) for number in range(plan.uploads)]
    with small_disk() as disk:
        if trouble.from_the_start:
            trouble.begin(disk)
        with running_server(azurite, data_dir=disk.path, web_concurrency=2, worker_concurrency=1) as server:
            if not trouble.from_the_start:
                # Else housekeeping's first look at everything, after the trouble, would find the videos anyway.
                eventually(lambda: "housekeeping: drift" in server.log)
                trouble.begin(disk)
            broken = [] if disk.refuses() else [f"The disk was not {trouble.name}."]
            outcomes = Sender([server.url]).send_all(films, at_once=3)
            broken += _unaffected(server, outcomes)
            trouble.end(disk)
            seconds, unlisted = wait_until_listed(server, outcomes)
            broken += judge(server, outcomes) + unlisted + list(_whole_again(server))
    done = sum(each.video_id is not None and not each.repeats for each in outcomes)
    figures = [
        (f"{trouble.name}: uploads answered 201 at once", f"{done} of {len(outcomes)}"),
        (f"{trouble.name}: until the list was complete, once it could be written", f"{seconds:.1f} s"),
    ]
    return Result(figures=figures, broken=[f"{trouble.name}: {sentence}" for sentence in broken])


def _unaffected(server: Server, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What needs no index, and so has to work without one."""
    yield from (f"{each.film.name} had to be repeated." for each in outcomes if each.repeats)
    for each in outcomes:
        for address in ("", "/content"):
            answer = requests.get(f"{server.url}/api/videos/{each.video_id}{address}", timeout=30)
            if answer.status_code != 200:
                yield f"{each.film.name}{address} was answered {answer.status_code}."


def _whole_again(server: Server) -> Iterator[str]:
    """What a server that started without its database makes up for."""
    deadline = time.monotonic() + _PATIENCE
    while (answer := requests.get(f"{server.url}/health/ready", timeout=30)).status_code != 200:
        if time.monotonic() > deadline:
            yield f"The databases did not come back: {answer.text}"
            return
        time.sleep(0.1)


SCENARIO = Scenario(
    name="disk",
    title="A local disk that is full or read-only",
    story=(
        "30 uploads of 5 MiB by form, PUT and tus in turn while not a byte can be written to `DATA_DIR`, a small"
        " file system of its own: it fills up under a running server, it is full at the start, or read-only. Each"
        " video is asked for and played meanwhile. Then the disk is repaired, and the list has to show all of"
        " them, and the server to be ready, its durable database included."
    ),
    full=partial(run, Plan(troubles=TROUBLES, uploads=30, size=5 * MIB)),
    short=partial(run, Plan(troubles=TROUBLES[::2], uploads=3, size=MIB)),
)
