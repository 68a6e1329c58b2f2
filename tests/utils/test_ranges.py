"""Ranges and preconditions mean what RFC 9110 says, and hostile ones mean nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.ranges import (
    ByteRange,
    Unsatisfiable,
    WholeBody,
    content_range,
    if_match_holds,
    if_none_match_hits,
    if_range_holds,
    resolve_range,
)

WHOLE = WholeBody()
NONE = Unsatisfiable()
TOO_MANY = ",".join(f"{n}-{n}" for n in range(17))


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        (None, 1000, WHOLE),
        # One range.
        ("bytes=0-0", 1000, ByteRange(0, 0)),
        ("bytes=0-499", 1000, ByteRange(0, 499)),
        ("bytes=500-999", 1000, ByteRange(500, 999)),
        ("bytes=999-999", 1000, ByteRange(999, 999)),
        ("bytes=0-999", 1000, ByteRange(0, 999)),
        ("bytes=0-5000", 1000, ByteRange(0, 999)),
        ("bytes=007-0009", 1000, ByteRange(7, 9)),
        ("BYTES=1-2", 1000, ByteRange(1, 2)),
        ("bytes= 1-2 ", 1000, ByteRange(1, 2)),
        ("bytes=9663676416-", 10737418240, ByteRange(9663676416, 10737418239)),
        # To the end.
        ("bytes=0-", 1000, ByteRange(0, 999)),
        ("bytes=999-", 1000, ByteRange(999, 999)),
        # The last so many.
        ("bytes=-1", 1000, ByteRange(999, 999)),
        ("bytes=-500", 1000, ByteRange(500, 999)),
        ("bytes=-1000", 1000, ByteRange(0, 999)),
        ("bytes=-5000", 1000, ByteRange(0, 999)),
        # Outside.
        ("bytes=1000-", 1000, NONE),
        ("bytes=1000-1001", 1000, NONE),
        ("bytes=-0", 1000, NONE),
        ("bytes=2000-,3000-", 1000, NONE),
        # An empty body has no byte 0, and all of it are its last five.
        ("bytes=0-", 0, NONE),
        ("bytes=0-0", 0, NONE),
        ("bytes=-0", 0, NONE),
        ("bytes=-5", 0, WHOLE),
        ("bytes=0-,-5", 0, WHOLE),
        # Several that make one.
        ("bytes=0-1,2-3", 1000, ByteRange(0, 3)),
        ("bytes=2-3, 0-1", 1000, ByteRange(0, 3)),
        ("bytes=0-500,100-200", 1000, ByteRange(0, 500)),
        ("bytes=0-600,\t-500", 1000, ByteRange(0, 999)),
        ("bytes=5-6,5000-", 1000, ByteRange(5, 6)),
        ("bytes=,,5-6,", 1000, ByteRange(5, 6)),
        # Several that do not, and many.
        ("bytes=0-1,3-4", 1000, WHOLE),
        ("bytes=0-0,-1", 1000, WHOLE),
        (f"bytes={TOO_MANY}", 1000, WHOLE),
        # Malformed, and so ignored.
        ("", 1000, WHOLE),
        ("bytes", 1000, WHOLE),
        ("bytes=", 1000, WHOLE),
        ("bytes=,", 1000, WHOLE),
        ("bytes=-", 1000, WHOLE),
        ("bytes=--5", 1000, WHOLE),
        ("bytes=5", 1000, WHOLE),
        ("bytes=5-4", 1000, WHOLE),
        ("bytes=0-1,5-4", 1000, WHOLE),
        ("bytes=1-2-3", 1000, WHOLE),
        ("bytes=1 -2", 1000, WHOLE),
        ("bytes=a-b", 1000, WHOLE),
        ("bytes=+1-2", 1000, WHOLE),
        ("bytes=0x1-0x2", 1000, WHOLE),
        ("bytes=1.0-2", 1000, WHOLE),
        ("bytes=1_0-20", 1000, WHOLE),
        ("bytes=\u0660-\u0669", 1000, WHOLE),
        ("bytes=0-9\n", 1000, WHOLE),
        ("bytes 0-9", 1000, WHOLE),
        ("bytes =0-9", 1000, WHOLE),
        ("items=0-9", 1000, WHOLE),
        ("seconds=1-2", 1000, WHOLE),
        # Numbers beyond all reason.
        ("bytes=0-" + "9" * 500, 1000, ByteRange(0, 999)),
        ("bytes=" + "9" * 500 + "-", 1000, NONE),
        ("bytes=-" + "9" * 500, 1000, ByteRange(0, 999)),
        ("bytes=" + "0" * 500 + "-1", 1000, ByteRange(0, 1)),
        ("bytes=" + "9" * 10**6 + "-", 1000, WHOLE),
        ("bytes=" + "0-0," * 10**5, 1000, WHOLE),
    ],
)
def test_a_range_is_resolved(header: str | None, size: int, expected: WholeBody | ByteRange | Unsatisfiable) -> None:
    assert resolve_range(header, size) == expected


@given(
    st.text("bytes=0123456789-, ") | st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True),
    st.integers(0, 999),
)
def test_a_resolved_range_lies_within_the_body(header: str, size: int) -> None:
    found = resolve_range(header, size)
    if isinstance(found, ByteRange):
        assert 0 <= found.start <= found.end < size
        assert found.length == len(range(size)[found.start : found.end + 1])


def test_a_content_range_is_written_for_206_and_416() -> None:
    assert content_range(ByteRange(5, 9), 1000) == "bytes 5-9/1000"
    assert content_range(NONE, 1000) == "bytes */1000"


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        (None, True),
        ('"v1"', True),
        (' "v1" ', True),
        ('"v2"', False),
        ('W/"v1"', False),
        ("v1", False),
        ("*", False),
        ("", False),
        ('"v1", "v2"', False),
        ("Fri, 20 Nov 2026 10:15:12 GMT", True),
        ("Fri, 20 Nov 2026 10:15:13 GMT", False),
        ("Fri, 20 Nov 2026 10:15:11 GMT", False),
        ("Friday, 20-Nov-26 10:15:12 GMT", False),
    ],
)
def test_if_range_holds_only_for_exactly_this_version(header: str | None, holds: bool) -> None:
    modified = datetime(2026, 11, 20, 10, 15, 12, 345_000, tzinfo=UTC)
    assert if_range_holds(header, etag='"v1"', last_modified=modified) is holds


def test_a_weak_etag_never_holds_strongly() -> None:
    assert not if_range_holds('W/"v1"', etag='W/"v1"', last_modified=datetime(2026, 11, 20, tzinfo=UTC))
    assert not if_match_holds('W/"v1"', 'W/"v1"')


@pytest.mark.parametrize(
    ("header", "weakly", "strongly"),
    [
        ('"v1"', True, True),
        ('W/"v1"', True, False),
        ('"v0", "v1"', True, True),
        ('"v0",W/"v1" , "v2"', True, False),
        (', "v1",,', True, True),
        ('"a,b", "v1"', True, True),
        (" * ", True, True),
        ('"v2"', False, False),
        ('"V1"', False, False),
        ('""', False, False),
        ("v1", False, False),
        ('"v1', False, False),
        ('"v1" "v1"', False, False),
        ('*, "v1"', False, False),
        ('w/"v1"', False, False),
        ("", False, False),
        ('"v1"' + ", " * 10**5, False, False),
        ('"v1"' + " ,  " * 1000 + "x", False, False),
    ],
)
def test_etag_lists_are_compared(header: str, weakly: bool, strongly: bool) -> None:
    assert if_none_match_hits(header, '"v1"') is weakly
    assert if_match_holds(header, '"v1"') is strongly


def test_without_a_precondition_all_goes_on() -> None:
    assert not if_none_match_hits(None, '"v1"')
    assert if_match_holds(None, '"v1"')
