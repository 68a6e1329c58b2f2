"""The body of an upload request: how long it may stall, and whether it was whole."""

import contextlib
import fcntl
import ssl
import sys
import termios
from typing import TYPE_CHECKING, cast

from flask import request

from routes.http.server.connection import connection_of
from services.uploads.errors import StalledBodyError, TruncatedBodyError

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream

    from services.errors import ReelgateError


class RequestBody:
    """Reads one request's body straight from the server; a short, broken or stalled one raises."""

    def __init__(self) -> None:
        self._stream = cast("InputStream", request.environ["wsgi.input"])
        self.length = request.content_length
        self._received = 0
        self._failure: ReelgateError | None = None
        self._socket = connection_of(request.environ)

    @property
    def at_hand(self) -> int:
        """Bytes that the kernel has received and nobody has read; 0 under TLS, where that cannot be told."""
        if self._socket is None or isinstance(self._socket, ssl.SSLSocket):
            return 0
        waiting = fcntl.ioctl(self._socket.fileno(), termios.FIONREAD, bytes(4))
        return int.from_bytes(waiting, sys.byteorder)

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, fewer only at the end; what came before a break is given out before it raises.

        That matters where bytes count although more were announced: in resumable uploads.
        """
        if self._failure is not None:
            raise self._failure
        try:
            data = self._stream.read(size)
        except TimeoutError as error:
            self._failure = StalledBodyError(f"The upload was ended. {error}")
            data = self._left_behind(size)
        except Exception:  # noqa: BLE001 - servers raise errors of their own for broken connections and bad chunks
            self._failure = TruncatedBodyError("The connection broke before the whole upload had arrived.")
            data = self._left_behind(size)
        self._received += len(data)
        if self._failure is None and len(data) < size and self.length is not None and self._received < self.length:
            self._failure = TruncatedBodyError(
                f"The upload ended after {self._received} of the {self.length} bytes that were announced."
            )
        if self._failure is not None and not data:
            raise self._failure
        return data

    def _left_behind(self, size: int) -> bytes:
        """What the server had received of the step that failed: it keeps that, and hands it out in smaller steps."""
        pieces: list[bytes] = []
        if self._socket is not None:
            patience = self._socket.gettimeout()
            self._socket.settimeout(0)
            while size := size // 2:
                with contextlib.suppress(Exception):  # A step that would have to wait is too large.
                    pieces.append(self._stream.read(size))
            self._socket.settimeout(patience)
        return b"".join(pieces)
