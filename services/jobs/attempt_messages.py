"""What a worker and the process of an attempt tell each other: lines of JSON, over a socket of the attempt's own.

The worker sends one line, the job. It closes its side of the socket when the attempt has to end, and so does the kernel
when the worker dies: both mean the same. The attempt sends any number of lines, the last of which is an `Ending`.
"""

import json
import socket
from dataclasses import dataclass
from typing import Any

import msgspec

from services.jobs.job import Job, Results


@dataclass(frozen=True, kw_only=True)
class Began:
    """The attempt has a process."""

    pid: int
    """It leads a process group."""
    longest: float
    """After so many seconds it is to be killed."""


@dataclass(frozen=True, kw_only=True)
class Progressed:
    """So much is done, from 0 to 1."""

    progress: float


@dataclass(frozen=True, kw_only=True)
class Done:
    """The attempt has come to its end."""

    results: Results | None = None


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The attempt could not do it."""

    error: str
    for_good: bool = False
    """It would fail each time."""


@dataclass(frozen=True, kw_only=True)
class PutOff:
    """What the job waits for has not come about."""

    again_in: float
    """Seconds until it is to be begun anew."""


@dataclass(frozen=True, kw_only=True)
class NotMine:
    """Another worker has to do it: no such kind is known here, or an older recipe only."""


Ending = Done | Failed | PutOff | NotMine
Told = Began | Progressed | Ending

_TOLD: dict[str, type[Told]] = {each.__name__: each for each in (Began, Progressed, Done, Failed, PutOff, NotMine)}


def packed_job(job: Job) -> bytes:
    """The job as its line."""
    return msgspec.json.encode(job) + b"\n"


def unpacked_job(line: bytes) -> Job:
    """The job of that line."""
    return msgspec.json.decode(line, type=Job)


def packed(told: Told) -> bytes:
    """What was told, as its line."""
    return json.dumps([type(told).__name__, vars(told)]).encode() + b"\n"


def unpacked(line: bytes) -> Told:
    """What the line tells."""
    name, fields = json.loads(line)
    return _TOLD[name](**fields)


class LineReader:
    """Lines as they come from a socket that does not block."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._rest = b""

    def read(self) -> tuple[list[Any], bool]:
        """What has been told since, and whether the other side is gone."""
        gone = False
        try:
            while data := self._connection.recv(65536):
                self._rest += data
            gone = True
        except BlockingIOError:
            pass
        except ConnectionError:
            gone = True
        *lines, self._rest = self._rest.split(b"\n")
        return [unpacked(line) for line in lines], gone
