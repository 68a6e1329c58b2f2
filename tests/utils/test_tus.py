"""The headers of tus 1.0.0 are read strictly."""

import base64
import hashlib
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.tus import (
    CHECKSUM_ALGORITHMS,
    Final,
    InvalidTusHeader,
    Partial,
    UnsupportedTusVersion,
    check_version,
    parse_announced_length,
    parse_checksum,
    parse_concat,
    parse_metadata,
    parse_upload_length,
    parse_upload_offset,
)

BODY = b"the bytes of one request"


def encoded(value: bytes | str) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(InvalidTusHeader) as refused:
        call()
    message = str(refused.value)
    assert len(message) < 250
    return message


def test_only_the_one_version_is_spoken() -> None:
    check_version("1.0.0")
    for other in (None, "", "1.0", "1.0.0 ", "0.2.2", "x" * 10**6):
        with pytest.raises(UnsupportedTusVersion) as refused:
            check_version(other)
        assert len(str(refused.value)) < 200


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("5497558138880", 5 << 40), ("9" * 18, 10**18 - 1)])
def test_whole_numbers_are_read(text: str, number: int) -> None:
    assert parse_upload_length(text) == number
    assert parse_upload_offset(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "1_000", "\u0661", "²", "1\n", "9" * 19, "1" * 10**6],
)
def test_anything_but_a_whole_number_is_refused(text: str) -> None:
    assert "Upload-Length" in refusal(lambda: parse_upload_length(text))
    assert "Upload-Offset" in refusal(lambda: parse_upload_offset(text))


def test_an_offset_must_be_there() -> None:
    assert "missing" in refusal(lambda: parse_upload_offset(None))


def test_a_creation_names_its_length_now_or_later() -> None:
    assert parse_announced_length(upload_length="12", defer_length=None) == 12
    assert parse_announced_length(upload_length=None, defer_length="1") is None


@pytest.mark.parametrize(
    ("upload_length", "defer_length"),
    [(None, None), ("12", "1"), (None, "0"), (None, ""), (None, "true"), ("-1", None)],
)
def test_a_creation_that_leaves_its_length_open_is_refused(upload_length: str | None, defer_length: str | None) -> None:
    refusal(lambda: parse_announced_length(upload_length=upload_length, defer_length=defer_length))


@pytest.mark.parametrize(
    ("header", "metadata"),
    [
        (None, {}),
        ("", {}),
        (f"filename {encoded('Été 🎬.mp4')}", {"filename": "Été 🎬.mp4"}),
        (f"filename {encoded('a.mp4')},is_confidential", {"filename": "a.mp4", "is_confidential": ""}),
        (f"a {encoded('1')}, b {encoded('2')} ,c ", {"a": "1", "b": "2", "c": ""}),
        (f"key=+;! {encoded('x')}", {"key=+;!": "x"}),
    ],
)
def test_metadata_is_read(header: str | None, metadata: dict[str, str]) -> None:
    assert parse_metadata(header) == metadata


@pytest.mark.parametrize(
    "header",
    [
        "a YQ==,a YQ==",
        "a,a",
        "a YQ",
        "a Y Q==",
        "a YQ==\n",
        "a Y*Q=",
        "a -_-_",
        "a é",
        ",",
        "a YQ==,",
        ",a YQ==",
        "é YQ==",
        "a\tb",
        f"a {encoded(bytes([255]))}",
        f"a {encoded(bytes(64 * 1024))}",
        "a" * 10**6,
    ],
)
def test_metadata_that_is_not_strictly_right_is_refused(header: str) -> None:
    assert "Upload-Metadata" in refusal(lambda: parse_metadata(header))


KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=","), min_size=1, max_size=20)


@given(st.dictionaries(KEYS, st.text(max_size=50), max_size=8))
def test_metadata_written_by_a_client_comes_back(metadata: dict[str, str]) -> None:
    header = ",".join(f"{key} {encoded(value)}" for key, value in metadata.items())
    assert parse_metadata(header) == metadata


def digest(algorithm: str, data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big") if algorithm == "crc32" else hashlib.new(algorithm, data).digest()


@pytest.mark.parametrize("algorithm", CHECKSUM_ALGORITHMS)
def test_a_checksum_matches_its_bytes_and_no_others(algorithm: str) -> None:
    for data, matches in ((BODY, True), (BODY + b"!", False), (b"", False)):
        checksum = parse_checksum(f"{algorithm} {encoded(digest(algorithm, BODY))}")
        assert checksum is not None
        for at in range(0, len(data), 5):
            checksum.update(memoryview(data)[at : at + 5])
        assert checksum.matches() is matches


def test_a_known_crc32_is_big_endian() -> None:
    checksum = parse_checksum(f"crc32 {encoded(bytes.fromhex('cbf43926'))}")
    assert checksum is not None
    checksum.update(b"123456789")
    assert checksum.matches()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha1",
        "sha1 ",
        f"SHA1 {encoded(bytes(20))}",
        f"sha512 {encoded(bytes(64))}",
        f"sha1 {encoded(bytes(19))}",
        f"sha1  {encoded(bytes(20))}",
        f"sha1 {bytes(20).hex()}",
        "sha1 ****",
        f"shake_128 {encoded(bytes(16))}",
        "x" * 10**6,
        "md5 " + "A" * 10**6,
    ],
)
def test_a_checksum_that_cannot_be_checked_is_refused(header: str) -> None:
    assert "Upload-Checksum" in refusal(lambda: parse_checksum(header))


def test_without_a_checksum_nothing_is_checked() -> None:
    assert parse_checksum(None) is None


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        (None, None),
        ("partial", Partial()),
        ("final;/api/uploads/a /api/uploads/b", Final(("a", "b"))),
        (
            "final; https://host.example/api/uploads/a-1_Z  http://other/api/uploads/a-1_Z",
            Final(("a-1_Z", "a-1_Z")),
        ),
        ("final;a b", Final(("a", "b"))),
        ("final;/api/v1/uploads/a /api/uploads/b", Final(("a", "b"))),
    ],
)
def test_concatenation_names_its_pieces(header: str | None, asked: Partial | Final | None) -> None:
    assert parse_concat(header, collections=["/api/uploads", "/api/v1/uploads"]) == asked
    assert parse_concat(header, collections=["/api/v1/uploads/", "/api/uploads/"]) == asked


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Partial",
        "partial;",
        "final",
        "final;",
        "final; ",
        "final;/api/videos/a",
        "final;/a",
        "final;/api/uploads/",
        "final;/api/uploads/a/b",
        "final;/api/v1/uploads/a",
        "final;/api/uploads//api/uploads/a",
        "final;/api/uploads/../videos/a",
        "final;/api/uploads/%2e%2e",
        "final;..",
        "final;/api/uploads/é",
        "final;http://[/api/uploads/a",
        "final;/api/uploads/" + "a" * 129,
        "final;" + "/api/uploads/a " * 10**5,
    ],
)
def test_concatenation_of_anything_else_is_refused(header: str) -> None:
    assert "Upload-Concat" in refusal(lambda: parse_concat(header, collections=["/api/uploads"]))
