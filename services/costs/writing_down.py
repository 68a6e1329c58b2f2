"""A thread of each worker process that keeps what the process has counted: seldom, and once more at its end."""

import threading
from collections.abc import Callable

_EVERY = 300.0
_STOP_SECONDS = 3.0


class WritingDown:
    """Calls `write_down` every five minutes."""

    def __init__(self, write_down: Callable[[], None], *, every: float = _EVERY) -> None:
        """`write_down` raises nothing; `every` is in seconds."""
        self._write_down = write_down
        self._every = every
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = threading.Thread(target=self._loop, daemon=True, name="costs")
        self._thread.start()

    def stop(self) -> None:
        """Keep the rest, and wait for a moment until that is done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _loop(self) -> None:
        while not self._stopping.wait(self._every):
            self._write_down()
        self._write_down()
