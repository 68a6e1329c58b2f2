"""How slow a client may be: how long it may send or take nothing, and how slowly the body of a request may come."""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routes.http.server.connection import connection_of

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class PaceLimits:
    """What is asked of a client."""

    idle_seconds: float
    """Seconds for which it may send or take nothing."""
    least_rate: float
    """Bytes of a body that must arrive each second; with 0 it may be as slow as it likes if it does not stall."""

    def seconds_for(self, size: int) -> float:
        """Seconds allowed until that many bytes are there: no fewer than a client may be silent."""
        return max(self.idle_seconds, size / self.least_rate) if self.least_rate else math.inf


class SlowClientGuard:
    """Middleware that ends requests whose client stalls or trickles.

    A socket's own time-out ends what stalls. A client that sends a byte now and then would never meet it, so each read
    also has a time by which it must be done; a watching thread ends the reading side of connections that miss it.
    """

    def __init__(self, app: "WSGIApplication", limits: PaceLimits) -> None:
        self._app = app
        self._limits = limits
        self._watch = _Watch()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on with a body that keeps the pace."""
        connection = connection_of(environ)
        if connection is not None:
            # gunicorn itself would wait for ever, for a client that sends nothing or takes nothing.
            connection.settimeout(self._limits.idle_seconds)
            environ["wsgi.input"] = PacedInput(
                environ["wsgi.input"], connection, limits=self._limits, watch=self._watch
            )
        return self._app(environ, start_response)


class PacedInput:
    """A request's body that raises `TimeoutError`, with a sentence for the client, when it comes too slowly.

    What had arrived of the read that failed can still be read.
    """

    def __init__(
        self, stream: "InputStream", connection: socket.socket, *, limits: PaceLimits, watch: "_Watch"
    ) -> None:
        self._stream = stream
        self._connection = connection
        self._limits = limits
        self._watch = watch
        self._left_behind = b""

    def read(self, size: int = -1, /) -> bytes:
        """Read like the stream below, within the time that so many bytes may take."""
        if self._left_behind:
            end = len(self._left_behind) if size < 0 else size
            data, self._left_behind = self._left_behind[:end], self._left_behind[end:]
            return data
        return self._paced(self._stream.read, size)

    def readline(self, size: int = -1, /) -> bytes:
        """Read a line like the stream below, within the time that a stalled body gets."""
        return self._paced(self._stream.readline, size)

    def readlines(self, hint: int = -1, /) -> list[bytes]:
        """Read all lines; the hint is ignored, as PEP 3333 allows."""
        del hint
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over lines."""
        return iter(self.readline, b"")

    def _paced(self, read: Callable[[int], bytes], size: int) -> bytes:
        with self._watch.over(self._connection, seconds=self._limits.seconds_for(size)) as over:
            try:
                data = read(size)
            except TimeoutError:
                raise TimeoutError(f"Nothing arrived for {self._limits.idle_seconds:g} seconds.") from None
            except Exception as error:
                if over.missed:
                    raise self._too_slow() from error
                raise
        if over.missed:
            self._left_behind = data
            raise self._too_slow()
        return data

    def _too_slow(self) -> TimeoutError:
        return TimeoutError(f"It arrived more slowly than {self._limits.least_rate / 1024:g} KiB a second.")


class _Deadline:
    """The time by which one read must be done."""

    def __init__(self, connection: socket.socket, at: float) -> None:
        self.connection = connection
        self.at = at
        self.missed = False


class _Watch:
    """Looks at all reads of a process every now and then, from a thread of its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: set[_Deadline] = set()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def over(self, connection: socket.socket, *, seconds: float) -> Iterator[_Deadline]:
        """End the connection's reading side when the block takes longer than that, and say so in `missed`."""
        deadline = _Deadline(connection, time.monotonic() + seconds)
        with self._changed:
            self._deadlines.add(deadline)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="pace", daemon=True)
                self._thread.start()
        try:
            yield deadline
        finally:
            with self._changed:
                self._deadlines.discard(deadline)

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._deadlines)
                now = time.monotonic()
                for deadline in self._deadlines:
                    if deadline.at < now and not deadline.missed:
                        deadline.missed = True
                        with contextlib.suppress(OSError):  # The client may have gone by itself.
                            deadline.connection.shutdown(socket.SHUT_RD)
            time.sleep(_LOOK_SECONDS)
