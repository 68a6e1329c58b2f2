"""What is asked of the workers."""

from dataclasses import dataclass

from services.jobs.job import Arguments, Lane
from services.jobs.kinds import Kind


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be done."""

    kind: Kind
    video: str | None = None
    arguments: Arguments | None = None
    priority: int = 0
    """Those of a smaller number are begun first."""
    delay: float = 0
    """Seconds before it may begin."""
    lane: Lane | None = None
    """Another lane than the kind's usual one, where this takes longer than others of the kind."""
    again: bool = False
    """Do it once more where the same has been done, has failed or was cancelled."""
