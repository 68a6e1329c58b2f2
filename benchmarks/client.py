"""A client that costs next to nothing: the file lies in memory, and the kernel sends it."""

import http.client
import os
import random
import socket
import time
from dataclasses import dataclass

from utils.sizes import MIB

_FILE_BYTES = 32 * MIB
_HEAD = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"
_BOUNDARY = "----a-boundary-of-the-benchmark"
_PART = (
    f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="film.mp4"\r\n'
    "Content-Type: video/mp4\r\n\r\n"
).encode()
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the client saw of one upload, in seconds."""

    total: float
    after_last_byte: float


class Client:
    """Uploads a file of random bytes that begins like an MP4, of any length: it repeats after 32 MiB."""

    def __init__(self) -> None:
        self._file = os.memfd_create("film")
        os.write(self._file, _HEAD + random.Random(0).randbytes(_FILE_BYTES - len(_HEAD)))

    def upload(self, port: int, path: str, *, size: int) -> Sent:
        """Send `size` bytes: as a form to a path that is posted to, `POST /…`, or as the body of `PUT /…`."""
        method = path.partition(" ")[0]
        before, after = (_PART, _END) if method == "POST" else (b"", b"")
        head = (
            f"{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
            f"Content-Type: {f'multipart/form-data; boundary={_BOUNDARY}' if before else 'video/mp4'}\r\n"
            f"Content-Length: {len(before) + size + len(after)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port)) as connection:
            started = time.perf_counter()
            connection.sendall(head.encode() + before)
            self._send(connection, size)
            if after:
                connection.sendall(after)
            last_byte = time.perf_counter()
            response = http.client.HTTPResponse(connection)
            response.begin()
            text = response.read()
            ended = time.perf_counter()
        if response.status != 201:
            raise RuntimeError(f"{path} was answered {response.status}: {text[:500]!r}")
        return Sent(total=ended - started, after_last_byte=ended - last_byte)

    def _send(self, connection: socket.socket, size: int) -> None:
        done = 0
        while done < size:
            at = done % _FILE_BYTES
            done += os.sendfile(connection.fileno(), self._file, at, min(_FILE_BYTES - at, size - done))
