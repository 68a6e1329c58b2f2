"""A storage account that keeps nothing: it answers the few calls that uploads make, and drops the bytes.

It runs in a process of its own, `python -m benchmarks.sink PORT`, whose cost is not counted. Linux discards the bodies
inside the kernel, so that the sink takes as little as possible of the machine from the server that is measured. With a
file that holds a key and a certificate, `python -m benchmarks.sink PORT FILE`, it speaks TLS, and has to decrypt.
"""

import socket
import ssl
import sys
import threading
from contextlib import suppress
from io import BufferedReader

from utils.sizes import MIB

_STEP = 4 * MIB
# With this flag TCP drops what it would have copied (tcp(7)); elsewhere the bytes are copied and dropped.
_DISCARD = socket.MSG_TRUNC if sys.platform == "linux" else 0
_HEADERS = (
    b'ETag: "0x8D000000000000"\r\n'
    b"Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    b"Content-Type: application/xml\r\n"
    b"x-ms-lease-id: 00000000-0000-0000-0000-000000000000\r\n"
    b"x-ms-version: 2025-11-05\r\n\r\n"
)
_EMPTY_LIST = (
    b'<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://sink/" ContainerName="videos">'
    b"<Blobs /><NextMarker /></EnumerationResults>"
)


def main() -> None:
    """Serve on the port that the command line names, a thread for each connection, until killed."""
    context = None
    if len(sys.argv) > 2:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[2])
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=256) as server:
        while True:
            connection, _ = server.accept()
            serve, given = (_serve, [connection]) if context is None else (_serve_tls, [connection, context])
            threading.Thread(target=serve, args=given, daemon=True).start()


def _serve(connection: socket.socket) -> None:
    """Answer the requests of one connection."""
    scratch = bytearray(_STEP)
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while head := _head(connection):
            _, named, rest = head.lower().partition(b"\r\ncontent-length:")
            left = int(rest.partition(b"\r\n")[0]) if named else 0
            while left:
                taken = connection.recv_into(scratch, min(left, _STEP), _DISCARD)
                if not taken:
                    return
                left -= taken
            connection.sendall(_answer(head))


def _serve_tls(connection: socket.socket, context: ssl.SSLContext) -> None:
    """Answer the requests of one connection that is encrypted: nothing can be dropped unread, nor looked at ahead."""
    scratch = bytearray(_STEP)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A mere knock at the port is no request.
    with (
        suppress(OSError),
        context.wrap_socket(connection, server_side=True) as secure,
        BufferedReader(secure.makefile("rb", buffering=0), 64 * 1024) as stream,
    ):
        while head := _head_of(stream):
            _, named, rest = (b"\r\n" + head.lower()).partition(b"\r\ncontent-length:")
            left = int(rest.partition(b"\r\n")[0]) if named else 0
            while left:
                taken = stream.readinto(memoryview(scratch)[: min(left, _STEP)])
                if not taken:
                    return
                left -= taken
            secure.sendall(_answer(head))


def _head_of(stream: "BufferedReader[socket.SocketIO]") -> bytes:
    """The head of the next request, without the empty line; nothing when the client is gone."""
    head = b""
    while (line := stream.readline()) != b"\r\n":
        if not line:
            return b""
        head += line
    return head


def _answer(head: bytes) -> bytes:
    """Every write succeeds, everything exists, and every list is empty."""
    status = b"201 Created" if head.startswith(b"PUT") else b"200 OK"
    body = _EMPTY_LIST if b"comp=list" in head.partition(b"\r\n")[0] else b""
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b%b" % (status, len(body), _HEADERS, body)


def _head(connection: socket.socket) -> bytes:
    """Take the head of the next request, and not a byte of what follows; empty when the client is gone."""
    while seen := connection.recv(64 * 1024, socket.MSG_PEEK):
        end = seen.find(b"\r\n\r\n")
        if end >= 0:
            return connection.recv(end + 4)
        if len(seen) >= 64 * 1024:
            break
        # The rest of a head follows at once: clients send it in one piece.
    return b""


if __name__ == "__main__":
    main()
