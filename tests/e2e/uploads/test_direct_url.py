"""What somebody can do with nothing but the URL for their own upload, within its hour: nothing to the video."""

from collections.abc import Iterator

import pytest
import requests

from tests.direct import complete, everything_by, listed, permit, put, stage_all, tell
from tests.server import Server, eventually, running_server
from tests.videos import mp4

CONTENT = mp4(5120)
PAGE = b"<!doctype html><script>alert(1)</script>".ljust(5120)


@pytest.fixture(scope="module")
def server(azurite: str) -> Iterator[Server]:
    """A server whose trash is emptied at once."""
    with running_server(azurite, upload_block_mb=1, trash_days=0) as running:
        # A new server makes its index by itself, and a command that makes it again would be refused meanwhile.
        eventually(lambda: "housekeeping: drift" in running.log, patience=60)
        yield running


def completed(server: Server, permitted: dict[str, str]) -> dict[str, str]:
    answer = complete(permitted)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def uploaded(server: Server) -> tuple[dict[str, str], dict[str, str]]:
    permitted = permit(server, len(CONTENT))
    assert put(permitted["upload_url"], CONTENT).ok
    return permitted, completed(server, permitted)


def metadata_seen_by_readers(server: Server, video: dict[str, str]) -> dict[str, str]:
    access = requests.get(f"{server.url}/api/videos/{video['id']}/access-url?direct=true", timeout=30).json()
    headers = requests.head(access["url"], timeout=30).headers
    return {name: value for name, value in headers.items() if name.lower().startswith("x-ms-meta-")}


def assert_untouched(server: Server, video: dict[str, str]) -> None:
    shown = requests.get(f"{server.url}/api/videos/{video['id']}", timeout=30).json()
    assert shown["status"] == "ready"
    played = requests.get(video["url"], timeout=30)
    assert (played.status_code, played.content) == (200, CONTENT)
    server.flask("catalogue", "rebuild")
    assert requests.get(video["url"], timeout=30).content == CONTENT


def test_what_readers_see_of_a_video_lets_nobody_replace_it(server: Server) -> None:
    permitted, video = uploaded(server)
    seen = metadata_seen_by_readers(server, video) | {"x-ms-meta-sha256": "0" * 64}
    put(permitted["upload_url"], PAGE, seen | {"x-ms-blob-content-type": "video/mp4"})
    assert_untouched(server, video)
    assert requests.get(f"{server.url}/api/videos/{permitted['id']}/content", timeout=30).status_code == 404
    assert permitted["id"] not in listed(server)


@pytest.mark.parametrize(("kind", "component"), [("PageBlob", "page"), ("AppendBlob", "appendblock")])
def test_only_block_blobs_become_videos(server: Server, kind: str, component: str) -> None:
    permitted = permit(server, len(CONTENT))
    length = {"x-ms-blob-content-length": str(len(CONTENT))} if kind == "PageBlob" else {}
    made = requests.put(permitted["upload_url"], headers={"x-ms-blob-type": kind} | length, timeout=30)
    assert made.status_code == 201, made.text
    span = {"x-ms-range": f"bytes=0-{len(CONTENT) - 1}", "x-ms-page-write": "update"} if length else {}
    written = requests.put(permitted["upload_url"], params={"comp": component}, data=CONTENT, headers=span, timeout=30)
    assert written.status_code == 201, written.text
    answer = complete(permitted)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-upload")
    assert everything_by(server, permitted["id"]) == []


@pytest.mark.parametrize(("kind", "component"), [("PageBlob", "page"), ("AppendBlob", "appendblock")])
def test_another_kind_of_blob_under_the_same_name_replaces_nothing(server: Server, kind: str, component: str) -> None:
    permitted, video = uploaded(server)
    length = {"x-ms-blob-content-length": str(len(PAGE))} if kind == "PageBlob" else {}
    seen = metadata_seen_by_readers(server, video)
    requests.put(permitted["upload_url"], headers=seen | {"x-ms-blob-type": kind} | length, timeout=30)
    span = {"x-ms-range": f"bytes=0-{len(PAGE) - 1}", "x-ms-page-write": "update"} if length else {}
    requests.put(permitted["upload_url"], params={"comp": component}, data=PAGE, headers=span, timeout=30)
    assert_untouched(server, video)


@pytest.mark.parametrize("early", [True, False])
def test_a_lease_for_ever_keeps_nobody_from_editing_and_deleting(server: Server, *, early: bool) -> None:
    lease = {"x-ms-lease-action": "acquire", "x-ms-lease-duration": "-1"}
    permitted = permit(server, len(CONTENT))
    assert put(permitted["upload_url"], CONTENT).ok
    if early:
        assert tell(permitted["upload_url"], "lease", lease).status_code == 201
    video = completed(server, permitted)
    if not early:
        tell(permitted["upload_url"], "lease", lease)
    address = f"{server.url}/api/videos/{video['id']}"
    assert requests.patch(address, json={"title": "New"}, timeout=30).status_code == 200
    assert requests.delete(address, timeout=30).status_code == 204
    assert everything_by(server, permitted["id"]) == []


@pytest.mark.parametrize("early", [True, False])
def test_a_snapshot_keeps_nothing_of_what_was_purged(server: Server, *, early: bool) -> None:
    permitted = permit(server, len(CONTENT))
    assert put(permitted["upload_url"], CONTENT).ok
    if early:
        assert tell(permitted["upload_url"], "snapshot", {}).status_code == 201
    video = completed(server, permitted)
    if not early:
        tell(permitted["upload_url"], "snapshot", {})
    assert everything_by(server, permitted["id"]) == []
    assert requests.delete(f"{server.url}/api/videos/{video['id']}", timeout=30).status_code == 204

    def is_purged() -> bool:
        server.flask("trash", "purge")
        return everything_by(server, video["id"]) == []

    eventually(is_purged)  # Storage tells whole seconds: what was deleted in this one is due in the next.


def test_an_archived_upload_is_refused(server: Server) -> None:
    permitted = permit(server, len(CONTENT))
    assert put(permitted["upload_url"], CONTENT).ok
    assert tell(permitted["upload_url"], "tier", {"x-ms-access-tier": "Archive"}).status_code == 200
    assert complete(permitted).status_code == 400
    assert everything_by(server, permitted["id"]) == []


def test_what_a_client_says_of_its_blob_is_not_said_of_the_video(server: Server) -> None:
    permitted = permit(server, len(CONTENT))
    said = {
        "x-ms-blob-content-type": "text/html",
        "x-ms-blob-content-encoding": "gzip",
        "x-ms-blob-content-disposition": "attachment; filename=evil.html",
        "x-ms-blob-content-language": "de",
        "x-ms-blob-cache-control": "max-age=99999",
        "x-ms-access-tier": "Cool",
        "x-ms-meta-deleted_at": "2020-01-01T00:00:00.000Z",
        "x-ms-meta-title": "forged",
        "x-ms-meta-note": "forged",
    }
    assert put(permitted["upload_url"], CONTENT, said).ok
    video = completed(server, permitted)
    for component, headers in (
        ("tier", {"x-ms-access-tier": "Archive"}),
        ("properties", {"x-ms-blob-content-type": "text/html"}),
        ("metadata", {"x-ms-meta-deleted_at": "2020-01-01T00:00:00.000Z"}),
    ):
        tell(permitted["upload_url"], component, headers)
    with server.container() as container, container.get_blob_client(video["id"]) as blob:
        properties = blob.get_blob_properties()
    settings = properties.content_settings
    assert settings.content_type == "video/mp4"
    assert not any(
        (settings.content_encoding, settings.content_disposition, settings.content_language, settings.cache_control)
    )
    assert properties.blob_tier == "Hot"
    assert not {"note", "upload_id", "deleted_at"} & {name.lower() for name in properties.metadata}
    # Azure forgets where a blob was copied from when its settings change; Azurite does not.
    assert "sig=" not in (properties.copy.source or "")
    assert video["title"] == "film"
    assert_untouched(server, video)


def test_a_trashed_video_comes_back_as_it_was_or_not_at_all(server: Server) -> None:
    permitted, video = uploaded(server)
    seen = metadata_seen_by_readers(server, video)
    address = f"{server.url}/api/videos/{video['id']}"
    assert requests.delete(address, timeout=30).status_code == 204
    put(permitted["upload_url"], PAGE, seen)
    server.flask("catalogue", "rebuild")
    assert not {video["id"], permitted["id"]} & listed(server)
    for id_ in {video["id"], permitted["id"]}:
        assert requests.get(f"{server.url}/api/videos/{id_}/content", timeout=30).status_code == 404
    assert requests.post(f"{address}/restore", timeout=30).status_code == 200
    assert_untouched(server, video)


def test_more_blocks_than_promised_are_no_storage_for_free(server: Server) -> None:
    permitted = permit(server, len(CONTENT))
    stage_all(permitted["upload_url"], CONTENT * 4, size=len(CONTENT))
    server.flask("uploads", "sweep")
    assert everything_by(server, permitted["id"]) == []
    assert complete(permitted).status_code == 410


@pytest.mark.parametrize("what", ["a larger blob", "snapshots"])
def test_more_bytes_than_promised_are_cleared(server: Server, what: str) -> None:
    permitted = permit(server, len(CONTENT))
    assert put(permitted["upload_url"], CONTENT * (4 if what == "a larger blob" else 1)).ok
    if what == "snapshots":
        for _ in range(3):
            assert tell(permitted["upload_url"], "snapshot", {}).status_code == 201
    server.flask("uploads", "sweep")
    assert everything_by(server, permitted["id"]) == []


def test_what_is_written_after_the_end_is_cleared_by_the_sweep(server: Server) -> None:
    permitted, video = uploaded(server)
    put(permitted["upload_url"], CONTENT)
    server.flask("uploads", "sweep")
    assert everything_by(server, permitted["id"]) == []
    assert_untouched(server, video)
