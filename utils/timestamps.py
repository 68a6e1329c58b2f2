"""RFC 3339 times in UTC with milliseconds: the one form in which a time leaves or enters Reelgate."""

import re
from datetime import UTC, datetime

from utils.text import quoted

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class InvalidTimestamp(ValueError):
    """The text is not a time as RFC 3339 writes it."""


def utc_milliseconds(moment: datetime) -> datetime:
    """Return the same moment in UTC, cut down to whole milliseconds. It must know its time zone."""
    if moment.utcoffset() is None:
        raise InvalidTimestamp("A time without a time zone is ambiguous.")
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def format_timestamp(moment: datetime) -> str:
    """Return a moment like `2026-11-20T10:15:12.345Z`."""
    return utc_milliseconds(moment).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def parse_timestamp(text: str) -> datetime:
    """Return the moment that an RFC 3339 text names, in UTC and whole milliseconds."""
    if not _RFC3339.fullmatch(text):
        raise InvalidTimestamp(f"{quoted(text)} is not a time like 2026-11-20T10:15:12.345Z.")
    try:
        return utc_milliseconds(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError) as error:
        raise InvalidTimestamp(f"{quoted(text)} names a time that does not exist.") from error
