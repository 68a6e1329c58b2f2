"""What `routes/http/server/` leans on inside gunicorn is as it was when that was written.

Nothing of it is promised by gunicorn. So a new version is let in only when these tests have been read with it: each
failure names what has changed and our module that has to be looked at.
"""

import inspect
import selectors
import socket
from collections import deque
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import FunctionType

import pytest
from gunicorn import util
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http import RequestParser
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.errors import InvalidHeader, UnsupportedTransferCoding
from gunicorn.http.unreader import SocketUnreader, Unreader
from gunicorn.http.wsgi import default_environ
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import PollableMethodQueue, TConn, ThreadWorker

from routes.http.server import request_body
from routes.http.server.connection import connection_of
from routes.http.server.gunicorn_worker import PatientWorker
from routes.http.server.open_streams import HandOver

ROOT = Path(__file__).resolve().parents[4]
WORKER = "routes/http/server/gunicorn_worker.py"
STREAMS = "routes/http/server/open_streams.py"
BODY = "routes/http/server/request_body.py"
CONNECTION = "routes/http/server/connection.py"

SIGNATURES: dict[Callable[..., object], tuple[str, str]] = {
    ThreadWorker.__init__: ("(self, *args, **kwargs)", WORKER),
    ThreadWorker.accept: ("(self, listener)", WORKER),
    ThreadWorker.wait_for_and_dispatch_events: ("(self, timeout)", WORKER),
    ThreadWorker.enqueue_req: ("(self, conn)", WORKER),
    ThreadWorker.finish_request: ("(self, conn, fs)", WORKER),
    ThreadWorker.handle_request: ("(self, req, conn)", WORKER),
    ThreadWorker.handle_error: ("(self, req, client, addr, exc)", WORKER),
    ThreadWorker.murder_pending: ("(self)", WORKER),
    TConn.__init__: ("(self, cfg, sock, client, server)", WORKER),
    TConn.init: ("(self)", WORKER),
    TConn.close: ("(self, graceful=False)", WORKER),
    PollableMethodQueue.defer: ("(self, callback, *args)", STREAMS),
    util.write_error: ("(sock, status_int, reason, mesg)", WORKER),
    Unreader.take_buffered: ("(self)", f"{WORKER} and {BODY}"),
    Unreader.unread: ("(self, data)", f"{WORKER} and {BODY}"),
    RequestParser.finish_body: ("(self, deadline=None, max_bytes=None)", BODY),
    Body.__init__: ("(self, reader)", BODY),
    Body.read: ("(self, size=None)", BODY),
    Body.getsize: ("(self, size)", BODY),
    Body._read_reader: ("(self, size)", BODY),  # type: ignore[attr-defined]  # The stubs are behind.
    LengthReader.__init__: ("(self, unreader, length)", BODY),
    LengthReader.read: ("(self, size)", BODY),
    default_environ: ("(req, sock, cfg)", CONNECTION),
}
"""What is called or replaced, how it is called, and where."""

CALLS: dict[Callable[..., object], tuple[str, str]] = {
    ThreadWorker.set_accept_enabled: ("accept", "new connections reach PatientWorker.accept"),
    ThreadWorker.accept: ("enqueue_req", "the head of a connection's first request is waited for in the event loop"),
    ThreadWorker.on_client_socket_readable: ("enqueue_req", "so is that of each later one"),
    ThreadWorker.enqueue_req: ("handle", "a thread takes a request whose head is whole"),
    ThreadWorker.handle: ("handle_request", "PatientWorker.handle_request serves it"),
    ThreadWorker.run: ("murder_pending", "connections whose time is over are closed about once a second"),
    Body.read: ("_read_reader", "a body is read by _PlainBody"),
}
"""Which method of gunicorn's calls which one of ours, and what would no longer happen."""


@pytest.fixture
def worker() -> Iterator[PatientWorker]:
    """A worker as the parent makes it, before it is forked."""
    config = Config()
    made = PatientWorker(1, 1, [], "app", 30, config, Logger(config))
    yield made
    made.tmp.close()


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__qualname__)
def test_what_is_called_or_replaced_is_called_as_before(function: Callable[..., object]) -> None:
    expected, ours = SIGNATURES[function]
    found = str(inspect.signature(function))
    assert found == expected, f"gunicorn's {function.__qualname__} is {found}, and was {expected}: look at {ours}."


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__qualname__)
def test_gunicorn_calls_what_is_replaced(function: Callable[..., object]) -> None:
    called, what = CALLS[function]
    assert isinstance(function, FunctionType)
    assert called in all_names(function), (
        f"gunicorn's {function.__qualname__} no longer calls {called}, by which {what}: look at {WORKER} and {BODY}."
    )


def all_names(function: FunctionType) -> set[str]:
    """The attributes and functions that a function's code names, those of functions inside it too."""
    codes, names = [function.__code__], set[str]()
    while codes:
        code = codes.pop()
        names |= set(code.co_names)
        codes += [each for each in code.co_consts if inspect.iscode(each)]
    return names


def test_every_method_that_is_replaced_is_listed_here() -> None:
    replaced = {
        inspect.unwrap(getattr(theirs, name))
        for ours, theirs in (
            (PatientWorker, ThreadWorker),
            (request_body._PlainBody, Body),
            (request_body._PlainReader, LengthReader),
        )
        for name, value in vars(ours).items()
        if isinstance(value, FunctionType) and hasattr(theirs, name)
    }
    assert {each.__qualname__ for each in replaced - SIGNATURES.keys()} == set(), "Say in SIGNATURES how it is called."


def test_a_worker_has_what_ours_counts_and_keeps(worker: PatientWorker) -> None:
    missing = f"A worker of gunicorn's keeps this otherwise: look at {WORKER}."
    assert worker.nr_conns == 0, missing
    assert isinstance(worker.keepalived_conns, deque), missing
    assert worker.worker_connections == worker.cfg.worker_connections, missing
    assert worker.alive is True, missing
    assert {"poller", "cfg", "log"} <= vars(worker).keys(), missing
    assert issubclass(ThreadWorker, Worker), missing
    assert "DefaultSelector" in ThreadWorker.init_process.__code__.co_names, missing
    assert hasattr(selectors.DefaultSelector, "register"), missing


def test_a_connection_has_what_ours_reads_and_sets() -> None:
    near, far = socket.socketpair()
    with near, far:
        connection = TConn(Config(), near, ("127.0.0.1", 1), ("127.0.0.1", 2))
        changed = f"A connection of gunicorn's keeps this otherwise: look at {WORKER}."
        assert (connection.sock, connection.timeout, connection.parser) == (near, None, None), changed
        connection.init()
        assert isinstance(connection.parser, RequestParser), changed
        assert isinstance(connection.parser.unreader, SocketUnreader), changed


def test_a_request_has_the_body_that_ours_replaces_and_tells_of_its_connection() -> None:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(b"PUT /film HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nfilm")
        parser = RequestParser(Config(), near, ("127.0.0.1", 1))
        request = next(parser)
        changed = f"The body of a request of gunicorn's is read otherwise: look at {BODY}."
        assert request.body is not None, changed
        reader = request.body.reader
        assert isinstance(reader, LengthReader), changed
        assert (reader.length, reader.unreader) == (4, parser.unreader), changed
        assert {"reader", "buf", "failed"} <= vars(request.body).keys(), changed
        found = connection_of(default_environ(request, near, Config()))
        assert found is near, f"A request's environment names its connection otherwise: look at {CONNECTION}."


def test_what_is_no_error_leaves_the_serving_of_a_request_as_it_is() -> None:
    """An answer that goes on leaves gunicorn by `HandOver`, which nothing there may take for an error."""
    assert issubclass(HandOver, BaseException)
    assert not issubclass(HandOver, Exception | SystemExit)
    names = all_names(ThreadWorker.handle_request)  # type: ignore[arg-type]
    assert "BaseException" not in names, f"gunicorn catches whatever leaves a response: look at {STREAMS}."


def test_errors_are_told_apart_as_before() -> None:
    changed = f"gunicorn refuses a transfer coding otherwise: look at {WORKER}, handle_error."
    assert UnsupportedTransferCoding("gzip").hdr == "gzip", changed
    assert "gzip" in str(InvalidHeader("gzip")), changed


def test_another_large_version_does_not_come_by_itself() -> None:
    [pinned] = [line for line in (ROOT / "requirements.in").read_text().splitlines() if line.startswith("gunicorn")]
    assert pinned.startswith("gunicorn~="), "A new gunicorn may have other insides: pin it by ~= in requirements.in."
    assert version("gunicorn").split(".")[0] == pinned.removeprefix("gunicorn~=").split(".")[0]
