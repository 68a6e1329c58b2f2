"""Direct uploads between their first URL and their last word: what sweeps, drift and crashes make of them."""

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.storage.blob import BlobServiceClient

from config import Environment, Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.errors import NotFoundError
from services.library.catalogue import PageQuery
from services.library.errors import VideoNotFoundError
from services.library.video_change import VideoChange
from services.storage.client import StorageAccount, StorageClient
from services.storage.records import RecordStore
from services.uploads.direct import Permit
from services.uploads.direct_records import PendingState, PendingUpload, PendingUploads
from services.uploads.errors import IncompleteUploadError, UploadGoneError
from services.uploads.uploads import Candidate
from tests.server import eventually
from tests.videos import mp4
from utils.ranges import ByteRange

PUT_BLOB = {"x-ms-blob-type": "BlockBlob"}
CONTENT = mp4(5000)

EVERYTHING = ByteRange(0, len(CONTENT) - 1)
FIELDS_OF_THE_VERSION_BEFORE = {
    *("original_name", "title", "tags", "sha256", "content_etag", "upload_id", "uploaded_at", "door", "deleted_at"),
}

Build = Callable[..., Services]
OpenRecords = Callable[[Services], PendingUploads]


@pytest.fixture
def build(azurite: str, tmp_path: Path) -> Build:
    """Makes services on one container; each call is another process, as it were."""
    container = f"videos-{uuid.uuid4().hex[:12]}"

    def make(**changes: Any) -> Services:
        settings = Settings(
            app_env=Environment.TESTING,
            azure_storage_connection_string=Secret(azurite),
            azure_storage_container_name=container,
            data_dir=tmp_path,
        )
        return build_services(replace(settings, **changes))

    return make


@pytest.fixture
def service(azurite: str) -> Iterator[BlobServiceClient]:
    """Storage, entered past the services."""
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as client:
        yield client


@pytest.fixture
def records(azurite: str) -> Callable[[Services], PendingUploads]:
    account = StorageAccount(
        connection_string=azurite,
        account_url=None,
        identity_client_id=None,
        api_version="2025-11-05",
        connections=4,
        timeout=10,
    )

    def open_records(services: Services) -> PendingUploads:
        return PendingUploads(RecordStore(StorageClient(account), container=services.platform.blob_storage().names[1]))

    return open_records


def begin(services: Services) -> Permit:
    return services.uploads.direct.begin(Candidate(filename="film.mp4"), size=len(CONTENT), by=SYSTEM)


def write(permit: Permit, content: bytes = CONTENT) -> None:
    requests.put(permit.upload_url, data=content, headers=PUT_BLOB, timeout=30).raise_for_status()


def make_as_before(service: BlobServiceClient, services: Services, upload: PendingUpload) -> str:
    """Make the upload a video as the version before did: under its own name, with its secret in the metadata."""
    name = upload.draft.name
    blob = service.get_blob_client(services.platform.blob_storage().names[0], name)
    blob.upload_blob(CONTENT, overwrite=True, metadata=upload.draft.metadata.to_blob())
    return name


def listed(services: Services) -> dict[str, str]:
    page = services.library.videos.page(PageQuery(), by=SYSTEM)
    return {video.id: video.status for video in page.videos}


def a_minute_ago() -> datetime:
    """A time that is past by storage's clock, too, which may be a second behind this one."""
    return datetime.now(UTC) - timedelta(minutes=1)


def url_has_ended(store: PendingUploads, name: str) -> None:
    version = store.read(name)
    store.replace(version, replace(version.upload, url_ends_at=a_minute_ago()))


def until_unknown(services: Services, permit: Permit) -> None:
    """Sweep until no record of the upload is left."""

    def is_unknown() -> bool:
        services.uploads.direct.sweep(by=SYSTEM)
        try:
            services.uploads.direct.renew(permit.id, by=SYSTEM)
        except (NotFoundError, UploadGoneError) as error:
            return isinstance(error, NotFoundError)
        return False

    eventually(is_unknown)


def is_there(services: Services, name: str) -> bool:
    return services.platform.blob_storage().upload_of(name) is not None or bool(
        services.platform.blob_storage().staged(name)
    )


def test_what_has_expired_is_swept_with_its_blob_and_its_blocks(build: Build) -> None:
    services, brief = build(), build(upload_expiry_hours=4 / 3600)
    kept, refused, staged, empty = begin(services), begin(brief), begin(brief), begin(brief)
    write(kept)
    write(refused, b"nonsense")
    services.platform.blob_storage().stager(staged.id)("00000000", CONTENT)

    def is_swept() -> bool:  # The clock is what is waited for.
        services.uploads.direct.sweep(by=SYSTEM)
        return not any(is_there(services, permit.id) for permit in (refused, staged, empty))

    eventually(is_swept)
    until_unknown(services, staged)
    assert services.uploads.direct.complete(kept.id, (), by=SYSTEM).is_new


def test_what_was_committed_and_never_completed_is_not_lost(build: Build, records: OpenRecords) -> None:
    services = build()
    permit, alive, store = begin(services), begin(services), records(services)
    write(permit)
    write(alive)
    url_has_ended(store, permit.id)
    assert services.uploads.direct.sweep(by=SYSTEM) == 1
    [(id_, status)] = listed(services).items()
    assert (
        status,
        b"".join(services.playback.player.open(services.library.videos.get(id_, by=SYSTEM), EVERYTHING)),
    ) == (
        "ready",
        CONTENT,
    )
    assert not is_there(services, permit.id)
    again = services.uploads.direct.complete(permit.id, (), by=SYSTEM)
    assert again.video is not None
    assert (again.video.id, again.is_new) == (id_, False)
    assert services.uploads.direct.sweep(by=SYSTEM) == 0
    assert services.uploads.direct.complete(alive.id, (), by=SYSTEM).is_new


def test_a_sweep_reads_a_renewed_upload_again(build: Build, records: OpenRecords) -> None:
    services = build()
    permit, store = begin(services), records(services)
    write(permit, CONTENT[:7])
    version = store.read(permit.id)
    past = a_minute_ago()
    store.replace(version, replace(version.upload, url_ends_at=past, expires_at=past))

    def renew(_: object) -> None:  # After it was listed, and before it is looked at.
        now = store.read(permit.id)
        later = datetime.now(UTC) + timedelta(hours=1)
        store.replace(now, replace(now.upload, url_ends_at=later, expires_at=later))

    assert services.uploads.direct.sweep(progress=renew, by=SYSTEM) == 0
    assert store.read(permit.id).upload.state is PendingState.OPEN
    assert is_there(services, permit.id)
    write(permit)
    assert services.uploads.direct.complete(permit.id, (), by=SYSTEM).is_new


def test_a_record_remembers_its_video_until_it_expires(build: Build, records: OpenRecords) -> None:
    services = build()
    permit, store = begin(services), records(services)
    write(permit)
    video = services.uploads.direct.complete(permit.id, (), by=SYSTEM).video
    url_has_ended(store, permit.id)
    write(permit)
    services.uploads.direct.sweep(by=SYSTEM)
    assert not is_there(services, permit.id)
    assert services.uploads.direct.complete(permit.id, (), by=SYSTEM).video == video
    version = store.read(permit.id)
    store.replace(version, replace(version.upload, expires_at=a_minute_ago()))
    services.uploads.direct.sweep(by=SYSTEM)
    with pytest.raises(NotFoundError):
        store.read(permit.id)
    with pytest.raises(VideoNotFoundError):
        services.uploads.direct.complete(permit.id, (), by=SYSTEM)


def test_records_can_be_read_by_the_version_before(build: Build, records: OpenRecords) -> None:
    services = build()
    permit, store = begin(services), records(services)
    write(permit)
    services.uploads.direct.complete(permit.id, (), by=SYSTEM)
    values = json.loads(store.read(permit.id).upload.to_bytes())
    assert values.keys() == {"draft", "size", "client_ip", "expires_at", "state"}
    assert values["draft"]["metadata"].keys() == FIELDS_OF_THE_VERSION_BEFORE
    assert values["state"] in {"open", "checked", "ended"}
    old = values | {"draft": {name: values["draft"][name] for name in ("name", "metadata")}}
    assert PendingUpload.from_bytes(json.dumps(old).encode()).becomes is None


def test_an_expired_upload_cannot_be_completed_or_renewed(build: Build) -> None:
    services = build(upload_expiry_hours=1 / 3600 / 1000)
    permit = begin(services)
    for go_on in (
        partial(services.uploads.direct.renew, by=SYSTEM),
        partial(services.uploads.direct.cancel, by=SYSTEM),
        lambda name: services.uploads.direct.complete(name, (), by=SYSTEM),
    ):
        with pytest.raises(UploadGoneError):
            go_on(permit.id)


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("state", [PendingState.OPEN, PendingState.CHECKED])
def test_a_crash_in_the_middle_loses_nothing(
    build: Build, records: OpenRecords, service: BlobServiceClient, *, swept: bool, state: PendingState
) -> None:
    services = build()
    permit, store = begin(services), records(services)
    write(permit)
    before = store.read(permit.id).upload
    video = services.uploads.direct.complete(permit.id, (), by=SYSTEM).video
    assert video is not None
    # Back to where the copy was there and its last words were missing.
    blob = service.get_blob_client(services.platform.blob_storage().names[0], video.id)
    blob.set_blob_metadata({"unchecked": "1"})
    version = store.read(permit.id)
    ended = a_minute_ago()
    store.replace(version, replace(before, becomes=video.id, state=state, url_ends_at=ended))
    services.library.reconciliation.check_drift(by=SYSTEM)
    if swept:
        services.uploads.direct.sweep(by=SYSTEM)
    else:
        services.uploads.direct.complete(permit.id, (), by=SYSTEM)
    assert services.library.videos.get(video.id, by=SYSTEM).status == "ready"
    assert listed(services) == {video.id: "ready"}


@pytest.mark.parametrize("swept", [False, True])
def test_what_the_version_before_has_checked_stays_a_video(
    build: Build, records: OpenRecords, service: BlobServiceClient, *, swept: bool
) -> None:
    services = build()
    permit, store = begin(services), records(services)
    upload = store.read(permit.id).upload
    name = make_as_before(service, services, upload)
    version = store.read(name)
    past = datetime.now(UTC) - timedelta(hours=1)
    store.replace(version, replace(upload, state=PendingState.CHECKED, expires_at=past, url_ends_at=None))
    for too_late in (services.uploads.direct.renew, services.uploads.direct.cancel):
        with pytest.raises(NotFoundError):
            too_late(name, by=SYSTEM)
    if swept:
        services.uploads.direct.sweep(by=SYSTEM)
    else:
        services.uploads.direct.complete(name, (), by=SYSTEM)
    assert services.library.videos.get(name, by=SYSTEM).status == "ready"
    assert not services.uploads.direct.complete(name, (), by=SYSTEM).is_new
    with pytest.raises(NotFoundError):
        store.read(name)


def test_completing_and_cancelling_at_once_end_in_one_of_the_two(build: Build) -> None:
    services = build()
    videos: set[str] = set()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(15):
            permit = begin(services)
            write(permit)
            completing = pool.submit(services.uploads.direct.complete, permit.id, (), by=SYSTEM)
            cancelling = pool.submit(services.uploads.direct.cancel, permit.id, by=SYSTEM)
            error = completing.exception()
            cancelling.exception()  # Whatever came of it: both have ended now.
            if error is None:
                video = completing.result().video
                assert video is not None
                assert services.library.videos.get(video.id, by=SYSTEM).status == "ready"
                videos.add(video.id)
            else:
                assert isinstance(error, UploadGoneError | IncompleteUploadError)
                assert not is_there(services, permit.id)
                assert set(listed(services)) == videos


def test_drift_and_rebuild_skip_what_is_not_checked(build: Build, tmp_path: Path) -> None:
    services = build()
    pending, done, stray = begin(services), begin(services), begin(services)
    for permit in (pending, done, stray):
        write(permit)
    video = services.uploads.direct.complete(done.id, (), by=SYSTEM).video
    assert video is not None
    services.uploads.direct.cancel(stray.id, by=SYSTEM)
    write(stray)
    services.library.reconciliation.check_drift(by=SYSTEM)
    assert listed(services) == {video.id: "ready"}
    elsewhere = build(data_dir=tmp_path / "elsewhere")
    elsewhere.library.reconciliation.rebuild(by=SYSTEM)
    assert listed(elsewhere) == {video.id: "ready"}
    assert services.uploads.direct.complete(pending.id, (), by=SYSTEM).is_new


def test_leases_and_snapshots_on_videos_of_the_version_before_hold_up_nobody(
    build: Build, records: OpenRecords, service: BlobServiceClient
) -> None:
    services = build(trash_days=0)
    permit, store = begin(services), records(services)
    name = make_as_before(service, services, store.read(permit.id).upload)
    store.delete(name)
    blob = service.get_blob_client(services.platform.blob_storage().names[0], name)
    blob.create_snapshot()
    blob.acquire_lease(-1)
    assert services.library.videos.edit(name, VideoChange(title="New"), if_match=None, by=SYSTEM).title == "New"
    blob.acquire_lease(-1)
    services.library.videos.trash(name, by=SYSTEM)
    blob.acquire_lease(-1)
    assert services.library.trash.purge(by=SYSTEM) == 1
    container = service.get_container_client(services.platform.blob_storage().names[0])
    assert list(container.list_blobs(include=["snapshots"])) == []


def test_drift_flags_a_video_of_the_version_before_that_was_written_over(
    build: Build, records: OpenRecords, service: BlobServiceClient, tmp_path: Path
) -> None:
    services = build()
    permit, store = begin(services), records(services)
    name = make_as_before(service, services, store.read(permit.id).upload)
    store.delete(name)
    services.library.reconciliation.check_drift(by=SYSTEM)
    assert listed(services) == {name: "ready"}
    write(permit, mp4(5000, seed=1))
    assert services.library.reconciliation.check_drift(by=SYSTEM).changed == 1
    assert listed(services) == {name: "changed"}
    assert services.library.reconciliation.check_drift(by=SYSTEM).changed == 0
    elsewhere = build(data_dir=tmp_path / "elsewhere")
    elsewhere.library.reconciliation.rebuild(by=SYSTEM)
    assert listed(elsewhere) == {}
