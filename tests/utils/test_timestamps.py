"""Times leave and enter in one form."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.timestamps import InvalidTimestamp, format_timestamp, parse_timestamp


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2026-11-20T10:15:12.345Z", "2026-11-20T10:15:12.345Z"),
        ("2026-11-20t10:15:12z", "2026-11-20T10:15:12.000Z"),
        ("2026-11-20T10:15:12.345999999+01:30", "2026-11-20T08:45:12.345Z"),
        ("0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_is_read_into_utc_milliseconds(text: str, canonical: str) -> None:
    assert format_timestamp(parse_timestamp(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20",
        "2026-11-20T10:15:12",
        "2026-11-20 10:15:12Z",
        "2026-02-30T10:15:12Z",
        "2026-11-20T24:00:01Z",
        "0001-01-01T00:00:00+23:59",
        "2026-11-20T10:15:12.345Z\n",
        "٢٠٢٦-11-20T10:15:12Z",
        "9" * 10**6,
    ],
)
def test_what_is_no_time_is_refused_briefly(text: str) -> None:
    with pytest.raises(InvalidTimestamp) as refusal:
        parse_timestamp(text)
    assert len(str(refusal.value)) < 200


def test_a_time_without_a_zone_cannot_be_written() -> None:
    with pytest.raises(InvalidTimestamp):
        format_timestamp(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_written_time_reads_back_to_the_millisecond(moment: datetime) -> None:
    assert timedelta(0) <= moment - parse_timestamp(format_timestamp(moment)) < timedelta(milliseconds=1)
