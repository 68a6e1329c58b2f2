"""How much one worker process does at once: the numbers that have to agree, from one place."""

from dataclasses import dataclass

STAGING_THREADS = 16
"""Threads that send blocks to storage."""
PLAYERS = 256
"""Videos that one process plays at once; each takes a thread and little else."""
_OTHERS = 32
"""Requests that are neither uploads nor players: pages, edits, health checks."""
SMALL_BODIES = _OTHERS * 3 // 4
"""Bodies of such requests that are received at once: some threads stay free for what has no body."""
STREAMED_BLOCKS = 8
"""Blocks that are sent while they fill, or wait for storage to answer; each takes a thread and a connection."""
_OTHER_FILES = 256
"""Open files for logs, the database and the pools that send blocks."""


@dataclass(frozen=True)
class Capacity:
    """What a process has to keep ready for so many uploads at once."""

    uploads: int

    @property
    def threads(self) -> int:
        """Threads that serve requests: one for each upload and player, and some that neither can ever take."""
        return self.uploads + PLAYERS + _OTHERS

    @property
    def storage_connections(self) -> int:
        """Connections to storage, besides those of players."""
        return self.uploads + STAGING_THREADS + _OTHERS

    @property
    def files_beside_clients(self) -> int:
        """Open files that are no client's connection: each thread may hold a connection to storage, too."""
        return self.threads + _OTHER_FILES
