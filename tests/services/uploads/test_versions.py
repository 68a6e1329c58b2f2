"""Old and new processes run side by side: each reads what the other has written, and keeps what it does not know."""

import json
from dataclasses import replace
from typing import Any

from services.library.form_commits import FormRecord, FormState
from services.uploads.direct_records import PendingState, PendingUpload
from services.uploads.resumable.record import UploadRecord
from services.uploads.uploads import Draft
from services.videos.metadata import VideoMetadata

# As the version before wrote them, letter by letter.
NAME = "20261120T101512345Z_3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f_film.mp4"
METADATA = (
    '{"original_name": "film.mp4", "title": "film", "tags": [], "sha256": null, "content_etag": "e", "upload_id": "u",'
    ' "uploaded_at": "2026-11-20T10:15:12.345Z", "door": "tus", "deleted_at": null}'
)
RESUMABLE = (
    '{"id": "a1", "kind": "whole", "draft": {"name": "' + NAME + '", "metadata": ' + METADATA + "},"
    ' "length": 8, "metadata_header": "filename ZmlsbS5tcDQ=", "pieces": [], "expires_at": "2026-11-21T10:15:12.345Z",'
    ' "offset": 3, "segments": [{"generation": 1, "start": 0}], "blocks": 0, "provisional": false,'
    ' "holder": {"token": "t", "silent": false}, "head": "666f6f", "sha256": null, "finished": false}\nfoo'
).encode()
DIRECT = (
    '{"draft": {"name": "' + NAME + '", "metadata": ' + METADATA + "},"
    ' "size": 8, "client_ip": null, "expires_at": "2026-11-21T10:15:12.345Z", "state": "checked"}'
).encode()
FORM = b'{"names": ["a.mp4", "b.mp4"], "state": "open"}'


def json_of(record: bytes) -> dict[str, Any]:
    """The record's first line."""
    values: dict[str, Any] = json.loads(record.partition(b"\n")[0])
    return values


def of_the_next_version(record: bytes) -> bytes:
    """The record with a field at every level that this version has never heard of."""
    line, end, tail = record.partition(b"\n")
    values = json.loads(line) | {"shade": {"hue": 1}}
    if "draft" in values:
        values["draft"]["shade"] = "green"
        values["draft"]["metadata"]["owner_of_tomorrow"] = "ada"
    if values.get("holder"):
        values["holder"]["since"] = 5
    return json.dumps(values).encode() + end + tail


def holds(whole: Any, part: Any) -> bool:
    """Whether all of the part is in the whole, at every level."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and holds(whole[name], part[name]) for name in part)
    return bool(whole == part)


def test_records_of_the_version_before_are_read_and_written_so_that_it_can_read_them() -> None:
    upload, pending = UploadRecord.from_bytes(RESUMABLE), PendingUpload.from_bytes(DIRECT)
    form = FormRecord.from_bytes(FORM)
    assert (upload.offset, upload.tail, upload.head, upload.draft.metadata.title) == (3, b"foo", b"foo", "film")
    assert (pending.state, pending.size, pending.draft.name) == (PendingState.CHECKED, 8, NAME)
    assert (form.state, form.names) == (FormState.OPEN, ("a.mp4", "b.mp4"))
    assert json_of(upload.to_bytes()) == json_of(RESUMABLE)
    assert upload.to_bytes().endswith(b"\nfoo")
    assert json_of(form.to_bytes()) == json_of(FORM)
    written = json_of(pending.to_bytes())
    assert holds(written, json_of(DIRECT))
    # It refuses fields that it does not know, except in the draft.
    assert written.keys() == json_of(DIRECT).keys()
    assert written["draft"]["metadata"].keys() == json_of(DIRECT)["draft"]["metadata"].keys()


def test_what_a_newer_version_has_written_is_read_and_written_back() -> None:
    for kind, record in ((UploadRecord, RESUMABLE), (PendingUpload, DIRECT), (FormRecord, FORM)):
        newer = of_the_next_version(record)
        read = kind.from_bytes(newer)
        assert holds(json_of(read.to_bytes()), json_of(newer)), kind
        assert read == kind.from_bytes(read.to_bytes())


def test_a_field_that_a_newer_version_gave_an_upload_goes_into_the_video_that_this_one_commits() -> None:
    upload = UploadRecord.from_bytes(of_the_next_version(RESUMABLE))
    assert upload.draft.metadata.to_blob()["owner_of_tomorrow"] == "ada"
    assert upload.draft.metadata.to_blob()["title"] == "film"


def test_a_field_that_the_first_versions_refuse_stands_where_they_do_not_look() -> None:
    draft = UploadRecord.from_bytes(RESUMABLE).draft
    newer = replace(draft, metadata=replace(draft.metadata, others={"owner_of_tomorrow": "ada"}))
    assert newer.to_record()["metadata"] == draft.to_record()["metadata"]
    assert Draft.from_record(newer.to_record()) == newer


def test_what_a_record_lacks_has_a_default() -> None:
    upload = UploadRecord.from_bytes(
        b'{"id": "a", "draft": {"name": "x.mp4"}, "expires_at": "2026-11-21T10:15:12.345Z"}\n'
    )
    assert (upload.kind, upload.offset, upload.holder) == ("whole", 0, None)
    assert upload.draft.metadata.original_name == "video"
    assert FormRecord.from_bytes(b'{"names": ["a.mp4"]}').state is FormState.OPEN
    sparse = b'{"draft": {"name": "x.mp4", "metadata": {}}, "size": 1, "expires_at": "2026-11-21T10:15:12.345Z"}'
    assert PendingUpload.from_bytes(sparse).state is PendingState.OPEN


def test_metadata_survive_a_record_unchanged() -> None:
    metadata = VideoMetadata.from_record(json.loads(METADATA))
    assert VideoMetadata.from_record(metadata.to_record()) == metadata
