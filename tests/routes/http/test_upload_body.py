"""What a request's body says of itself before it is read."""

import io
import socket
import ssl

from flask import Flask

from routes.http.upload_body import RequestBody


def test_a_body_knows_what_has_arrived() -> None:
    client, server = socket.socketpair()
    with client, server:
        client.sendall(bytes(70_000))
        with Flask("app").test_request_context(environ_overrides={"gunicorn.socket": server}):
            assert RequestBody().at_hand == 70_000
            server.recv(50_000)
            assert RequestBody().at_hand == 20_000


def test_what_has_arrived_under_tls_promises_nothing() -> None:
    client, plain = socket.socketpair()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with client, context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False) as server:
        client.sendall(bytes(70_000))
        with Flask("app").test_request_context(environ_overrides={"gunicorn.socket": server}):
            assert RequestBody().at_hand == 0


def test_a_body_without_a_socket_promises_nothing() -> None:
    with Flask("app").test_request_context(input_stream=io.BytesIO(b"bytes")):
        assert RequestBody().at_hand == 0
