"""The body of a request whose length is known, read from the socket without the copies that gunicorn makes of it.

gunicorn passes every byte through two buffers of its own, a third of what an upload costs the processor. It still
parses the head, and drains what an app leaves unread, by the same methods.
"""

import io
from typing import TYPE_CHECKING, cast

from gunicorn.http.body import Body, LengthReader

from services.uploads.block_plan import LARGEST_CHUNK

if TYPE_CHECKING:
    import socket

    from gunicorn.http import Request, RequestParser
    from gunicorn.http.unreader import Unreader

_MOST_CHUNKED = 64 * 1024


def without_copies(request: "Request", connection: "socket.socket") -> None:
    """Let the body of a request that comes over the connection be read in that way; one in chunks stays as it is."""
    reader = None if request.body is None else request.body.reader
    if isinstance(reader, LengthReader):
        request.body = _PlainBody(_PlainReader(reader.unreader, reader.length, connection))


def take_rest(request: "Request", parser: "RequestParser") -> int | None:
    """Pass over what the app has left unread, as far as it is here, and return how many bytes are still to come.

    None when that cannot be known: the body comes in chunks, or reading it has failed. Of a socket that does not block.
    """
    body = request.body
    if isinstance(body, _PlainBody):
        return None if body.failed else body.skip()
    try:
        is_whole = bool(parser.finish_body(max_bytes=_MOST_CHUNKED))  # type: ignore[func-returns-value]  # The stubs are behind.
    except Exception:  # noqa: BLE001 - it would have to wait, or finds that the chunks are none
        return None
    return 0 if is_whole else None


class _PlainBody(Body):
    """Hands out what its reader gives, unless a read by lines has left something to begin with."""

    def __init__(self, reader: "_PlainReader") -> None:
        super().__init__(reader)
        self._reader = reader

    def skip(self) -> int:
        """Let go of the rest; returns how much of it has not been received."""
        return self._reader.skip()

    def read(self, size: int | None = None) -> bytes:
        if self.buf.tell():
            return super().read(size)
        return self._read_reader(self.getsize(size))

    def _read_reader(self, size: int) -> bytes:
        announced = min(size, self._reader.length)
        data = cast("bytes", super()._read_reader(size))  # type: ignore[misc]  # The stubs are behind.
        if len(data) < announced:
            # What comes after an end that was too early is not another request.
            self.failed = True
        return data


class _PlainReader(LengthReader):
    """Reads as much as it is asked for; what came of a read that failed is there for the next one.

    Memory for a step, of up to `LARGEST_CHUNK`, is taken before its bytes come: who asks for much has to count it.
    """

    def __init__(self, unreader: "Unreader", length: int, connection: "socket.socket") -> None:
        super().__init__(unreader, length)
        self._connection = connection

    def read(self, size: int) -> bytes:
        size = min(size, self.length)
        if not size:
            return b""
        data = self._received(size)
        self.length -= size
        return data

    def skip(self) -> int:
        """End the body here; returns how many of its bytes are still to be received by somebody else."""
        early = self.unreader.take_buffered()
        self.unreader.unread(early[self.length :])
        left, self.length = max(0, self.length - len(early)), 0
        return left

    def _received(self, size: int) -> bytes:
        early = self.unreader.take_buffered()
        if len(early) > size:
            self.unreader.unread(early[size:])
        held = io.BytesIO()
        received = held.write(early[:size])
        try:
            while received < size and (more := self._receive_into(held, received, size - received)):
                received += more
        except BaseException:
            self.unreader.unread(held.getvalue()[:received])
            raise
        held.truncate(received)
        return held.getvalue()

    def _receive_into(self, held: io.BytesIO, start: int, missing: int) -> int:
        """Receive into its place: that, and taking the whole out of it again, copies nothing."""
        end = start + min(missing, LARGEST_CHUNK)
        held.seek(end - 1)
        held.write(b"\0")
        with held.getbuffer() as everything, everything[start:end] as room:
            return self._connection.recv_into(room)
