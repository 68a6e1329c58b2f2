"""Tiers: how near storage keeps the bytes of a video, and what that means for whoever wants to move or play it.

The nearer, the dearer to keep and the cheaper to read. What is in the archive cannot be read at all before it has been
brought back, and Azure takes no change of its metadata.
"""

from datetime import datetime, timedelta
from enum import StrEnum

_RETURNING = "rehydrate-pending-to-"
_SMALL = 10 * 1024**3


class Tier(StrEnum):
    """The tiers of Azure, the nearest first."""

    HOT = "hot"
    COOL = "cool"
    COLD = "cold"
    ARCHIVE = "archive"


class Priority(StrEnum):
    """How soon something is brought back from the archive; the higher one costs more."""

    STANDARD = "standard"
    HIGH = "high"


LEAST_DAYS = {Tier.COOL: 30, Tier.COLD: 90, Tier.ARCHIVE: 180}
"""Days that are paid for in full, by tier: what is moved or deleted sooner costs what is left of them at once."""

LONGEST_RETURN = timedelta(hours=15)
"""How long it may take to bring something back."""
QUICK_RETURN = timedelta(hours=1)
"""How long it mostly takes by the high priority, for what is small."""


def is_colder(tier: str, than: str) -> bool:
    """Whether the first tier is further away than the second; False where one of them is not known here."""
    order = list(Tier)
    return tier in order and than in order and order.index(Tier(tier)) > order.index(Tier(than))


def paid_until(tier: str, since: datetime | None) -> datetime | None:
    """Until when a video in this tier is paid for, moved or not; None where nothing is paid beforehand."""
    if since is None or tier not in set(LEAST_DAYS):
        return None
    return since + timedelta(days=LEAST_DAYS[Tier(tier)])


def back_by(asked: datetime, *, priority: Priority, size: int) -> datetime:
    """By when a video of so many bytes is back from the archive, as far as Azure says."""
    is_quick = priority is Priority.HIGH and size < _SMALL
    return asked + (QUICK_RETURN if is_quick else LONGEST_RETURN)


def returning_to(archive_status: str | None) -> str | None:
    """The tier that a blob is on its way back to, as storage's `x-ms-archive-status` says it."""
    status = (archive_status or "").lower()
    return status.removeprefix(_RETURNING) if status.startswith(_RETURNING) else None
