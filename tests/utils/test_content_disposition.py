"""A download is named safely, whatever the file is called."""

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.content_disposition import content_disposition


@pytest.mark.parametrize(
    ("filename", "fallback", "extended"),
    [
        ("film.mp4", "film.mp4", "film.mp4"),
        ("Holiday Film.mp4", "Holiday Film.mp4", "Holiday%20Film.mp4"),
        ("été.mp4", "ete.mp4", "%C3%A9t%C3%A9.mp4"),
        ("日本語.mp4", "download.mp4", "%E6%97%A5%E6%9C%AC%E8%AA%9E.mp4"),
        ("日本語", "download", "%E6%97%A5%E6%9C%AC%E8%AA%9E"),
        ('a"b\\c%41.mp4', "a_b_c_41.mp4", "a%22b%5Cc%2541.mp4"),
        ("a\r\nX-Evil: 1.mp4", "a__X-Evil: 1.mp4", "a%0D%0AX-Evil%3A%201.mp4"),
        ("a'(b)*.mp4", "a'(b)*.mp4", "a%27%28b%29%2A.mp4"),
        ("half\ud800.mp4", "half.mp4", "half%3F.mp4"),
        ("", "download", ""),
    ],
)
def test_a_name_is_offered_in_ascii_and_in_utf8(filename: str, fallback: str, extended: str) -> None:
    assert content_disposition(filename) == f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{extended}"


def test_content_may_be_shown_in_place() -> None:
    assert content_disposition("a.mp4", inline=True).startswith("inline; ")


@given(st.text())
def test_the_header_is_one_plain_line_from_which_the_name_comes_back(filename: str) -> None:
    header = content_disposition(filename)
    assert header.isascii()
    assert header.isprintable()
    assert unquote(header.rpartition("''")[2]) == filename
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
