"""A local server that answers as outside services' documents say, or as a test wants them to fail."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that has come."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What is said to it."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drips: bool = False
    """One byte, and no more before whoever asks hangs up."""
    breaks: bool = False
    """Half of the body, and then the end."""


Answer = Callable[[Asked], Answered]


def said(value: Any, *, status: int = 200, **headers: str) -> Answered:
    """A value as JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answered(body=json.dumps(value).encode(), status=status, headers=named)


@dataclass
class OutsideService:
    """What it answers, to be changed by a test."""

    url: str = ""
    host: str = ""
    """As `EGRESS_ALLOW_HOSTS` names it."""
    answer: Answer = lambda _: said({"error": "not found"}, status=404)
    first: list[Answered] = field(default_factory=list)
    """Answered before all else, in this order."""
    asked: list[Asked] = field(default_factory=list)

    def answer_to(self, asked: Asked) -> Answered:
        """The answer to one request."""
        self.asked.append(asked)
        return self.first.pop(0) if self.first else self.answer(asked)


@contextmanager
def running_outside_service() -> Iterator[OutsideService]:
    """One on a free port."""
    service, ending = OutsideService(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            asked = Asked(method=self.command, path=parts.path, query=query, headers=headers, body=body)
            self._say(service.answer_to(asked))

        do_POST = do_GET  # noqa: N815 - as the base calls it

        def _say(self, answered: Answered) -> None:
            self.send_response(answered.status)
            for name, value in {"Content-Type": "application/json", **answered.headers}.items():
                self.send_header(name, value)
            if "Content-Length" not in answered.headers:
                self.send_header("Content-Length", str(len(answered.body)))
            self.end_headers()
            if answered.drips:
                self.wfile.write(answered.body[:1])
                self.wfile.flush()
                ending.wait(30)
            elif answered.breaks:
                self.wfile.write(answered.body[: len(answered.body) // 2])
                self.close_connection = True
            else:
                self.wfile.write(answered.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.host = f"127.0.0.1:{server.server_address[1]}"
    service.url = f"http://{service.host}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
