import pytest

from utils.urls import can_be_split


@pytest.mark.parametrize(
    ("url", "can"),
    [
        ("https://films.example/a?b#c", True),
        ("http://[::1]:8000/", True),
        ("", True),
        ("http://[", False),
        ("https://[films.example/", False),
        ("https://films.example]/", False),
    ],
)
def test_what_has_parts_is_told_from_what_has_none(url: str, can: bool) -> None:
    assert can_be_split(url) is can
