"""Clients that do not give up: `curl --retry` with a form or a PUT, and a tus client that goes on where it was."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, Self

import requests

from tests.tus import TusClient, metadata
from tests.videos import mp4
from utils.sizes import MIB

Door = Literal["form", "put", "tus"]
DOORS: tuple[Door, ...] = ("form", "put", "tus")

_PASSING = frozenset({408, 409, 423, 429, 500, 502, 503, 504})
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0


class GaveUp(Exception):
    """A client was refused for good, or for too long."""


@dataclass(frozen=True)
class Film:
    """An upload to be; no two have the same bytes or name."""

    number: int
    size: int

    @property
    def name(self) -> str:
        """What its owner calls it."""
        return f"fire-{self.number:04}.mp4"

    def content(self) -> bytes:
        """Its bytes, the same each time."""
        return mp4(self.size, seed=self.number)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a client has to tell of an upload."""

    film: Film
    door: Door
    video_id: str | None
    """As the server named it; None when the client gave up."""
    repeats: int
    why: str = ""


@dataclass
class Sender:
    """Sends films to any of several addresses of one service, the next one whenever one fails."""

    addresses: Sequence[str]
    patience: float = 240
    chunk: int = 20 * MIB
    """The most bytes that a tus client puts into one PATCH."""
    alternate: bool = False
    """Send every PATCH to the next address, not only those after a failure."""
    finished: Callable[[], object] = lambda: None
    """Called after each upload."""
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)

    def send_all(self, films: Iterable[Film], *, doors: Sequence[Door] = DOORS, at_once: int) -> list[Outcome]:
        """Send the films through the doors in turn, so many at once; never raises for what the server does."""
        with ThreadPoolExecutor(at_once, thread_name_prefix="sender") as pool:
            return list(pool.map(self.send, films, itertools.cycle(doors)))

    def send(self, film: Film, door: Door) -> Outcome:
        """Send one film until it is a video, or give up."""
        errand = _Errand(self, film)
        try:
            video_id = errand.resumable() if door == "tus" else errand.whole(door)
        except GaveUp as error:
            return Outcome(film=film, door=door, video_id=None, repeats=errand.repeats, why=str(error))
        finally:
            errand.client.session.close()
            self.finished()
        return Outcome(film=film, door=door, video_id=video_id, repeats=errand.repeats)

    def address(self) -> str:
        """The next one in turn."""
        return self.addresses[next(self._turn) % len(self.addresses)]


class _Errand:
    """One film on its way, at one address after the other."""

    def __init__(self, sender: Sender, film: Film) -> None:
        self._sender = sender
        self._film = film
        self._content = film.content()
        self._deadline = time.monotonic() + sender.patience
        self.client = TusClient(sender.address())
        self.repeats = 0

    def whole(self, door: Door) -> str:
        """Send the whole film, again and again; returns the id of the video."""
        send = self._post if door == "form" else self._put
        answer = self._until_answered(send, {201})
        video = answer.json()
        return str(video["videos"][0]["id"] if door == "form" else video["id"])

    def resumable(self) -> str:
        """Send what is missing until nothing is; returns the id of the video."""
        location = self._until_answered(self._create, {201}).headers["Location"]
        offset, size = 0, len(self._content)
        while offset < size:
            answer = self._try(partial(self._patch, location, offset))
            if answer is not None and answer.status_code == 204:
                offset = int(answer.headers["Upload-Offset"])
                if self._sender.alternate:
                    self._move()
                continue
            self._pause(answer)
            offset = int(
                self._until_answered(lambda: self.client.head(self._here(location)), {200}).headers["Upload-Offset"]
            )
        return self._until_answered(lambda: self._show(location), {303}).headers["Location"].split("/")[-2]

    def _create(self) -> requests.Response:
        return self.client.create(len(self._content), Upload_Metadata=metadata(filename=self._film.name))

    def _patch(self, location: str, offset: int) -> requests.Response:
        piece = memoryview(self._content)[offset : offset + self._sender.chunk]
        return self.client.patch(self._here(location), offset, bytes(piece))

    def _show(self, location: str) -> requests.Response:
        return self.client.send("GET", self._here(location), allow_redirects=False)

    def _put(self) -> requests.Response:
        url = f"{self.client.server_url}/api/upload/{self._film.name}"
        return self.client.session.put(url, data=self._content, timeout=90)

    def _post(self) -> requests.Response:
        url = f"{self.client.server_url}/api/upload"
        return self.client.session.post(url, files={"file": (self._film.name, self._content)}, timeout=90)

    def _until_answered(self, send: Callable[[], requests.Response], wanted: set[int]) -> requests.Response:
        while (answer := self._try(send)) is None or answer.status_code not in wanted:
            self._pause(answer)
        self._in_a_row = 0
        return answer

    def _try(self, send: Callable[[], requests.Response]) -> requests.Response | None:
        """The answer, or None where none came."""
        try:
            return send()
        except requests.RequestException:
            self._move()
            return None

    def _pause(self, answer: requests.Response | None) -> None:
        """Wait before a repetition, as long as was asked for; raises `GaveUp` where that would be pointless."""
        if answer is not None and answer.status_code not in _PASSING:
            raise GaveUp(f"answered {answer.status_code}: {answer.text[:200]}")
        asked = None if answer is None else answer.headers.get("Retry-After")
        pause = min(_FIRST_PAUSE * 2**self._in_a_row, _LONGEST_PAUSE) if asked is None else float(asked)
        if time.monotonic() + pause > self._deadline:
            raise GaveUp(f"still {'no answer' if answer is None else answer.status_code} at the end of its patience")
        self._in_a_row += 1
        self.repeats += 1
        time.sleep(pause)

    _in_a_row = 0

    def _move(self) -> None:
        self.client.server_url = self._sender.address()

    def _here(self, location: str) -> str:
        return self.client.here(location)


class Pulse:
    """Does something again and again beside the uploads, until it is stopped."""

    def __init__(self, act: Callable[[], object], *, every: float) -> None:
        self._act = act
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            self._act()
