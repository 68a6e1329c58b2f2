"""ETags are compared whatever quotes they come in."""

import pytest

from utils.etags import bare_etag, same_etag


@pytest.mark.parametrize(
    ("etag", "bare"), [('"a"', "a"), ("a", "a"), ('""', ""), ("", ""), ('"', '"'), ('W/"a"', 'W/"a"')]
)
def test_quotes_go(etag: str, bare: str) -> None:
    assert bare_etag(etag) == bare


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [('"a"', "a", True), ('"a"', '"b"', False), ('W/"a"', '"a"', False), ("A", "a", False)],
)
def test_versions_are_compared(one: str, other: str, expected: bool) -> None:
    assert same_etag(one, other) is expected
