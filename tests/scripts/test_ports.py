"""A held port is nobody else's, and the server's that it is held for."""

import errno
import socket
import sys

import pytest

from scripts.ports import held_port

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere a port cannot be held.")


def test_servers_may_listen_on_it_one_after_the_other() -> None:
    with held_port() as port:
        for _ in range(2):
            with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
                pass
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            pass


@needs_linux
def test_nobody_is_given_it_who_asks_for_just_any() -> None:
    with held_port() as port, socket.create_server(("127.0.0.1", 0)) as other:
        assert other.getsockname()[1] != port
        with socket.socket() as greedy, pytest.raises(OSError, match="in use") as refused:
            greedy.bind(("127.0.0.1", port))
    assert refused.value.errno == errno.EADDRINUSE
