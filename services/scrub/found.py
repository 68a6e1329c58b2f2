"""What reading everything again has found."""

from dataclasses import dataclass
from enum import StrEnum


class Soundness(StrEnum):
    """What has come of reading one video again."""

    RIGHT = "right"
    FILLED = "filled"
    """It had no digest, and has one now."""
    DAMAGED = "damaged"
    ARCHIVED = "archived"
    """It lies in the archive, where nothing can be read."""
    SKIPPED = "skipped"
    """It is new, or was changed, or has gone meanwhile: the next pass looks again."""


@dataclass(frozen=True, kw_only=True)
class ScrubPass:
    """Once through all that is stored."""

    began_at: int
    """In milliseconds, by the clock of the database."""
    ended_at: int | None = None
    """None while it goes on."""
    reached: str = ""
    """The id of the last video that was looked at."""
    right: int = 0
    filled: int = 0
    damaged: int = 0
    archived: int = 0
    skipped: int = 0
    size: int = 0
    """How many bytes have been read."""

    @property
    def videos(self) -> int:
        """How many videos have been looked at."""
        return self.right + self.filled + self.damaged + self.archived + self.skipped


@dataclass(frozen=True, kw_only=True)
class Damage:
    """A video whose content is not what it was."""

    video_id: str
    found_at: int
    expected: str
    """The SHA-256 that it should have."""
    found: str


@dataclass(frozen=True, kw_only=True)
class ScrubReport:
    """What the last pass has found, and how far it is."""

    last: ScrubPass | None
    damaged: tuple[Damage, ...]
    pace: int
    """In MB a second; 0 where nothing is read again."""
    progress: float
    next_at: int | None
    """When the next pass begins; None where none does, or this one goes on."""
