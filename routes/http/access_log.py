"""Around every request: its id, the bytes in and out, and one log line when the last byte has left.

This is WSGI middleware and not a Flask hook, so that it also sees what streams after the handler has returned and
what fails before one is reached.
"""

import logging
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from services import metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("reelgate.access")

REQUEST_ID = "reelgate.request_id"
ROUTE = "reelgate.route"
"""The template of the route that a request takes, in its environment; missing where there is none."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")


class AccessLog:
    """Middleware that names, measures and logs each request."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, with an id in `environ` and in the response's headers."""
        request_id = _accepted_id(environ.get("HTTP_X_REQUEST_ID", "")) or uuid.uuid4().hex
        environ[REQUEST_ID] = request_id
        entry = _Entry(environ)
        environ["wsgi.input"] = entry.body = CountedInput(environ["wsgi.input"])

        def start(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None = None,
        ) -> Any:
            entry.status = int(status.split(" ", 1)[0])
            return start_response(status, [*headers, ("X-Request-ID", request_id)], exc_info)

        try:
            return _CountedOutput(self._app(environ, start), entry)
        except BaseException:
            entry.write()
            raise


class CountedInput:
    """The request's body as gunicorn hands it over, with a count of what has been read."""

    def __init__(self, stream: "InputStream") -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        """Read like the stream below."""
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def readline(self, size: int = -1, /) -> bytes:
        """Read a line like the stream below."""
        data = self._stream.readline(size)
        self.count += len(data)
        return data

    def readlines(self, hint: int = -1, /) -> list[bytes]:
        """Read lines like the stream below."""
        lines = self._stream.readlines(hint)
        self.count += sum(map(len, lines))
        return lines

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over lines like the stream below."""
        return iter(self.readline, b"")


class _Entry:
    """What one log line will say."""

    body: CountedInput

    def __init__(self, environ: "WSGIEnvironment") -> None:
        self._environ = environ
        self.request_id = environ[REQUEST_ID]
        self.method = environ.get("REQUEST_METHOD", "")
        self.path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
        self.started = time.monotonic()
        self.status = 0
        self.sent = 0

    def write(self) -> None:
        seconds = round(time.monotonic() - self.started, 4)
        self._count(seconds)
        log.info(
            "%s %s %s in=%d out=%d %.3fs %s",
            self.method,
            self.path[:500],
            self.status or "-",
            self.body.count,
            self.sent,
            seconds,
            self.request_id,
            extra={
                "method": self.method,
                "path": self.path[:500],
                "status": self.status,
                "bytes_in": self.body.count,
                "bytes_out": self.sent,
                "seconds": seconds,
                "request_id": self.request_id,
            },
        )

    def _count(self, seconds: float) -> None:
        # Whatever else comes from outside would make a time series of its own.
        method = self.method if self.method in _METHODS else "other"
        route = self._environ.get(ROUTE, "other")
        metrics.REQUESTS.labels(method, route, str(self.status)).inc()
        metrics.REQUEST_SECONDS.labels(route).observe(seconds)


class _CountedOutput:
    """The response's body, counted; closing it closes what is below and writes the log line."""

    def __init__(self, chunks: Iterable[bytes], entry: _Entry) -> None:
        self._chunks = chunks
        self._entry = entry

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._entry.sent += len(chunk)
            yield chunk

    def close(self) -> None:
        try:
            if hasattr(self._chunks, "close"):
                self._chunks.close()
        finally:
            self._entry.write()


def _accepted_id(candidate: str) -> str | None:
    return candidate if _ACCEPTABLE_ID.fullmatch(candidate) else None
