"""Whose a video is, in its blob's metadata and in the records of uploads: read by versions before and after."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.actors.policy import Visibility
from services.uploads.direct_records import PendingUpload
from services.uploads.resumable.record import UploadRecord
from services.uploads.uploads import Draft
from services.videos.metadata import VideoMetadata

NOW = datetime(2026, 11, 20, 10, 15, 12, 345000, tzinfo=UTC)
BEFORE: dict[str, Any] = {
    "original_name": "Film.mp4",
    "title": "film",
    "tags": [],
    "sha256": None,
    "content_etag": None,
    "upload_id": "1",
    "uploaded_at": "2026-11-20T10:15:12.345Z",
    "door": "tus",
    "deleted_at": None,
}
"""The metadata in a record of the version before owners: it refuses a record that has more in there."""
OWNED = VideoMetadata(
    original_name="Film.mp4",
    title="film",
    upload_id="1",
    uploaded_at=NOW,
    door="tus",
    owner="amina",
    visibility=Visibility.PRIVATE,
    collections=("c1", "c2"),
)


def read(metadata: dict[str, str]) -> VideoMetadata:
    return VideoMetadata.from_blob(metadata, name="film.mp4", created=NOW)


def test_what_a_blob_says_of_its_owner_comes_back() -> None:
    assert read(OWNED.to_blob()) == OWNED


def test_what_existed_before_belongs_to_the_system_and_the_team() -> None:
    before = VideoMetadata(original_name="Film.mp4", title="film", uploaded_at=NOW).to_blob()
    assert not {"owner", "visibility", "collections"} & before.keys()
    found = read(before)
    assert (found.owner, found.visibility, found.collections) == ("system", Visibility.TEAM, ())


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"owner": "a b"}, ("system", Visibility.TEAM, ())),
        ({"owner": "%0Aamina"}, ("system", Visibility.TEAM, ())),
        ({"visibility": "secret"}, ("system", Visibility.PRIVATE, ())),
        ({"collections": "c1,,a%20b,c2"}, ("system", Visibility.TEAM, ("c1", "c2"))),
    ],
)
def test_what_cannot_be_meant_opens_nothing(stored: dict[str, str], expected: tuple[object, ...]) -> None:
    found = read(stored)
    assert (found.owner, found.visibility, found.collections) == expected


def test_the_version_before_finds_nothing_in_the_metadata_that_it_does_not_know() -> None:
    record = UploadRecord(id="1", draft=Draft(name="n", metadata=OWNED), length=1, expires_at=NOW)
    pending = PendingUpload(draft=Draft(name="n", metadata=OWNED), size=1, client_ip=None, expires_at=NOW)
    for one in (record, pending):
        assert _json(one.to_bytes())["draft"]["metadata"].keys() == BEFORE.keys()
        assert type(one).from_bytes(one.to_bytes()) == one


def test_records_of_the_version_before_and_of_a_later_one_are_read() -> None:
    found = Draft.from_record({"name": "n", "metadata": dict(BEFORE)}).metadata
    assert (found.owner, found.visibility, found.collections) == ("system", Visibility.TEAM, ())
    later = {"owner": "amina", "visibility": "link", "collections": ["c1"]}
    found = Draft.from_record({"name": "n", "metadata": BEFORE, "later": later}).metadata
    assert (found.owner, found.visibility, found.collections) == ("amina", Visibility.PRIVATE, ("c1",))


def _json(content: bytes) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(content.partition(b"\n")[0])
    return values
