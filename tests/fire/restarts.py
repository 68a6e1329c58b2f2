"""Workers and instances are replaced, one after the other, under a stream of uploads through every door."""

import os
import signal
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.ports import held_port
from tests.fire.scenario import Result, Scenario
from tests.fire.senders import Film, Sender
from tests.fire.verdict import judge, tally, unexpected, wait_until_listed
from tests.server import Server, running_server
from utils.sizes import MIB


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    uploads: int
    size: int
    at_once: int
    every: float
    """Seconds between two restarts."""


class Fleet:
    """Two instances of one service, with one index; clients pass by the one that cannot be reached."""

    def __init__(self, azurite: str) -> None:
        self._azurite = azurite
        self._container = f"videos-{uuid.uuid4().hex[:12]}"
        self._folder = tempfile.TemporaryDirectory(prefix="reelgate-fire-")
        self._held = ExitStack()
        self._ports = [self._held.enter_context(held_port()) for _ in range(2)]
        self._stacks = [ExitStack(), ExitStack()]
        self.servers = [self._start(index) for index in range(2)]
        self.addresses = [server.url for server in self.servers]
        self.restarts = 0
        self.unexpected: list[str] = []

    def restart_next(self) -> None:
        """Replace the workers of an instance (SIGHUP), or end an instance (SIGTERM) and start it anew, in turn."""
        index = self.restarts // 2 % 2
        if self.restarts % 2 == 0:
            os.kill(self.servers[index].pid, signal.SIGHUP)
        else:
            self._stop(index)
            self.servers[index] = self._start(index)
        self.restarts += 1

    def close(self) -> None:
        """Stop both."""
        for index in range(2):
            self._stop(index)
        self._held.close()
        self._folder.cleanup()

    def _start(self, index: int) -> Server:
        server = running_server(
            self._azurite,
            port=self._ports[index],
            web_concurrency=2,
            upload_block_mb=4,
            azure_storage_container_name=self._container,
            database_url=f"sqlite:///{Path(self._folder.name, 'index.sqlite3')}",
        )
        return self._stacks[index].enter_context(server)

    def _stop(self, index: int) -> None:
        self.unexpected += unexpected(self.servers[index])
        self._stacks[index].close()


def run(plan: Plan, azurite: str) -> Result:
    """Upload while everything is restarted."""
    films = [Film(number, plan.size) for number in range(plan.uploads)]
    with closing(Fleet(azurite)) as fleet, ThreadPoolExecutor(1) as pool:
        started = time.monotonic()
        sender = Sender(fleet.addresses)
        uploading = pool.submit(sender.send_all, films, at_once=plan.at_once)
        # Servers are tied to the thread that starts them, so that thread is this one.
        while not wait([uploading], timeout=plan.every).done:
            fleet.restart_next()
        outcomes = uploading.result()
        seconds = time.monotonic() - started
        _, unlisted = wait_until_listed(fleet.servers[0], outcomes)
        broken = judge(fleet.servers[0], outcomes) + unexpected(fleet.servers[1]) + fleet.unexpected + unlisted
    if fleet.restarts < 2:
        broken.append("The uploads were over before both kinds of restart had been tried.")
    figures = [("restarts", str(fleet.restarts)), *tally(outcomes, broken, seconds=seconds)]
    return Result(figures=figures, broken=broken)


SCENARIO = Scenario(
    name="restarts",
    title="Restarts under a stream of uploads",
    story=(
        "200 uploads of 20 MiB, eight at once, by form, PUT and tus in turn, to two instances of two workers"
        " each. Every three seconds the workers of an instance are replaced (SIGHUP), or an instance is ended"
        " (SIGTERM) and started; then the other's turn comes. Clients that cannot reach one instance try the"
        " other."
    ),
    full=partial(run, Plan(uploads=200, size=20 * MIB, at_once=8, every=3.0)),
    short=partial(run, Plan(uploads=18, size=8 * MIB, at_once=3, every=0.5)),
)
