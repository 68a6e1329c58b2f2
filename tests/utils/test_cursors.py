"""Cursors are given out and taken back, and nothing else is."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.cursors import Cursor, InvalidCursor, decode_cursor, encode_cursor
from utils.text import has_unsafe_characters

TEXT = st.text(max_size=50).filter(lambda text: not has_unsafe_characters(text))


@given(TEXT, TEXT, TEXT, st.integers(0, 2**63 - 1) | TEXT, TEXT)
def test_a_cursor_survives_the_way_out_and_back(sort: str, q: str, tag: str, value: int | str, id_: str) -> None:
    cursor = Cursor(sort=sort, q=q, tag=tag, value=value, id=id_)
    text = encode_cursor(cursor)
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert decode_cursor(text) == cursor


def packed(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "%",
        "é",
        "=" * 4,
        "A" * 9000,
        packed("a text"),
        packed([]),
        packed([2, "size", "", "", 1, "id"]),
        packed([True, "size", "", "", 1, "id"]),
        packed([1, "size", "", "", True, "id"]),
        packed([1, "size", "", "", 1.5, "id"]),
        packed([1, "size", "", "", -1, "id"]),
        packed([1, "size", "", "", 2**63, "id"]),
        packed([1, "size", "", "", None, "id"]),
        packed([1, "size", "", "", 1, "id", 1]),
        packed([1, "size", "", "", 1, "id", "more", "more"]),
        packed([1, "size", "a\0b", "", 1, "id"]),
        packed([1, "title", "", "", "\ud800", "id"]),
        packed([1, "size", "", "", 1, "id"]) + "=",
        packed([1, "size", "", "", 1, "id"])[:-1],
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
        base64.urlsafe_b64encode(b'[1, "size", "", "", 1, "id"]').decode(),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(text)


@given(st.text(max_size=200))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    with contextlib.suppress(InvalidCursor):
        decode_cursor(text)
