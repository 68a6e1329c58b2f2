"""The body of a request whose length is known, read from the socket without the copies that gunicorn makes of it.

gunicorn passes every byte through two buffers of its own, a third of what an upload costs the processor. It still
parses the head, and drains what an app leaves unread, by the same methods.
"""

from typing import TYPE_CHECKING, cast

from gunicorn.http.body import Body, LengthReader

if TYPE_CHECKING:
    import socket

    from gunicorn.http import Request
    from gunicorn.http.unreader import Unreader

_LARGEST_STEP = 1024 * 1024


def without_copies(request: "Request", connection: "socket.socket") -> None:
    """Let the body of a request that comes over the connection be read in that way; one in chunks stays as it is."""
    reader = None if request.body is None else request.body.reader
    if isinstance(reader, LengthReader):
        request.body = _PlainBody(_PlainReader(reader.unreader, reader.length, connection))


class _PlainBody(Body):
    """Hands out what its reader gives, unless a read by lines has left something to begin with."""

    def read(self, size: int | None = None) -> bytes:
        if self.buf.tell():
            return super().read(size)
        return cast("bytes", self._read_reader(self.getsize(size)))  # type: ignore[attr-defined]  # The stubs are behind.


class _PlainReader(LengthReader):
    """Reads as much as it is asked for; what came of a read that failed is there for the next one."""

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

    def _received(self, size: int) -> bytes:
        early = self.unreader.take_buffered()
        if len(early) > size:
            self.unreader.unread(early[size:])
        pieces = [early[:size]] if early else []
        missing = size - sum(map(len, pieces))
        try:
            while missing and (piece := self._connection.recv(min(missing, _LARGEST_STEP))):
                pieces.append(piece)
                missing -= len(piece)
        except BaseException:
            self.unreader.unread(b"".join(pieces))
            raise
        return b"".join(pieces)
