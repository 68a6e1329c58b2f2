"""A connection on which every wait is bounded: for each byte, for the head of an answer, and for all of it.

Whoever sends a byte a minute would otherwise be listened to for as long as they like.
"""

import io
import socket
import time

SILENCE_SECONDS = 60.0
"""The longest wait for the next byte."""

_SLOW_SECONDS = 60.0
_LEAST_RATE = 1024
"""Bytes a second that a body has to bring, on average over `_SLOW_SECONDS` of waiting."""


class BoundedLine:
    """What `http.client` takes for a socket. Whoever made the socket closes it."""

    def __init__(self, connected: socket.socket, *, until: float, paced: bool = False) -> None:
        """`until` is a moment of `time.monotonic`, after which nothing is waited for."""
        self.until: float | None = until
        self.is_paced = paced
        """Whether the least rate holds, as it does from the body of an answer on."""
        self._socket = connected
        self._waited, self._came = 0.0, 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What an answer is read from."""
        return io.BufferedReader(_BoundedReading(self))

    def sendall(self, data: bytes) -> None:
        """Send all of it; raises `TimeoutError`."""
        self._socket.settimeout(self._longest_wait())
        self._socket.sendall(data)

    def receive_into(self, buffer: memoryview) -> int:
        """Receive what is there, and wait for it no longer than is allowed; raises `TimeoutError`."""
        self._socket.settimeout(self._longest_wait())
        began = time.monotonic()
        count = self._socket.recv_into(buffer)
        if self.is_paced:
            self._note(count, time.monotonic() - began)
        return count

    def close(self) -> None:
        """`http.client` says so before it has read an answer that is the last."""

    def _longest_wait(self) -> float:
        if self.until is None:
            return SILENCE_SECONDS
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("It took too long.")
        return min(SILENCE_SECONDS, left)

    def _note(self, count: int, seconds: float) -> None:
        """Count what came, and how long it was waited for: what is done with it takes its own time."""
        self._waited += seconds
        self._came += count
        if self._waited < _SLOW_SECONDS:
            return
        if count and self._came < _LEAST_RATE * self._waited:
            raise TimeoutError("It comes too slowly.")
        self._waited, self._came = 0.0, 0


class _BoundedReading(io.RawIOBase):
    def __init__(self, line: BoundedLine) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        return self._line.receive_into(buffer)
