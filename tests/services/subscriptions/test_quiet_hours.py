"""Quiet hours put looks off until they are over, over midnight and when clocks change."""

from datetime import UTC, datetime

import pytest

from services.subscriptions.quiet_hours import QuietHours, next_look, zone_of


def look(text: str, hours: str, zone: str = "UTC") -> str:
    after = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
    found = next_look(after, quiet=QuietHours.of(hours, zone))
    return datetime.fromtimestamp(found / 1000, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("at", "hours", "zone", "then"),
    [
        ("2026-11-20 06:59", "07:00-12:00", "UTC", "2026-11-20 06:59"),
        ("2026-11-20 07:00", "07:00-12:00", "UTC", "2026-11-20 12:00"),
        ("2026-11-20 11:59", "07:00-12:00", "UTC", "2026-11-20 12:00"),
        ("2026-11-20 12:00", "07:00-12:00", "UTC", "2026-11-20 12:00"),
        ("2026-11-20 23:30", "22:00-06:00", "UTC", "2026-11-21 06:00"),
        ("2026-11-21 05:59", "22:00-06:00", "UTC", "2026-11-21 06:00"),
        ("2026-11-21 21:59", "22:00-06:00", "UTC", "2026-11-21 21:59"),
        ("2026-12-31 22:00", "22:00-00:00", "UTC", "2027-01-01 00:00"),
        # One hour east of Greenwich in winter, two in summer.
        ("2026-11-20 06:30", "07:00-12:00", "Europe/Berlin", "2026-11-20 11:00"),
        ("2026-07-20 06:30", "07:00-12:00", "Europe/Berlin", "2026-07-20 10:00"),
        # The night in which clocks go forward, and the one in which they go back.
        ("2026-03-29 00:30", "01:00-02:30", "Europe/Berlin", "2026-03-29 01:30"),
        ("2026-10-25 00:30", "02:00-04:00", "Europe/Berlin", "2026-10-25 03:00"),
    ],
)
def test_the_next_look_is_when_it_is_not_quiet(at: str, hours: str, zone: str, then: str) -> None:
    assert look(at, hours, zone) == then


@pytest.mark.parametrize(
    "text", ["", "22-6", "22:00", "24:00-06:00", "22:00-06:60", "22:00-22:00", "a-b", "٢٢:00-06:00"]
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected two times"):
        QuietHours.of(text, "UTC")


@pytest.mark.parametrize("name", ["", "Nowhere", "../etc/passwd", "/etc/localtime", "Europe/Berlin\0", "x" * 300])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        zone_of(name)
