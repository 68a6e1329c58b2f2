"""A port for a server that has to be told one, and that nobody else can take before it does."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """A free port that is kept free for the length of the block, for servers that listen on it and come and go.

    It is bound by a socket that does not listen. Linux gives a port that is bound to nobody who asks for just any, and
    still lets those listen on it who name it and say SO_REUSEADDR, as servers do. Elsewhere the port can only be named.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("", 0))
        port = int(holder.getsockname()[1])
        if sys.platform != "linux":
            holder.close()
        yield port
