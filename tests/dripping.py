"""A slow network between a browser and a server: pages arrive piece by piece."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

PIECES = 24
PAUSE = 0.03


@contextmanager
def dripping(url: str) -> Iterator[str]:
    """An address that answers GETs as `url` does, documents in pieces with pauses between them."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with urlopen(url + self.path, timeout=30) as answer:
                whole, kind = answer.read(), answer.headers["Content-Type"]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            if not kind.startswith("text/html"):
                self.wfile.write(whole)
                return
            size = len(whole) // PIECES + 1
            # A browser that goes on to another page hangs up.
            with suppress(ConnectionError):
                for start in range(0, len(whole), size):
                    self.wfile.write(whole[start : start + size])
                    time.sleep(PAUSE)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
