"""Crowds of connections from one address that want everything: each kind of them, in a process of its own."""

import asyncio
import base64
import json
import multiprocessing
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from tests.wire import request_head

GREEDY = "127.0.0.2"
"""Where all of a crowd come from."""

_PAUSE = 2.0
"""As Retry-After asks: what one client can do by asking all the time is a matter of `RATE_LIMIT`."""
_STEP = 1024


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a crowd knows of the server."""

    port: int
    content: str
    """The path of a video's bytes, and of the video itself."""
    video: str
    unfinished: str
    """The id of a partial upload that holds bytes which no block has."""
    finished: str
    """The id of a small one that is whole."""


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Act = Callable[[Target, int], Awaitable[None]]
"""What one of the crowd does, again and again; its number tells it from the others."""


@contextmanager
def crowd(kind: str, *, size: int, target: Target) -> Iterator[None]:
    """Let a crowd loose for the length of the block."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_run, args=(kind, size, target), daemon=True)
    process.start()
    try:
        yield
        if not process.is_alive():
            raise RuntimeError(f"The crowd {kind} has gone by itself.")
    finally:
        process.kill()
        process.join()


def _run(kind: str, size: int, target: Target) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_together(KINDS[kind], size, target))


async def _together(act: Act, size: int, target: Target) -> None:
    async def again(number: int) -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
                await act(target, number)
            await asyncio.sleep(_PAUSE)

    await asyncio.gather(*(again(number) for number in range(size)))


async def _refused(target: Target, number: int) -> None:
    """An upload that is refused at once, whose client goes on sending; each comes once, in eighteen seconds."""
    await asyncio.sleep(number % 1800 / 100)
    async with _connected(target) as (_, writer):
        writer.write(request_head("PUT", "/api/upload/film.exe", Content_Length=str(10**7)))
        with suppress(OSError):
            for _ in range(10):
                writer.write(bytes(_STEP))
                await writer.drain()
                await asyncio.sleep(0.5)
    await asyncio.sleep(60)


async def _trickling(target: Target, _number: int) -> None:
    """An upload of a kibibyte a second."""
    async with _connected(target) as (reader, writer):
        writer.write(request_head("PUT", "/api/upload/film.mp4", Content_Length=str(10**8)))
        writer.write(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2")
        while not reader.at_eof():
            writer.write(bytes(_STEP))
            await writer.drain()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(reader.read(_STEP), timeout=1)
                return


async def _reading(target: Target, _number: int) -> None:
    """A player that takes nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    connection.bind((GREEDY, 0))
    loop = asyncio.get_running_loop()
    with connection:
        await loop.sock_connect(connection, ("127.0.0.1", target.port))
        await loop.sock_sendall(connection, request_head("GET", target.content))
        if await loop.sock_recv(connection, 12) != b"HTTP/1.1 503":
            await asyncio.sleep(60)


async def _editing(target: Target, _number: int) -> None:
    """An edit whose body never comes."""
    async with _connected(target) as (reader, writer):
        writer.write(request_head("PATCH", target.video, Content_Type="application/json", Content_Length="1000"))
        await reader.read(_STEP)


async def _listing(target: Target, number: int) -> None:
    """The longest list of blocks."""
    blocks = [base64.b64encode(f"{each:064}".encode()).decode() for each in range(50_000)]
    body = json.dumps({"blocks": blocks}).encode()
    path = f"/api/v1/videos/{number}/complete"
    async with _connected(target) as (reader, writer):
        writer.write(request_head("POST", path, Content_Type="application/json", Content_Length=str(len(body))) + body)
        await reader.read(_STEP)


async def _naming(target: Target, number: int) -> None:
    """A final upload that names one piece as often as fits: one that is unfinished, or one that is whole."""
    piece = target.unfinished if number % 2 else target.finished
    headers = {"Upload-Concat": "final;" + " ".join([piece] * 240), "Upload-Metadata": "filename ZmlsbS5tcDQ="}
    head = request_head("POST", "/api/uploads", Tus_Resumable="1.0.0", Content_Length="0", **headers)
    async with _connected(target) as (reader, writer):
        writer.write(head)
        await reader.read(_STEP)


@asynccontextmanager
async def _connected(target: Target) -> AsyncIterator[Line]:
    """A connection from the crowd's address."""
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port, local_addr=(GREEDY, 0))
    try:
        yield reader, writer
    finally:
        writer.close()


KINDS: Mapping[str, Act] = {
    "refused": _refused,
    "trickling": _trickling,
    "reading": _reading,
    "editing": _editing,
    "listing": _listing,
    "naming": _naming,
}
