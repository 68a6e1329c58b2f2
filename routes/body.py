"""The body of an upload request: how long it may stall, whether it was whole, and what happens to its rest."""

import contextlib
import time
from typing import TYPE_CHECKING, cast

from flask import Response, request

from services.errors import StalledBodyError, TruncatedBodyError

if TYPE_CHECKING:
    import socket

    from _typeshed.wsgi import InputStream

_DRAIN_BYTES = 8 * 1024 * 1024
_DRAIN_SECONDS = 2.0
_DRAIN_STEP = 64 * 1024


class RequestBody:
    """Reads one request's body straight from the server; a short, broken or stalled one raises."""

    def __init__(self, *, idle_seconds: float) -> None:
        self._stream = cast("InputStream", request.environ["wsgi.input"])
        self._idle_seconds = idle_seconds
        self.length = request.content_length
        self._received = 0
        self._socket = cast("socket.socket | None", request.environ.get("gunicorn.socket"))
        if self._socket is not None:
            # gunicorn itself would wait for ever for a client that has gone silent.
            self._socket.settimeout(idle_seconds)

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, fewer only at the end of the body."""
        try:
            data = self._stream.read(size)
        except TimeoutError as error:
            raise StalledBodyError(
                f"Nothing arrived for {self._idle_seconds:g} seconds, so the upload was ended."
            ) from error
        except Exception as error:
            # Servers raise errors of their own for a broken connection or a malformed chunk.
            raise TruncatedBodyError("The connection broke before the whole upload had arrived.") from error
        self._received += len(data)
        if len(data) < size and self.length is not None and self._received < self.length:
            raise TruncatedBodyError(
                f"The upload ended after {self._received} of the {self.length} bytes that were announced."
            )
        return data

    def drain_after(self, response: Response) -> Response:
        """Read on for a moment once `response` has been sent.

        A client that is still sending would otherwise be reset by the kernel before it could read the answer.
        """
        response.call_on_close(self._drain)
        return response

    def _drain(self) -> None:
        deadline = time.monotonic() + _DRAIN_SECONDS
        drained = 0
        with contextlib.suppress(Exception):  # The answer is out; whatever the client does now is its own affair.
            while drained < _DRAIN_BYTES and time.monotonic() < deadline:
                if self._socket is not None:
                    self._socket.settimeout(max(deadline - time.monotonic(), 0.01))
                data = self._stream.read(_DRAIN_STEP)
                if not data:
                    return
                drained += len(data)
