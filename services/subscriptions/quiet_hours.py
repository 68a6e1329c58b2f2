"""Hours of the day in which nothing is looked at, and when the next look is because of them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SPELT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From one time of the day to another, which may be the next morning's."""

    begin: time
    end: time
    zone: str

    @classmethod
    def of(cls, text: str, zone: str) -> "QuietHours":
        """Reads `22:00-06:00`; raises `ValueError` with what is expected."""
        found = _SPELT.fullmatch(text)
        if found is None:
            raise ValueError("Expected two times of the day, such as 22:00-06:00")
        begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        if begin == end:
            raise ValueError("Expected two times that differ")
        return cls(begin=begin, end=end, zone=zone)

    def over_at(self, moment: datetime) -> datetime:
        """The same moment where it is not quiet then, else when that is over."""
        here = moment.astimezone(zone_of(self.zone))
        now = here.time()
        is_quiet = self.begin <= now < self.end if self.begin < self.end else now >= self.begin or now < self.end
        if not is_quiet:
            return moment
        day = here.date() if now < self.end else here.date() + timedelta(days=1)
        return max(moment, datetime.combine(day, self.end, here.tzinfo).astimezone(UTC))


def zone_of(name: str) -> ZoneInfo:
    """A time zone; raises `ValueError` where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("Expected the name of a time zone, such as Europe/Berlin") from error


def next_look(after: int, *, quiet: QuietHours | None) -> int:
    """The first moment from this on that is not quiet; both in milliseconds since 1970."""
    if quiet is None:
        return after
    moment = datetime.fromtimestamp(after / 1000, UTC)
    return max(after, round(quiet.over_at(moment).timestamp() * 1000))
