"""Clients of `GET /api/events` for tests: what they are told, line by line, from a thread of their own."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import requests

from tests.server import Server


@dataclass(frozen=True)
class Told:
    """One event."""

    type: str
    id: str
    data: dict[str, Any]


def events_of(text: str) -> list[Told]:
    """The events in a part of a stream, whole ones."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in fields:
            found.append(Told(fields["event"], fields["id"], json.loads(fields["data"])))
    return found


def last_id(text: str) -> str:
    """The last id that a stream has given."""
    return [line for line in text.splitlines() if line.startswith("id: ")][-1].removeprefix("id: ")


class Listening:
    """An open stream."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        self.text = ""
        self.has_ended = False
        """Whether the server has ended it as HTTP wants it."""
        self.is_over = False
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def told(self) -> list[Told]:
        """All that it has been told."""
        return events_of(self.text)

    def videos(self) -> list[tuple[str, str]]:
        """What it has been told of videos but for work on them, each once, in its order."""
        told = [(each.type, each.data["id"]) for each in self.told if each.data["kind"] == "video"]
        return [each for each in dict.fromkeys(told) if each[0] != "video.processing"]

    def wait_for(self, condition: Callable[[], bool], *, patience: float = 60) -> None:
        """Wait until the condition holds of what was told."""
        with self._news:
            assert self._news.wait_for(condition, timeout=patience), self.text

    def close(self) -> None:
        """Hang up."""
        # The thread that reads holds what closing needs until something comes, which may be the next sign of life. The
        # errors say that the stream has ended already, or has been closed.
        with contextlib.suppress(RuntimeError, ValueError):
            self.response.raw.shutdown()
        self.response.close()

    def _read(self) -> None:
        with contextlib.suppress(Exception):
            for piece in self.response.iter_content(chunk_size=None):
                with self._news:
                    self.text += piece.decode()
                    self._news.notify_all()
            self.has_ended = True
        with self._news:
            self.is_over = True
            self._news.notify_all()


@contextlib.contextmanager
def listening(
    server: Server, *, after: str | None = None, query: str = "", headers: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Listening]:
    """Listen for the length of the block."""
    headers = {"Accept": "text/event-stream", **headers} | ({"Last-Event-ID": after} if after else {})
    response = requests.get(f"{server.url}/api/events{query}", headers=headers, stream=True, timeout=60)
    response.raise_for_status()
    stream = Listening(response)
    try:
        stream.wait_for(lambda: "retry:" in stream.text)
        yield stream
    finally:
        stream.close()
