"""A change, as pages are told of it, and the place in the order of changes that a page has reached."""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.actors.actor import Actor
from services.jobs.job import Job

_POSITION = re.compile(r"(?:(\d{1,18})-)?(\d{1,15})", re.ASCII)


class ChangedThing(StrEnum):
    """What a change is of."""

    VIDEO = "video"
    JOB = "job"


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far somebody has been told."""

    at: int
    """The database's time, in milliseconds."""
    number: int | None = None
    """Of the last event in the feed; none where only the time is known, such as that of a page's making."""

    def __str__(self) -> str:
        return str(self.at) if self.number is None else f"{self.number}-{self.at}"


def position_of(text: str) -> Position | None:
    """Read a position as it was given out; None where it is none."""
    found = _POSITION.fullmatch(text)
    return found and Position(number=None if found[1] is None else int(found[1]), at=int(found[2]))


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """Something that has changed."""

    type: str
    """The name of what has happened: an event's, `job.changed`, `video.processing` or `video.hidden`."""
    about: ChangedThing
    id: str
    """Of the video or the job."""
    at: datetime
    position: Position
    """How far somebody has been told with this."""
    key: Hashable
    """What tells it from all others: it may be found twice."""
    seen_by: Callable[[Actor], bool]
    """Whether this actor may know of it."""
    job: Job | None = None
    """Of `job.changed` and `video.processing`."""
