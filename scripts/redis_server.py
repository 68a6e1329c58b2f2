"""A throw-away Redis on a free port, for as long as a `with` block lasts."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from scripts.ports import held_port
from scripts.processes import running


class RedisServerError(Exception):
    """Redis did not start; the text says why."""


@contextmanager
def running_redis(*, port: int = 0, patience: float = 20) -> Iterator[str]:
    """Run a new, empty Redis for the length of the block, on 127.0.0.1 only, and give its URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise RedisServerError("Redis is not installed. On Debian or Ubuntu: `apt-get install redis-server`.")
    with ExitStack() as held, tempfile.TemporaryDirectory(prefix="redis-") as folder:
        port = port or held.enter_context(held_port())
        # Nothing in here has to survive, so nothing is written to the disk.
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with running([*command, "--dir", folder, "--logfile", f"{folder}/log"]) as process:
            _wait_until_it_answers(process, port=port, patience=patience)
            yield f"redis://127.0.0.1:{port}/0"


def _wait_until_it_answers(process: subprocess.Popen[bytes], *, port: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with Redis(port=port) as client:
                client.ping()
        except RedisConnectionError:
            time.sleep(0.02)
        else:
            return
    raise RedisServerError(f"Redis did not answer on port {port}.")
