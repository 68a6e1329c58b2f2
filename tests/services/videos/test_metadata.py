"""What a blob's metadata says comes back as it went in, whatever the script."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.videos.metadata import (
    MAX_METADATA_BYTES,
    InvalidMetadata,
    VideoMetadata,
    decode_metadata,
    encode_metadata,
)
from utils.timestamps import utc_milliseconds
from utils.validators import clean_filename, clean_tags, clean_title

NOW = datetime(2026, 11, 20, 10, 15, 12, 345_000, tzinfo=UTC)
NAMES = st.text(min_size=1, max_size=60).map(lambda text: "n" + text.replace("/", "").replace("\\", "") + ".mp4")
TITLES = st.text(max_size=60).map(lambda text: f"t{text}")
TAGS = st.lists(st.text("äß字🎬 x-", max_size=20).map(lambda text: f"#{text}"), max_size=5)
TOKENS = st.none() | st.text("abcdef0123456789-\"'", min_size=1, max_size=40)


@given(st.dictionaries(st.from_regex(r"[a-z_][a-z0-9_]{0,20}", fullmatch=True), st.text(max_size=60), max_size=6))
def test_fields_of_every_script_survive_a_round_trip(fields: dict[str, str]) -> None:
    encoded = encode_metadata(fields)
    assert decode_metadata(encoded) == fields
    assert all(re.fullmatch(r"[A-Za-z0-9%._~-]*", value) for value in encoded.values())


@pytest.mark.parametrize("name", ["", "two words", "1st", "Title", "tïtle", "a-b", "a\n"])
def test_a_field_name_that_azure_or_a_proxy_would_change_is_refused(name: str) -> None:
    with pytest.raises(InvalidMetadata):
        encode_metadata({name: "x"})


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidMetadata, match="title"):
        encode_metadata({"title": "half \ud83d"})


def test_metadata_may_fill_azure_s_limit_and_not_pass_it() -> None:
    encode_metadata({"title": "x" * (MAX_METADATA_BYTES - 5)})
    with pytest.raises(InvalidMetadata, match="Shorten"):
        encode_metadata({"title": "x" * (MAX_METADATA_BYTES - 4)})


@given(NAMES, TITLES, TAGS, TOKENS, st.datetimes(timezones=st.just(UTC)))
def test_a_video_comes_back_as_it_was_written(
    name: str, title: str, tags: list[str], token: str | None, moment: datetime
) -> None:
    written = VideoMetadata(
        original_name=clean_filename(name),
        title=clean_title(title),
        tags=clean_tags(tags),
        sha256="0f" * 32 if token else None,
        content_etag=token,
        upload_id=token,
        uploaded_at=utc_milliseconds(moment),
        door=token,
    )
    assert VideoMetadata.from_blob(written.to_blob(), name="other.mp4", created=NOW) == written


def test_the_longest_name_with_the_title_made_from_it_fits() -> None:
    name = "🎬" * 251 + ".mp4"
    written = VideoMetadata(original_name=name, title=name[:200], sha256="a" * 64, uploaded_at=NOW)
    assert VideoMetadata.from_blob(written.to_blob(), name="x", created=NOW) == written


def test_a_blob_without_metadata_falls_back_to_its_name_and_time() -> None:
    found = VideoMetadata.from_blob({}, name="films/My_Film.mp4", created=NOW + timedelta(microseconds=7))
    assert found == VideoMetadata(original_name="My_Film.mp4", title="My Film", uploaded_at=NOW)


@pytest.mark.parametrize(
    "metadata",
    [
        {"Title": "My Film", "Original_Name": "My_Film.mp4"},
        {"title": "\x00", "tags": ",", "sha256": "short", "uploaded_at": "yesterday"},
        {"original_name": "..", "sha256": "Z" * 64, "uploaded_at": "2026-13-01T00:00:00Z"},
        {"tags": "a," * 30 + "b" * 51, "content_etag": "", "door": ""},
        {"content_etag": "a%0D%0ASet-Cookie: b", "upload_id": "two words", "door": "x" * 129},
        {"hdi_isfolder": "true", "title": "x" * 5000},
    ],
)
def test_what_other_tools_wrote_is_cleaned_or_ignored(metadata: dict[str, str]) -> None:
    found = VideoMetadata.from_blob(metadata, name="My_Film.mp4", created=NOW)
    assert found == VideoMetadata(original_name="My_Film.mp4", title="My Film", uploaded_at=NOW)


def test_values_that_were_not_encoded_by_us_stay_as_they_are() -> None:
    assert decode_metadata({"A": "100%", "b": "%FF", "c": "caf%C3%A9"}) == {
        "a": "100%",
        "b": "%FF",
        "c": "café",
    }
