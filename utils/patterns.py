"""Patterns of texts, as JSON Schema has them: what they allow is what the checks beside it take."""

from collections.abc import Collection

from utils.validators import MAX_NAME

_UNSAFE = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
_MOST_BEFORE_THE_DOT = MAX_NAME - 1 - 10  # An extension has at most 10 letters.
_FOUR = "[A-Za-z0-9+/]{4}"
# How many letters a group of base64 has before its padding, and which of them leave no bit over.
_OF_TWO, _OF_ONE = "[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=", "[A-Za-z0-9+/][AQgw]=="

SOMETHING_VISIBLE = rf"[^\s{_UNSAFE}]"
"""Not only white space, and not only what is dropped."""

PLAIN = rf"^[^{_UNSAFE}]*$"
"""On one line, and nothing that is dropped."""

LANGUAGE = "^(?:[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3})?$"
"""A language as BCP 47 writes it, or nothing."""

TAG = rf"^[^,{_UNSAFE}]*[^\s,{_UNSAFE}][^,{_UNSAFE}]*$"
"""Something visible, and neither a comma nor what breaks lines."""

BLOCK_ID = f"^(?:(?:{_FOUR}){{0,20}}(?:{_FOUR}|{_OF_TWO})|(?:{_FOUR}){{0,21}}{_OF_ONE})$"
"""Base64 of 1 to 64 bytes."""

CURSOR = "^[A-Za-z0-9_-]*$"
"""As a cursor looks; only the server can make one. An empty one is the beginning."""

_CRC32 = f"{_FOUR}{_OF_ONE}"
_MD5 = f"(?:{_FOUR}){{5}}{_OF_ONE}"
_SHA1 = f"(?:{_FOUR}){{6}}{_OF_TWO}"
_SHA256 = f"(?:{_FOUR}){{10}}{_OF_TWO}"
_SHA512 = f"(?:{_FOUR}){{21}}{_OF_ONE}"

UPLOAD_CHECKSUM = f"^(?:sha1 {_SHA1}|sha256 {_SHA256}|md5 {_MD5}|crc32 {_CRC32})$"
"""One of tus' checksums."""

CONTENT_DIGEST = f"^(?:sha-256=:{_SHA256}:|sha-512=:{_SHA512}:|md5=:{_MD5}:)$"
"""One digest of RFC 9530; several, with commas between, are read too."""

_UPLOAD = r"(?:/api/(?:v1/)?uploads/)?[A-Za-z0-9_-]{1,128}"
UPLOAD_CONCAT = f"^(?:partial|final;{_UPLOAD}(?: {_UPLOAD})*)$"
"""A piece of a later upload, or the pieces that one is made of."""

UPLOAD_METADATA = (
    rf"^[!-+\--~]+ (?:{_FOUR})*(?:{_OF_TWO}|{_OF_ONE})?(?:,[!-+\--~]+ (?:{_FOUR})*(?:{_OF_TWO}|{_OF_ONE})?)*$"
)


def filename(extensions: Collection[str]) -> str:
    """Names of files that end in one of these extensions, in any case, and are surely short enough."""
    endings = "|".join(
        "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in each)
        for each in sorted(extensions)
    )
    return rf"^[^/\\{_UNSAFE}]{{0,{_MOST_BEFORE_THE_DOT}}}\.(?:{endings})$"
