"""What is stored is read again, compared, and given the digest that it lacks."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPResponse
from typing import Any

import pytest
from azure.storage.blob import BlobClient, BlobServiceClient

from config import Secret
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.events.catalogue import EVENTS
from services.events.envelope import Said
from services.events.listener import Listener
from services.library.alteration import Alteration
from services.scrub.errors import DamagedVideosError, ScrubRunningError
from services.scrub.found import ScrubPass
from services.scrub.live_settings import DAYS, PACE
from services.scrub.pace import Pace
from services.steps import Interrupted
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.accounts import Build
from tests.bodies import Bytes
from tests.fault_proxy import FaultProxy, running_fault_proxy
from tests.videos import mp4
from utils.ranges import ByteRange

FULL_SPEED = Pace(lambda: 0)


@pytest.fixture
def container() -> str:
    return f"scrubbed-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def services(build: Build, container: str) -> Services:
    made = build(azure_storage_container_name=container)
    made.platform.blob_storage().ping(seconds=30)
    return made


@pytest.fixture
def blob_of(azurite: str, container: str) -> Iterator[Callable[[Video], BlobClient]]:
    """Storage past the house."""
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        yield lambda video: service.get_blob_client(container, video.id)


def stored(services: Services, *, size: int = 3000, seed: int = 1) -> Video:
    upload = services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
    services.uploads.reader.read(Bytes(mp4(size, seed=seed)), door="put", pass_on=upload.write)
    [video] = services.uploads.whole.finish([upload], by=SYSTEM)
    return video


def without_digest(services: Services, video: Video) -> Video:
    """As an upload that went on in another process leaves it."""
    return services.library.videos.mark(
        video.id, Alteration(alter=lambda known: replace(known, sha256=None)), by=SYSTEM
    )


def read_all(services: Services, **wishes: Any) -> ScrubPass:
    return services.scrub.scrubber.run(lambda _: None, by=SYSTEM, pace=FULL_SPEED, **wishes)


def damage(blob: BlobClient) -> None:
    """Another content of the same length, with all that makes the blob this video."""
    properties = blob.get_blob_properties()
    content = bytearray(blob.download_blob().readall())
    content[-1] ^= 1
    settings = properties.content_settings
    settings.content_md5 = None
    blob.upload_blob(bytes(content), overwrite=True, metadata=properties.metadata, content_settings=settings)


def test_what_is_right_is_found_right_and_stays_as_it_is(services: Services) -> None:
    videos = [stored(services, seed=seed) for seed in (1, 2)]
    found = read_all(services)
    assert (found.videos, found.right, found.size) == (2, 2, 6000)
    assert found.ended_at is not None
    for video in videos:
        assert services.platform.video_blobs().describe(video.id).etag == video.etag
    assert "Nothing is damaged; 2 videos" in services.scrub.scrubber.describe()


def test_a_missing_digest_is_filled_in_and_who_plays_it_plays_on(services: Services) -> None:
    video = without_digest(services, stored(services, size=5_000_000))
    playing = services.playback.player.pieces(video, ByteRange(0, video.size - 1))
    begun = next(playing)
    found = read_all(services)
    assert (found.filled, found.damaged) == (1, 0)
    now = services.library.videos.stored(video.id, by=SYSTEM)
    assert now.sha256 == hashlib.sha256(mp4(5_000_000, seed=1)).hexdigest()
    assert services.library.videos.get(video.id, by=SYSTEM).sha256 == now.sha256
    assert (now.content_etag, now.etag == video.etag) == (video.content_etag, False)
    assert begun + b"".join(playing) == mp4(5_000_000, seed=1)
    assert read_all(services).right == 1


def test_damage_is_found_told_once_and_forgotten_when_it_is_mended(
    services: Services, blob_of: Callable[[Video], BlobClient]
) -> None:
    video, heard = stored(services), list[Said]()
    services.platform.events.listen(Listener(name="test", wants=EVENTS, take=heard.append, at_once=True))
    damage(blob_of(video))
    for _ in range(2):
        assert read_all(services).damaged == 1
    [known] = services.scrub.scrubber.report(by=SYSTEM).damaged
    assert (known.video_id, known.expected) == (video.id, video.sha256)
    assert [said.type for said in heard] == ["video.damaged"]
    with pytest.raises(DamagedVideosError, match="1 stored videos are damaged"):
        services.scrub.scrubber.describe()
    damage(blob_of(video))  # The same bit once more.
    assert read_all(services).right == 1
    assert services.scrub.scrubber.report(by=SYSTEM).damaged == ()


def test_a_bit_that_is_damaged_on_its_way_alarms_nobody(services: Services) -> None:
    stored(services)
    scanner = services.scrub.scrubber._check._scanner
    steps, damaged = scanner._steps, list[bool]()

    def flipping(response: HTTPResponse) -> Iterator[memoryview]:
        for step in steps(response):
            if not damaged:
                step[0] ^= 1
                damaged.append(True)
            yield step

    scanner._steps = flipping  # type: ignore[method-assign]
    found = read_all(services)
    assert damaged
    assert (found.right, found.size) == (1, 6000)


def test_what_is_gone_for_good_is_damaged_no_more(services: Services, blob_of: Callable[[Video], BlobClient]) -> None:
    video = stored(services)
    damage(blob_of(video))
    assert read_all(services).damaged == 1
    services.library.videos.trash(video.id, by=SYSTEM)
    assert read_all(services).damaged == 1  # In the trash, too, it should be what it was.
    services.library.trash.purge_one(video.id, by=SYSTEM)
    services.platform.events.deliver()
    assert services.scrub.scrubber.report(by=SYSTEM).damaged == ()


def test_what_lies_in_the_archive_is_left_there(services: Services, blob_of: Callable[[Video], BlobClient]) -> None:
    archived, _ = stored(services), stored(services, seed=2)
    blob_of(archived).set_standard_blob_tier("Archive")
    found = read_all(services)
    assert (found.archived, found.right) == (1, 1)


def test_what_is_new_is_left_to_the_next_pass(services: Services) -> None:
    stored(services)
    assert read_all(services, settled=timedelta(hours=1)).skipped == 1
    assert read_all(services, anew=True).right == 1


def test_another_process_goes_on_where_one_was_ended(build: Build, services: Services, container: str) -> None:
    videos = sorted((stored(services, seed=seed) for seed in range(5)), key=lambda each: each.id)
    looked: list[int] = []

    def stop(count: object) -> None:
        looked.append(1 if count == 0 else 0)
        if sum(looked) == 3:
            raise Interrupted("The process ends.")

    with pytest.raises(Interrupted):
        services.scrub.scrubber.run(stop, by=SYSTEM, pace=FULL_SPEED)
    other = build(azure_storage_container_name=container)
    last = other.scrub.scrubber.report(by=SYSTEM).last
    assert last is not None
    assert (last.videos, last.reached) == (2, videos[1].id)
    found = read_all(other)
    assert (found.videos, found.began_at, found.size) == (5, last.began_at, 15_000)


def test_two_processes_never_read_at_once(build: Build, services: Services, container: str) -> None:
    stored(services)
    other = build(azure_storage_container_name=container)

    def look(_: object) -> None:
        with pytest.raises(ScrubRunningError):
            read_all(other)

    services.scrub.scrubber.run(look, by=SYSTEM, pace=FULL_SPEED)
    assert read_all(other).right == 1


def test_a_title_that_is_changed_while_it_is_read_does_not_matter(services: Services) -> None:
    video = stored(services, size=3_000_000)
    titles = iter(["one", "two"])

    def rename(count: object) -> None:
        if count and (title := next(titles, None)):
            services.library.videos.mark(
                video.id, Alteration(alter=lambda known: replace(known, title=title)), by=SYSTEM
            )

    assert services.scrub.scrubber.run(rename, by=SYSTEM, pace=FULL_SPEED).right == 1


@pytest.fixture
def broken(build: Build, azurite: str, container: str) -> Iterator[tuple[Services, FaultProxy]]:
    """A process whose storage can be broken."""
    with running_fault_proxy(azurite) as proxy:
        made = build(
            azure_storage_container_name=container,
            azure_storage_connection_string=Secret(proxy.connection_string),
            storage_timeout_seconds=5,
        )
        yield made, proxy


def test_storage_that_is_away_alarms_nobody(services: Services, broken: tuple[Services, FaultProxy]) -> None:
    video = stored(services)
    there, proxy = broken
    proxy.choose = lambda method, path: "503" if method == "GET" and video.id in path else None
    for _ in range(2):
        with pytest.raises(Exception, match="Storage"):
            read_all(there)
    assert there.scrub.scrubber.report(by=SYSTEM).damaged == ()
    proxy.choose = lambda _method, _path: None
    assert read_all(services).right == 1


def test_it_is_due_by_the_days_that_are_set_and_never_while_it_is_off(services: Services) -> None:
    scrubber, thread = services.scrub.scrubber, services.scrub.thread
    stored(services)
    assert scrubber.is_due()
    thread.turn()
    assert not scrubber.is_due()
    last = scrubber.report(by=SYSTEM).last
    assert last is not None
    assert (last.skipped, last.right) == (1, 0)
    # All that there was had just come in: the next pass need not wait for so long.
    scrubber._store.save(replace(last, began_at=last.began_at - 3600 * 1000))
    assert scrubber.is_due()
    services.live_settings.put(DAYS.key, 2, by=SYSTEM)
    scrubber._store.save(read := replace(last, right=1, size=3000, began_at=last.began_at - 47 * 3600 * 1000))
    assert not scrubber.is_due()
    scrubber._store.save(replace(read, began_at=last.began_at - 49 * 3600 * 1000))
    assert scrubber.is_due()
    services.live_settings.put(PACE.key, 0, by=SYSTEM)
    thread.turn()
    assert scrubber.is_due()


def test_the_pace_is_kept() -> None:
    now, waited = [100.0], list[float]()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    pace = Pace(lambda: 1000.0, wait=wait, clock=lambda: now[0])
    for _ in range(3):
        pace.spend(1000)
    # A second of the first is made good.
    assert waited == [1.0, 1.0]
    now[0] += 0.75
    pace.spend(1000)
    assert waited[2:] == [0.25]
    now[0] += 60  # Of a long pause no more than a second is made good.
    for _ in range(2):
        pace.spend(1000)
    assert waited[3:] == [1.0]
    Pace(lambda: 0.0, wait=wait, clock=lambda: now[0]).spend(10**12)
    assert len(waited) == 4


def test_damage_that_a_killed_process_has_not_said_is_said_by_the_next_pass(
    services: Services, blob_of: Callable[[Video], BlobClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    video, heard = stored(services), list[Said]()
    services.platform.events.listen(Listener(name="test", wants=EVENTS, take=heard.append, at_once=True))
    damage(blob_of(video))

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(services.platform.events, "say", killed)
        with pytest.raises(KeyboardInterrupt):
            read_all(services)
    for _ in range(2):
        assert read_all(services).damaged == 1
    assert [said.type for said in heard] == ["video.damaged"]


def test_who_has_lost_the_right_to_scrub_leaves_the_place_of_the_other(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(services)
    scrubber, notes = services.scrub.scrubber, services.platform.databases.notes
    monkeypatch.setattr("services.scrub.scrubber._CLAIM_KEPT", -1.0)
    others = ScrubPass(began_at=notes.clock(), reached="z", right=7)

    def lose(_: object) -> None:
        # The other process, after this one has been silent for too long.
        scrubber._store.save(others)
        notes.remember("scrub.holder", 1)

    with pytest.raises(ScrubRunningError):
        scrubber.run(lose, by=SYSTEM, pace=FULL_SPEED)
    assert scrubber.report(by=SYSTEM).last == others
