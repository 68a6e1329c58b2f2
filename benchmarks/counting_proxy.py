"""What stands between an app and its storage, and counts the bytes that storage sends."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STEP = 256 * 1024
_ENDPOINT = re.compile(r"(?<=BlobEndpoint=http://)127\.0\.0\.1:(\d+)")


class CountingProxy:
    """Passes bytes on as they are."""

    def __init__(self) -> None:
        self.received = 0
        """Bytes that storage has sent so far."""
        self._lock = threading.Lock()

    @contextmanager
    def between(self, connection_string: str) -> Iterator[str]:
        """The connection string of storage with this in front of it, for the length of the block."""
        found = _ENDPOINT.search(connection_string)
        assert found is not None
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self._accept, args=[server, int(found[1])], daemon=True).start()
            yield _ENDPOINT.sub(f"127.0.0.1:{server.getsockname()[1]}", connection_string)

    def _accept(self, server: socket.socket, port: int) -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                storage = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=self._pass, args=[client, storage, False], daemon=True).start()
                threading.Thread(target=self._pass, args=[storage, client, True], daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_counted: bool) -> None:  # noqa: FBT001 - a thread's
        with suppress(OSError):
            while step := source.recv(_STEP):
                if is_counted:
                    with self._lock:
                        self.received += len(step)
                target.sendall(step)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


counted = CountingProxy()
"""The one of this process."""
