"""What the description says of texts is what the checks of those texts say."""

import re
from base64 import b64encode
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routes.http.api_versions import spellings
from services.uploads.block_ids import check_block_ids
from utils.digests import parse_expected_digests
from utils.patterns import (
    BLOCK_ID,
    CONTENT_DIGEST,
    PLAIN,
    SOMETHING_VISIBLE,
    TAG,
    UPLOAD_CHECKSUM,
    UPLOAD_CONCAT,
    UPLOAD_METADATA,
    filename,
)
from utils.text import has_unsafe_characters
from utils.tus import parse_checksum, parse_concat, parse_metadata
from utils.validators import check_extension, clean_filename, clean_tags, clean_title

ENDINGS = frozenset({"mp4", "3gp"})


def check_filename(name: str) -> object:
    return check_extension(clean_filename(name), ENDINGS)


def check_plain(text: str) -> None:
    if has_unsafe_characters(text):
        raise ValueError("It is not plain.")


TAKEN: dict[str, tuple[str, Callable[[str], object]]] = {
    "title": (SOMETHING_VISIBLE, lambda text: clean_title(text[:100])),
    "plain": (PLAIN, check_plain),
    "tag": (TAG, lambda text: clean_tags([text[:25]])),
    "block id": (BLOCK_ID, lambda text: check_block_ids([text])),
    "filename": (filename(ENDINGS), check_filename),
    "checksum": (UPLOAD_CHECKSUM, parse_checksum),
    "digest": (CONTENT_DIGEST, lambda text: parse_expected_digests(content_digest=text)),
    "concat": (UPLOAD_CONCAT, lambda text: parse_concat(text, collections=spellings("/api/uploads"))),
}
REFUSED = {
    "title": ["", " ", "\t\n", "\x00", "\u2028", "\ufeff"],
    "plain": ["a\x00", "a\nb", "\u202e", "\ufeff"],
    "tag": ["", " ", "a,b", "a\x00b", "a\u202eb"],
    "block id": ["", "A", "AB", "AA=", "AB==", "A" * 92, "Ä" * 4, "AA==\n"],
    "filename": ["", "mp4", "film", "film.mp5", "film.mp4 x", "film.mp4/"],
    "checksum": ["", "sha1", "sha1 ", "sha1 AAAA", "sha512 " + "A" * 86 + "==", "crc32 AAAAAA="],
    "digest": ["sha-256=AAAA", "sha-256=:AAAA:", "sha-256=", "?"],
    "concat": ["", "final;", "parts", "final;http://", "final;/api/uploads/a/b"],
}


@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_described_is_taken(kind: str) -> None:
    pattern, check = TAKEN[kind]

    @settings(max_examples=50, deadline=None)
    @given(st.from_regex(re.compile(pattern), fullmatch=pattern.startswith("^")))
    def each(text: str) -> None:
        # In JSON Schema `$` is the very end, in Python a line break may follow.
        if not text.endswith("\n"):
            check(text if kind not in {"title", "tag"} or re.search(pattern, text[:25]) else "seen")

    each()


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in REFUSED.items() for text in texts])
def test_what_is_not_described_is_refused(kind: str, text: str) -> None:
    pattern, check = TAKEN[kind]
    assert not re.search(pattern.replace("$", r"\Z"), text)
    with pytest.raises(ValueError, match=r"\w"):
        check(text)


@given(st.dictionaries(st.from_regex(r"[a-z]+", fullmatch=True), st.text(max_size=50), min_size=1, max_size=4))
def test_metadata_as_clients_send_it_is_described(metadata: dict[str, str]) -> None:
    header = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in metadata.items())
    assert re.search(UPLOAD_METADATA, header)
    assert parse_metadata(header) == metadata
