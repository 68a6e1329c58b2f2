"""Direct uploads between their first URL and their last word: what sweeps, drift and crashes make of them."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from config import Environment, Secret, Settings
from services import Services, build_services
from services.azure_client import StorageAccount, StorageClient
from services.azure_records import RecordStore
from services.catalogue import PageQuery
from services.direct import Permit
from services.errors import IncompleteUploadError, NotFoundError, UploadGoneError
from services.pending import PendingState, PendingUploads
from services.uploads import Candidate
from tests.videos import mp4

PUT_BLOB = {"x-ms-blob-type": "BlockBlob"}
CONTENT = mp4(5000)

Build = Callable[..., Services]


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
        return PendingUploads(RecordStore(StorageClient(account), container=services.storage.names[1]))

    return open_records


def begin(services: Services) -> Permit:
    return services.direct.begin(Candidate(filename="film.mp4"), size=len(CONTENT))


def write(permit: Permit, content: bytes = CONTENT) -> None:
    requests.put(permit.upload_url, data=content, headers=PUT_BLOB, timeout=30).raise_for_status()


def listed(services: Services) -> dict[str, str]:
    page = services.library.page(PageQuery())
    return {video.id: video.status for video in page.videos}


def is_there(services: Services, name: str) -> bool:
    return services.storage.upload_of(name) is not None or bool(services.storage.staged(name))


def test_what_has_expired_is_swept_with_its_blob_and_its_blocks(build: Build) -> None:
    services, brief = build(), build(upload_expiry_hours=1 / 3600)
    kept, committed, staged, empty = begin(services), begin(brief), begin(brief), begin(brief)
    write(kept)
    services.storage.stager(staged.id)("00000000", CONTENT)
    services.storage.stager(committed.id)("00000000", CONTENT)
    services.storage.commit(committed.id, ["00000000"], content_type="video/mp4", metadata={}, upload_id="")
    while services.direct.sweep() == 0:
        time.sleep(0.2)  # The clock is what is waited for.
    services.direct.sweep()
    assert not any(is_there(services, permit.id) for permit in (committed, staged, empty))
    assert services.direct.complete(kept.id, ())[1]
    with pytest.raises(NotFoundError):
        services.direct.renew(staged.id)


def test_an_expired_upload_cannot_be_completed_or_renewed(build: Build) -> None:
    services = build(upload_expiry_hours=1 / 3600 / 1000)
    permit = begin(services)
    for go_on in (services.direct.renew, services.direct.cancel, lambda name: services.direct.complete(name, ())):
        with pytest.raises(UploadGoneError):
            go_on(permit.id)


@pytest.mark.parametrize("swept", [False, True])
def test_a_crash_after_the_check_loses_nothing(
    build: Build, records: Callable[[Services], PendingUploads], *, swept: bool
) -> None:
    services = build()
    permit, store = begin(services), records(services)
    write(permit)
    upload = store.read(permit.id).upload
    services.direct.complete(permit.id, ())
    past = datetime.now(UTC) - timedelta(hours=1)
    store.create(replace(upload, state=PendingState.CHECKED, expires_at=past))
    for too_late in (services.direct.renew, services.direct.cancel):
        with pytest.raises(NotFoundError):
            too_late(permit.id)
    if swept:
        services.direct.sweep()
    else:
        services.direct.complete(permit.id, ())
    assert services.library.get(permit.id).status == "ready"
    with pytest.raises(NotFoundError):
        store.read(permit.id)


def test_completing_and_cancelling_at_once_end_in_one_of_the_two(build: Build) -> None:
    services = build()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(15):
            permit = begin(services)
            write(permit)
            completing = pool.submit(services.direct.complete, permit.id, ())
            cancelling = pool.submit(services.direct.cancel, permit.id)
            error = completing.exception()
            cancelling.exception()  # Whatever came of it: both have ended now.
            if error is None:
                assert is_there(services, permit.id)
                assert services.library.get(permit.id).status == "ready"
            else:
                assert isinstance(error, UploadGoneError | IncompleteUploadError)
                assert not is_there(services, permit.id)
                assert permit.id not in listed(services)


def test_drift_and_rebuild_skip_what_is_not_checked(build: Build, tmp_path: Path) -> None:
    services = build()
    pending, done, stray = begin(services), begin(services), begin(services)
    for permit in (pending, done, stray):
        write(permit)
    services.direct.complete(done.id, ())
    services.direct.cancel(stray.id)
    write(stray)
    services.reconciliation.check_drift()
    assert listed(services) == {done.id: "ready"}
    elsewhere = build(data_dir=tmp_path / "elsewhere")
    elsewhere.reconciliation.rebuild()
    assert listed(elsewhere) == {done.id: "ready"}
    assert services.direct.complete(pending.id, ())[1]


def test_drift_flags_a_video_that_was_written_over(build: Build, tmp_path: Path) -> None:
    services = build()
    permit = begin(services)
    write(permit)
    services.direct.complete(permit.id, ())
    write(permit, mp4(5000, seed=1))
    assert services.reconciliation.check_drift().changed == 1
    assert listed(services) == {permit.id: "changed"}
    assert services.reconciliation.check_drift().changed == 0
    elsewhere = build(data_dir=tmp_path / "elsewhere")
    elsewhere.reconciliation.rebuild()
    assert listed(elsewhere) == {}
