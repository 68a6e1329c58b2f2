"""JSON bodies that break off, stall or are framed wrongly are the client's mistake, and hold nothing up."""

import socket
from collections.abc import Iterator

import pytest

from tests.server import Server, running_server
from tests.wire import answer_of, connect, request_head

PLACES = ["/api/v1/videos/generate-upload-url", "/api/v1/videos/x/complete", "/api/videos/x"]


@pytest.fixture(scope="module")
def impatient(azurite: str) -> Iterator[Server]:
    """A server that waits one second for bytes that do not come."""
    with running_server(azurite, upload_idle_seconds=1) as running:
        yield running


def _head(path: str, **headers: str) -> bytes:
    method = "PATCH" if path == "/api/videos/x" else "POST"
    return request_head(method, path, Content_Type="application/json", **headers)


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("chunks", [b"zz\r\n{}\r\n0\r\n\r\n", b"1\r\n{}}\r\n0\r\n\r\n", b"2\r\n{}"])
def test_chunks_that_are_none_are_refused(impatient: Server, path: str, chunks: bytes) -> None:
    with connect(impatient.port) as connection:
        connection.sendall(_head(path, Transfer_Encoding="chunked") + chunks)
        connection.shutdown(socket.SHUT_WR)
        status, problem = answer_of(connection)
    assert status == 400, problem


@pytest.mark.parametrize("path", PLACES)
def test_a_body_shorter_than_announced_is_refused(impatient: Server, path: str) -> None:
    with connect(impatient.port) as connection:
        connection.sendall(_head(path, Content_Length="20") + b"{}")
        connection.shutdown(socket.SHUT_WR)
        assert answer_of(connection)[0] == 400


@pytest.mark.parametrize("path", PLACES)
def test_a_body_that_stalls_is_ended(impatient: Server, path: str) -> None:
    with connect(impatient.port) as connection:
        connection.sendall(_head(path, Content_Length="20") + b"{}")
        assert answer_of(connection)[0] == 408
