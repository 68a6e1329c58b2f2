"""A record that is full can be put into the trash and taken out again, and people lose nothing of what they wrote."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.videos.blob_names import new_blob_name
from services.videos.direct_upload_names import new_seal
from services.videos.metadata import MAX_METADATA_BYTES, InvalidMetadata, VideoMetadata, metadata_size
from services.videos.metadata_room import fitted
from utils.validators import clean_tags, clean_title

NOW = datetime(2026, 11, 20, 10, 15, 12, 345_000, tzinfo=UTC)
TITLES = st.text(max_size=60).map(lambda text: f"t{text}")
TAGS = st.lists(st.text("äß字🎬 x-", max_size=20).map(lambda text: f"#{text}"), max_size=5)
MARK = len("deleted_at") + len("2026-11-20T10%3A15%3A12.345Z")


def test_a_new_record_leaves_room_for_the_mark_of_the_trash() -> None:
    def record(size: int) -> VideoMetadata:
        return VideoMetadata(original_name="a.mp4", title="x" * size, uploaded_at=NOW)

    room = MAX_METADATA_BYTES - metadata_size(record(1).to_blob()) + 1
    full = record(room - MARK)
    assert metadata_size(full.to_blob()) == MAX_METADATA_BYTES - MARK
    with pytest.raises(InvalidMetadata, match="Shorten"):
        record(room - MARK + 1).to_blob()
    with pytest.raises(InvalidMetadata, match="Shorten"):
        record(room - MARK + 1).written_over({})
    replace(full, deleted_at=NOW).to_blob()


def full_blob(fields: dict[str, str]) -> dict[str, str]:
    """Metadata that fills the limit to its last byte, with a field that others have written."""
    return fields | {"notes": "y" * (MAX_METADATA_BYTES - metadata_size(fields) - len("notes"))}


UPLOADED = VideoMetadata(
    original_name="Holiday Film.mp4",
    title="Grüße",
    tags=("sea", "summer"),
    sha256="0f" * 32,
    content_etag="e" * 32,
    upload_id="u" * 32,
    uploaded_at=NOW,
    door="put",
)


def _seen(video: VideoMetadata) -> VideoMetadata:
    """What people see of a video."""
    return replace(video, door=None, upload_id=None)


@pytest.mark.parametrize(
    "written",
    [
        UPLOADED,
        replace(UPLOADED, door=None),
        VideoMetadata(original_name="My_Film.mp4", title="My Film", content_etag="e" * 32, uploaded_at=NOW),
        VideoMetadata(original_name="a.mp4", title="b", content_etag="e" * 32, uploaded_at=NOW - timedelta(days=1)),
    ],
    ids=["uploaded", "without a door", "adopted", "nothing to spare"],
)
def test_a_record_that_is_full_can_be_marked_and_unmarked(written: VideoMetadata) -> None:
    before = full_blob(written.to_blob())
    marked = fitted(replace(written, deleted_at=NOW), before, name="My_Film.mp4", created=NOW)
    assert metadata_size(marked) <= MAX_METADATA_BYTES
    found = VideoMetadata.from_blob(marked, name="My_Film.mp4", created=NOW)
    assert _seen(found) == _seen(replace(written, deleted_at=NOW))
    unmarked = fitted(replace(found, deleted_at=None), marked, name="My_Film.mp4", created=NOW)
    again = VideoMetadata.from_blob(unmarked, name="My_Film.mp4", created=NOW)
    assert _seen(again) == _seen(written)
    assert "content_etag" in unmarked


def test_the_seal_of_a_direct_upload_is_never_shed() -> None:
    before = full_blob(replace(UPLOADED, door=None).to_blob())
    sealed = new_blob_name("a.mp4", now=NOW, token=new_seal().token)
    marked = fitted(replace(UPLOADED, door=None, deleted_at=NOW), before, name=sealed, created=NOW)
    assert marked["upload_id"] == "u" * 32
    assert metadata_size(marked) <= MAX_METADATA_BYTES


@given(TITLES, TAGS, st.integers(0, MARK + 10))
def test_marking_never_fails_and_never_loses_what_people_wrote(title: str, tags: list[str], spare: int) -> None:
    written = replace(UPLOADED, title=clean_title(title), tags=clean_tags(tags))
    before = full_blob(written.to_blob())
    before["notes"] = before["notes"][: len(before["notes"]) - spare]
    marked = fitted(replace(written, deleted_at=NOW), before, name="x.mp4", created=NOW)
    found = VideoMetadata.from_blob(marked, name="x.mp4", created=NOW)
    assert (found.title, found.tags, found.original_name) == (written.title, written.tags, written.original_name)
