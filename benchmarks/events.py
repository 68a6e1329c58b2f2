"""What pages that listen cost a worker: `python -m benchmarks.events`, behind `make bench-events`.

`LISTENERS` (2,000) clients listen to one worker. Its memory and processor time are read off before and while they do,
the time from an edit to the moment when the last of them has been told, and that from SIGTERM to the server's end.
"""

import os
import resource
import selectors
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import psutil
import requests

from benchmarks.sections import write_section
from scripts.azurite import running_azurite
from tests.server import Server, running_server
from tests.videos import mp4

_LISTENERS = int(os.environ.get("LISTENERS", "2000"))
_SECONDS = float(os.environ.get("SECONDS", "30"))
_ROUNDS = 5
_WARM = 100
_REQUEST = b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"


def main() -> None:
    """Measure, and write what came of it into `docs/benchmarks-events.md`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, _LISTENERS + 500), hard), hard))
    settings = {"event_listeners": _LISTENERS, "client_share_percent": 100}
    with running_azurite() as azurite, running_server(azurite.connection_string, **settings) as server:
        rows = _measured(server)
    with running_azurite() as azurite, running_server(azurite.connection_string) as server:
        time.sleep(3)
        rows.append(("the same of a server to which nobody listens", f"{_time_to_end(server):.2f} s"))
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    text = f"| {_LISTENERS:,} listeners on one worker | |\n| --- | ---: |\n{table}"
    write_section("benchmarks-events.md", "events", text, command="make bench-events")


def _measured(server: Server) -> list[tuple[str, str]]:
    [worker] = server.workers
    address = _video(server)
    # What the first listeners and edits bring with them is not a matter of how many there are.
    with ExitStack() as warm:
        crowd = _Crowd(server, warm, count=_WARM)
        crowd.time_to_tell(lambda: _edit(address))
    time.sleep(3)
    before, threads = _memory(worker), worker.num_threads()
    with ExitStack() as stack:
        crowd = _Crowd(server, stack, count=_LISTENERS)
        idle = _share(worker)
        told = [crowd.time_to_tell(lambda: _edit(address)) for _ in range(_ROUNDS)]
        after, more_threads = _memory(worker), worker.num_threads() - threads
        ended: list[float] = []
        gone = _time_to_end(server, meanwhile=lambda: ended.append(crowd.time_to_end()))
    return [
        ("memory of the worker, resident", f"{before:.1f} → {after:.1f} MiB (+{after - before:.1f})"),
        ("threads more than before", f"{more_threads}"),
        ("processor while nothing happens", f"{idle:.2%} of a core"),
        (
            "an edit told to all of them, median of five (least to most)",
            f"{statistics.median(told):.2f} s ({min(told):.2f} to {max(told):.2f})",
        ),
        ("from SIGTERM until the last was let go", f"{ended[0]:.2f} s"),
        ("from SIGTERM until the server has ended", f"{gone:.2f} s"),
    ]


class _Crowd:
    """Clients that listen."""

    def __init__(self, server: Server, stack: ExitStack, *, count: int) -> None:
        self._selector = stack.enter_context(selectors.DefaultSelector())
        self._connections = []
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
            connection.sendall(_REQUEST)
            while b"retry:" not in connection.recv(65536):
                pass
            connection.settimeout(0)
            self._selector.register(connection, selectors.EVENT_READ)
            self._connections.append(connection)

    def time_to_tell(self, change: Callable[[], None]) -> float:
        """Seconds from the beginning of the change until all have been told of it."""
        self._read(until=lambda _: False, seconds=1.5)
        began = time.monotonic()
        change()
        self._read(until=lambda received: b"video.changed" in received, seconds=60)
        return time.monotonic() - began

    def time_to_end(self) -> float:
        """Seconds until all have been let go."""
        began = time.monotonic()
        self._read(until=lambda received: received == b"", seconds=60)
        return time.monotonic() - began

    def _read(self, *, until: Callable[[bytes], bool], seconds: float) -> None:
        waiting, deadline = set(self._connections), time.monotonic() + seconds
        while waiting and (left := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                connection: Any = key.fileobj
                received = connection.recv(65536)
                if until(received):
                    waiting.discard(connection)
                if not received:
                    self._selector.unregister(connection)


def _time_to_end(server: Server, *, meanwhile: Callable[[], None] = lambda: None) -> float:
    process, began = psutil.Process(server.pid), time.monotonic()
    process.terminate()
    meanwhile()
    process.wait(60)
    return time.monotonic() - began


def _video(server: Server) -> str:
    stored = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(5000), timeout=60).json()
    return f"{server.url}{stored['links']['self']}"


def _edit(address: str) -> None:
    requests.patch(address, json={"title": f"Title {time.monotonic_ns()}"}, timeout=60).raise_for_status()


def _memory(worker: psutil.Process) -> float:
    return float(worker.memory_info().rss) / 2**20


def _share(worker: psutil.Process) -> float:
    before, began = sum(worker.cpu_times()[:2]), time.monotonic()
    time.sleep(_SECONDS)
    return (sum(worker.cpu_times()[:2]) - before) / (time.monotonic() - began)


if __name__ == "__main__":
    main()
