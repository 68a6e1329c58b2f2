"""People who watch: `python -m benchmarks.players PORT ADDRESS PLAYERS SECONDS`, in a process of its own.

Each reads a film from somewhere on, at its rate and no faster. Says "begun" when all have got their first bytes; they
watch for so many seconds from then on, and at the end it says how many bytes came.
"""

import asyncio
import random
import sys
import time

from utils.sizes import MIB

_BYTES_A_SECOND = 5_000_000 // 8
_LATEST_START = 128 * MIB


async def main() -> None:
    """Watch."""
    port, address, players, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    begun = asyncio.Barrier(players + 1)
    watching = [asyncio.create_task(_watch(port, address, begun=begun, seconds=seconds)) for _ in range(players)]
    await begun.wait()
    print("begun", flush=True)
    print(sum(await asyncio.gather(*watching)), flush=True)


async def _watch(port: int, address: str, *, begun: asyncio.Barrier, seconds: float) -> int:
    """Returns how many bytes it has read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=128 * 1024)
    start = random.randrange(_LATEST_START)
    writer.write(f"GET {address} HTTP/1.1\r\nHost: x\r\nRange: bytes={start}-\r\n\r\n".encode())
    count = len(await reader.read(64 * 1024))
    await begun.wait()
    since = time.monotonic()
    while time.monotonic() < since + seconds:
        step = await reader.read(64 * 1024)
        if not step:
            break
        count += len(step)
        await asyncio.sleep(max(0.0, since + count / _BYTES_A_SECOND - time.monotonic()))
    writer.close()
    return count


if __name__ == "__main__":
    asyncio.run(main())
