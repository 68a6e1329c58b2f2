"""A way to a server on which the bytes of films come as slowly as over a line, or for a while not at all."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PIECE = 16 * 1024


class PacingProxy:
    """Hands all requests on; what the paths of films answer is paced."""

    def __init__(self, *, bytes_a_second: float) -> None:
        self.pace = bytes_a_second
        self._flows: dict[str, threading.Event] = {}

    def watch(self, path: str) -> None:
        """Pace what this path answers from now on."""
        flows = self._flows[path] = threading.Event()
        flows.set()

    def stall(self, path: str) -> None:
        """Send nothing more of it."""
        self._flows[path].clear()

    def go_on(self, path: str) -> None:
        """Send it again."""
        self._flows[path].set()

    def flow_of(self, path: str) -> threading.Event | None:
        """What says whether bytes of this path flow; None for what is not paced."""
        return self._flows.get(path.partition("?")[0])


@contextmanager
def running_pacing_proxy(port: int, *, bytes_a_second: float) -> Iterator[tuple[PacingProxy, str]]:
    """A proxy in front of that port, and its URL."""
    proxy = PacingProxy(bytes_a_second=bytes_a_second)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy, port))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(proxy: PacingProxy, port: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Ask the server, and hand its answer on."""
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", self.path, headers=dict(self.headers))
            answer = connection.getresponse()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"connection", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            with suppress(OSError, http.client.HTTPException):  # Players leave when they have what they want.
                self._hand_on(answer)
            connection.close()

        def _hand_on(self, answer: http.client.HTTPResponse) -> None:
            flows = proxy.flow_of(self.path)
            while piece := answer.read(_PIECE):
                if flows is not None:
                    flows.wait()
                    time.sleep(len(piece) / proxy.pace)
                self.wfile.write(piece)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Handler
