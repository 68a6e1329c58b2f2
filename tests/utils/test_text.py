"""What a message quotes is short and printable."""

import pytest

from utils.text import quoted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("film.mp4", '"film.mp4"'),
        ("日本語", '"日本語"'),
        ("a\x00b\n\ud800\u202e", '"a\\u0000b\\u000a\\ud800\\u202e"'),
        ("x" * 10**6, '"' + "x" * 63 + '…"'),
    ],
)
def test_quoted_text_is_clipped_and_printable(text: str, shown: str) -> None:
    assert quoted(text) == shown
