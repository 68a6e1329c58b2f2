"""What a subscription is."""

from dataclasses import dataclass
from enum import StrEnum

from services.subscriptions.quiet_hours import QuietHours

LEAST_MINUTES, MOST_MINUTES = 5, 60 * 24 * 365
MOST_PER_DAY = MOST_KEPT = 10_000


class SubscriptionKind(StrEnum):
    """What is looked at."""

    FEED = "feed"
    CHANNEL = "channel"
    ARTIST = "artist"
    SEARCH = "search"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """One subscription, as the table has it. Times are milliseconds since 1970, by the database's clock."""

    id: str
    kind: SubscriptionKind
    target: str
    """The address, or what is searched for; empty for an artist."""
    artist: str | None
    """The id of the artist that is looked for, or that what is found is of."""
    interval_minutes: int
    quiet_hours: str | None
    """As `22:00-06:00`."""
    time_zone: str
    max_per_day: int | None
    """Films that it may bring in 24 hours; none where it is all of them."""
    keep: int | None
    """How many of its newest films are kept; none where it is all of them."""
    paused: bool
    owner: str
    """The account of whoever has made it."""
    owner_name: str
    next_run_at: int
    last_run_at: int | None = None
    last_error: str | None = None
    last_found: int = 0
    """New films of the last look."""
    job: str | None = None
    """The job that looks, or has looked last."""
    created_at: int

    @property
    def quiet(self) -> QuietHours | None:
        """When it is not looked at."""
        return None if self.quiet_hours is None else QuietHours.of(self.quiet_hours, self.time_zone)


@dataclass(frozen=True, kw_only=True)
class SubscriptionChange:
    """What can be changed of it; what is None stays. 0 takes a limit away, an empty text the quiet hours."""

    interval_minutes: int | None = None
    quiet_hours: str | None = None
    time_zone: str | None = None
    max_per_day: int | None = None
    keep: int | None = None
    paused: bool | None = None
