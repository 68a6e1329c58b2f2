"""A film on its way in: its bytes are counted, told of, and judged before what they make is stored."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.imports.errors import UnfetchableError
from services.imports.outline import Outline
from services.jobs.errors import BadInputError
from services.media.errors import BadMediaError
from services.media.facts import Facts
from services.media.ffmpeg_runs import Source
from services.media.probe import probe
from services.media.programs import Programs
from services.uploads.body_reader import IncomingBody
from utils.sizes import MIB

_TOLD_SECONDS = 1.0
_NEWEST = 0.3
"""How much of the speed is that of the last second."""
NO_END = "Neither whoever has it nor the film itself says how long it is: nobody can tell whether all of it has come."
_SHORTER, _SECONDS_SHORTER = 0.9, 2.0

Tell = Callable[[int, int | None, int], bool]
"""Told how much is here, how much there is in all, and how many bytes come in a second; False where it is over."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What one film may take."""

    size: int
    """In bytes."""
    seconds: float


class ImportPace:
    """How much is here and how fast it comes, told once a second; ends what takes too much."""

    def __init__(self, bounds: Bounds, tell: Tell) -> None:
        self.got = 0
        self.total: int | None = None
        """How many bytes there are in all, once that is known."""
        self.most = bounds.size
        """The largest film that is fetched, in bytes."""
        self._bounds = bounds
        self._tell = tell
        self._began = self._told = time.monotonic()
        self._got_then = 0
        self._speed: float | None = None

    def take(self, size: int) -> None:
        """Count so many more bytes."""
        self.got += size
        self.check_size(self.got)
        self.go_on()
        now = time.monotonic()
        if now - self._told >= _TOLD_SECONDS:
            latest = (self.got - self._got_then) / (now - self._told)
            self._speed = latest if self._speed is None else _NEWEST * latest + (1 - _NEWEST) * self._speed
            self._told, self._got_then = now, self.got
            self._say(round(self._speed))

    def end(self) -> None:
        """All of it is here: raise `BadInputError` where nobody waits for it any more."""
        self._say(round(self._speed or 0))

    def _say(self, speed: int) -> None:
        if not self._tell(self.got, self.total, speed):
            raise BadInputError("It was cancelled, or a newer attempt fetches it.")

    def check_size(self, size: int) -> None:
        """Raise `BadInputError` where a film of so many bytes is not fetched."""
        if size > self._bounds.size:
            raise BadInputError(f"The film is larger than the {self._bounds.size // MIB} MiB that are fetched.")

    def go_on(self) -> None:
        """Raise `BadInputError` where it has taken too long."""
        if time.monotonic() - self._began > self._bounds.seconds:
            raise BadInputError(f"It took longer than {self._bounds.seconds / 60:.0f} minutes, and was ended.")


class JudgedBody:
    """A body that ends well only where all of the film is here: what its source says, and what is in it, agree."""

    def __init__(
        self,
        body: IncomingBody,
        pace: ImportPace,
        outline: Outline,
        *,
        at_end: Callable[[], object] = lambda: None,
        judge: Callable[[Outline], object],
    ) -> None:
        """`at_end` is asked first, and `judge` then, when the body has ended; both raise where it is not right."""
        self.length = body.length
        self._body = body
        self._pace = pace
        self._outline = outline
        self._at_end = at_end
        self._judge = judge

    @property
    def at_hand(self) -> int:
        """What can be read without waiting."""
        return self._body.at_hand

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        data = self._body.read(size)
        if data:
            self._pace.take(len(data))
            self._outline.feed(data)
            return data
        self._at_end()
        self._outline.finish()
        self._judge(self._outline)
        self._pace.end()
        return b""


def judge_film(
    outline: Outline, programs: Programs, *, seconds: float | None, is_counted: bool, says_its_end: bool = True
) -> Facts | None:
    """Look into what has passed; raises where it is no film, or not all of one.

    `seconds` is how long its source says that it is. With `is_counted` all bytes that were announced are here, so that
    to fetch it again would bring the same. Without `says_its_end` the film alone can tell whether it is whole. Returns
    None where it is too large to be looked into.
    """
    if outline.lacks_its_end:
        reason = "The film is not whole: its end is missing."
        raise BadInputError(reason) if is_counted else UnfetchableError(reason)
    if not says_its_end and not outline.tells_its_end:
        raise BadInputError(NO_END)
    if not outline.is_complete:
        return None
    try:
        facts = probe(programs, Source.file(outline.path))
    except BadMediaError as error:
        raise BadInputError(error.detail) from error
    if not facts.is_film:
        raise BadInputError("There is sound and no picture in it.")
    if not outline.is_in_pieces:
        check_length(facts.duration, seconds)
    return facts


def check_length(found: float, said: float | None) -> None:
    """Raise `UnfetchableError` where a film is much shorter than its source says."""
    if said and found and found < _SHORTER * said - _SECONDS_SHORTER:
        raise UnfetchableError(f"Only {found:.0f} of the film's {said:.0f} s are there.")
