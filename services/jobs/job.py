"""What a job is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.actors.actor import Actor, ActorKind, Role

Arguments = Mapping[str, Any]
"""What a kind is told besides the video; JSON can say it."""

Results = Sequence[Mapping[str, Any]]
"""What became of each thing that a job had to do; JSON can say it."""

MOST_ATTEMPTS = 4
"""Failures that are told of, after which a job has failed for good."""

MOST_SILENCES = 16
"""Attempts that end without a word, after which a job has failed for good: mostly the fault is not the job's."""

SUSPECTED_AFTER = 2
"""Silences after which a job may be what kills its worker: no worker does two of these at once."""


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in {State.QUEUED, State.RUNNING}


class Lane(StrEnum):
    """What does not wait for each other: each lane has workers of its own."""

    QUICK = "quick"
    """Seconds: probes, pictures, another wrapping."""
    MEDIA = "media"
    """Minutes of all processors: encoding."""
    SPEECH = "speech"
    """Minutes and much memory: recognition."""
    FETCH = "fetch"
    """Minutes of waiting for others: films that lie elsewhere."""


@dataclass(frozen=True, slots=True)
class JobStanding:
    """Where a job stands: as much of it as lists of videos show."""

    id: str
    state: State
    progress: float
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job, as the table has it."""

    id: str
    kind: str
    recipe: int
    """The version of the kind's recipe that was asked for."""
    video: str | None
    """The id of the video that it is about, where it is about one."""
    arguments: Arguments
    state: State
    lane: Lane
    priority: int
    """Those of a smaller number are begun first."""
    run_at: datetime
    """It is not begun before."""
    attempts: int
    """How often it has been begun. Only the newest attempt may write."""
    attempts_allowed: int
    """It has failed for good when so many have been begun and the last one failed; the silent ones are added to it."""
    silences: int
    """How many attempts ended without a word: their process, their bench or their worker was killed."""
    progress: float
    """From 0 to 1."""
    error: str | None
    """Why the last attempt failed, in words for people."""
    results: Results | None
    """None as well where several jobs were asked for."""
    created_at: datetime
    started_at: datetime | None
    """When the newest attempt began."""
    finished_at: datetime | None
    by_id: str
    by_name: str
    changed_at: datetime
    """When anything of it was written last."""
    worker: str | None
    """What runs it, or ran it last."""

    @property
    def is_suspect(self) -> bool:
        """Whether it may be what kills its worker."""
        return self.silences >= SUSPECTED_AFTER

    @property
    def by(self) -> Actor:
        """Whoever asked for it. What it needs was allowed then, so it works with the right of Reelgate itself."""
        return Actor(kind=ActorKind.SYSTEM, id=self.by_id, name=self.by_name, role=Role.ADMIN)
