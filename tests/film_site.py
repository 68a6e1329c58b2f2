"""A site that has films, and does with them whatever goes wrong in the world."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Visit"], None]
"""Answers one request."""


class Visit(BaseHTTPRequestHandler):
    """One request to the site."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        """What the site has been told to answer."""
        path = self.path.partition("?")[0]
        self.server.site.asked.append(self.path)
        self.server.site.pages.get(path, gone)(self)

    do_HEAD = do_GET  # noqa: N815 - its name is http.server's choice

    def head(self, status: int, **headers: object) -> None:
        """The status and the headers, whose names have `_` for `-`."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def send(self, data: bytes) -> None:
        """A part of the body, where one is wanted."""
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is to be read."""


@dataclass
class Site:
    """What it answers, by path, and what it was asked for."""

    host: str
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    leaving: threading.Event = field(default_factory=threading.Event)
    """Set when it closes: what never ends ends then."""

    def url(self, path: str) -> str:
        """The address of something on it."""
        return f"http://{self.host}{path}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, *_: object) -> None:
        """Whoever asked has gone."""


@contextmanager
def running_site() -> Iterator[Site]:
    """The site, on a free port."""
    with _Server(("127.0.0.1", 0), Visit) as server:
        server.site = Site(f"127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.site
        server.site.leaving.set()
        server.shutdown()
        thread.join()


def gone(visit: Visit) -> None:
    """There is nothing."""
    visit.head(404, Content_Length=0)


def status(code: int) -> Answer:
    """An answer that has nothing but its status."""
    return lambda visit: visit.head(code, Content_Length=0)


def leads_to(address: str) -> Answer:
    """A redirect."""
    return lambda visit: visit.head(302, Location=address, Content_Length=0)


def page(text: str, content_type: str = "text/html; charset=utf-8") -> Answer:
    """A page, or any other text."""
    return file(text.encode(), content_type=content_type)


def file(data: bytes, *, content_type: str = "video/mp4", **headers: object) -> Answer:
    """A file, whole or in parts."""

    def answer(visit: Visit) -> None:
        said = {"Content_Type": content_type, "Accept_Ranges": "bytes"} | headers
        asked = visit.headers.get("Range", "").removeprefix("bytes=")
        if not asked:
            visit.head(200, Content_Length=len(data), **said)
            visit.send(data)
            return
        first, _, last = asked.partition("-")
        part = data[int(first) : int(last) + 1 if last else len(data)]
        place = f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}"
        visit.head(206, Content_Length=len(part), Content_Range=place, **said)
        visit.send(part)

    return answer


def breaks_off(data: bytes, *, after: int, content_type: str = "video/mp4") -> Answer:
    """A file that never comes whole, and that says how large it is."""

    def answer(visit: Visit) -> None:
        visit.head(200, Content_Type=content_type, Content_Length=len(data))
        visit.send(data[:after])
        visit.close_connection = True

    return answer


def until_it_closes(data: bytes, content_type: str = "video/mp4") -> Answer:
    """A file that ends where the connection does: nobody can tell whether that is all."""

    def answer(visit: Visit) -> None:
        visit.head(200, Content_Type=content_type, Connection="close")
        visit.send(data)
        visit.close_connection = True

    return answer


def endless(begin: bytes, content_type: str = "video/mp4") -> Answer:
    """A film without an end, a little at a time."""

    def answer(visit: Visit) -> None:
        visit.head(200, Content_Type=content_type, Connection="close")
        visit.close_connection = True
        visit.send(begin)
        while not visit.server.site.leaving.wait(0.01):
            visit.send(bytes(64 * 1024))

    return answer


def drips(begin: bytes, drop: bytes = b"0") -> Answer:
    """An answer as it goes over the line, and then a little of it at a time, without an end."""

    def answer(visit: Visit) -> None:
        visit.close_connection = True
        visit.wfile.write(begin)
        while not visit.server.site.leaving.wait(0.01):
            visit.wfile.write(drop)

    return answer


def says(answered: bytes) -> Answer:
    """An answer as it goes over the line, and then its end."""

    def answer(visit: Visit) -> None:
        visit.close_connection = True
        visit.wfile.write(answered)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """Another answer each time, and the last one from then on."""
    left = list(answers)

    def answer(visit: Visit) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(visit)

    return answer
