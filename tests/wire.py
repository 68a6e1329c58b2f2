"""Requests written by hand, for what a well-behaved HTTP client would not send."""

import http.client
import json
import socket
from collections.abc import Iterable
from typing import Any

BOUNDARY = "a-boundary-of-the-tests"


def file_part(content: bytes, *, filename: str = "film.mp4", name: str = "file", headers: Iterable[str] = ()) -> bytes:
    """One file part of a form, from its delimiter to the line break after its content."""
    lines = [
        f"--{BOUNDARY}",
        f'Content-Disposition: form-data; name="{name}"; filename="{filename}"',
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"


def field_part(value: str, *, name: str = "title") -> bytes:
    """One field of a form."""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


END = f"--{BOUNDARY}--\r\n".encode()
FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def request_head(method: str, path: str, **headers: str) -> bytes:
    """The head of a request; header names are given with underscores."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def form_head(length: int, **headers: str) -> bytes:
    """The head of a form upload."""
    return request_head("POST", "/api/upload", Content_Type=FORM_TYPE, Content_Length=str(length), **headers)


def connect(port: int, *, patience: float = 60, client: str = "127.0.0.1") -> socket.socket:
    """A connection to a server on this machine, which may be silent for so many seconds; `client` is one of 127/8."""
    return socket.create_connection(("127.0.0.1", port), timeout=patience, source_address=(client, 0))


def answer_of(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Read the answer from a connection: its status and its JSON body."""
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        text = response.read()
        return response.status, json.loads(text) if text else {}


def exchange(port: int, request: bytes, *, client: str = "127.0.0.1") -> tuple[int, dict[str, Any]]:
    """Send a request and read the answer."""
    with connect(port, client=client) as connection:
        connection.sendall(request)
        return answer_of(connection)
