"""Tiers in real storage, and the way back from the archive, which a proxy makes as slow as Azure's."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from config import Environment, Secret, Settings
from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError
from services.assembly import Services, build_services
from services.errors import NotFoundError
from services.events.envelope import Said
from services.events.listener import Listener
from services.events.videos import TierChanged
from services.jobs.errors import BadInputError, NotYetError
from services.jobs.job import Job, State
from services.jobs.kinds import Work
from services.library.catalogue import PageQuery
from services.library.errors import ArchivedError, VideoNotFoundError
from services.library.video_change import VideoChange
from services.tiers.errors import InvalidTierError, NotArchivedError, TierRefusedError
from services.uploads.uploads import Candidate
from services.videos.tier import LONGEST_RETURN, QUICK_RETURN, Priority, Tier
from services.videos.video import Video
from tests.bodies import Bytes
from tests.databases import prepared
from tests.slow_returns import SlowReturns, running_slow_returns
from tests.videos import mp4

MIRA = Actor(kind=ActorKind.PERSON, id="mira", name="Mira", role=Role.USER)


@dataclass
class World:
    """One process of a server, and what it has said of tiers."""

    services: Services
    settings: Settings
    said: list[Said]

    def upload(self) -> Video:
        """A film of Mira's."""
        upload = self.services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=MIRA)
        self.services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
        return self.services.uploads.whole.finish([upload], by=MIRA)[0]

    def put(self, video: Video, tier: str) -> Video:
        """Have it kept there."""
        return self.services.tiers.tiers.put(video.id, Tier(tier), by=MIRA)

    def behind_our_back(self, video: Video, tier: str) -> None:
        """Have another tool move it."""
        self.services.platform.video_blobs().set_tier(video.id, Tier(tier))

    def known(self, video: Video) -> Video:
        """What the index knows."""
        found = self.services.library.catalogue.find(video.id)
        assert found is not None
        return found

    def listed(self, tier: str) -> list[str]:
        """What the list shows of a tier."""
        return [each.id for each in self.services.library.videos.page(PageQuery(tier=tier), by=SYSTEM).videos]

    def do(self, job: Job) -> None:
        """What a worker does with the job."""
        kind = self.services.jobs.kinds.get(job.kind)
        assert kind is not None
        kind.run(Work(job=replace(job, attempts=1), tell_progress=lambda _: None))

    def moves(self) -> list[tuple[str | None, str]]:
        """From where to where something was said to have moved, once for each id."""
        self.services.platform.events.deliver()
        events = {each.id: each.event for each in self.said}
        return [(each.before, each.tier) for each in events.values() if isinstance(each, TierChanged)]


def opened(settings: Settings) -> World:
    services = build_services(settings)
    world = World(services, settings, [])
    services.platform.events.listen(Listener(name="test", wants=(TierChanged,), take=world.said.append))
    services.platform.blob_storage().prepare()
    return world


@pytest.fixture
def returns(azurite: str) -> Iterator[SlowReturns]:
    with running_slow_returns(azurite) as returns:
        yield returns


@pytest.fixture
def world(returns: SlowReturns, tmp_path: Path) -> Iterator[World]:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(returns.proxy.connection_string),
        azure_storage_container_name=f"tiers-{uuid.uuid4().hex[:8]}",
        data_dir=tmp_path,
    )
    world = opened(prepared(settings))
    yield world
    world.services.platform.databases.close()


@pytest.mark.parametrize("tier", ["cool", "cold", "archive"])
def test_a_video_is_kept_in_another_tier_and_that_is_said_once(world: World, tier: str) -> None:
    video = world.upload()
    assert (video.tier, world.known(video).tier) == ("hot", "hot")
    moved = world.put(video, tier)
    assert (moved.tier, moved.etag, world.known(video).tier) == (tier, video.etag, tier)
    assert moved.tier_since is not None
    assert world.put(video, tier).tier == tier
    assert world.moves() == [("hot", tier)]
    assert (world.listed(tier), world.listed("hot")) == ([video.id], [])


def test_the_tier_is_found_again_by_a_new_index_and_nothing_is_said(world: World, tmp_path: Path) -> None:
    video = world.upload()
    world.put(video, "cold")
    settings = replace(world.settings, data_dir=tmp_path / "new")
    other = opened(prepared(settings))
    other.services.library.reconciliation.rebuild(by=SYSTEM)
    found = other.known(video)
    assert (found.tier, found.tier_since) == ("cold", world.known(video).tier_since)
    assert other.moves() == []
    other.services.platform.databases.close()


def test_what_other_tools_have_moved_is_found_by_the_drift_check(world: World) -> None:
    video = world.upload()
    world.services.library.reconciliation.rebuild(by=SYSTEM)
    world.behind_our_back(video, "cool")
    assert world.services.library.reconciliation.check_drift(by=SYSTEM).written == 1
    assert world.known(video).tier == "cool"
    assert world.services.library.reconciliation.check_drift(by=SYSTEM).written == 0
    assert world.moves() == [("hot", "cool")]


def test_a_move_that_could_not_be_said_is_said_by_the_drift_check(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = world.upload()
    world.services.library.reconciliation.rebuild(by=SYSTEM)
    with monkeypatch.context() as away:
        # The database refuses what was said, as when it is away for a moment.
        away.setattr(world.services.platform.events, "_keep", lambda *_: False)
        assert world.put(video, "cool").tier == "cool"
    world.services.library.reconciliation.check_drift(by=SYSTEM)
    assert world.moves() == [("hot", "cool")]


def test_who_may_not_change_a_video_does_not_move_it(world: World) -> None:
    video = world.upload()
    jonas = replace(MIRA, id="jonas")
    with pytest.raises(ForbiddenError):
        world.services.tiers.tiers.put(video.id, Tier.COOL, by=jonas)
    with pytest.raises(ForbiddenError):
        world.services.tiers.tiers.bring_back(video.id, Tier.HOT, Priority.HIGH, by=replace(MIRA, role=Role.READONLY))
    with pytest.raises((NotFoundError, VideoNotFoundError)):
        world.services.tiers.tiers.put("20200101T000000000Z_none.mp4", Tier.COOL, by=MIRA)
    assert world.known(video).tier == "hot"


def test_a_tier_that_the_account_does_not_have_is_refused_in_words(world: World, returns: SlowReturns) -> None:
    video = world.upload()
    returns.proxy.choose = lambda method, path: "being rehydrated" if "comp=tier" in path else None
    with pytest.raises(ArchivedError):
        world.put(video, "archive")
    returns.proxy.choose = lambda method, path: "pending copy" if "comp=tier" in path else None
    with pytest.raises(TierRefusedError, match="PendingCopyOperation"):
        world.put(video, "archive")
    assert world.moves() == []


def test_what_is_in_the_archive_is_not_changed_but_for_its_end(world: World) -> None:
    library = world.services.library.videos
    video = world.upload()
    world.put(video, "archive")
    for refused in (
        lambda: library.edit(video.id, VideoChange(title="new"), by=MIRA, if_match=None),
        lambda: library.edit(video.id, VideoChange(description="new"), by=MIRA, if_match=None),
        lambda: library.trash(video.id, by=MIRA),
        lambda: world.services.playback.access.revoke(video.id, by=MIRA),
    ):
        with pytest.raises(ArchivedError, match="is in the archive"):
            refused()
    trashed = world.upload()
    library.trash(trashed.id, by=MIRA)
    world.behind_our_back(trashed, "archive")
    with pytest.raises(ArchivedError, match="is in the archive"):
        library.restore(trashed.id, by=MIRA)


def test_a_video_comes_back_and_that_is_said_once_however_many_see_it(world: World, returns: SlowReturns) -> None:
    video = world.upload()
    world.services.library.reconciliation.rebuild(by=SYSTEM)
    world.put(video, "archive")
    returns.begin()
    coming, job = world.services.tiers.tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    assert (coming.tier, coming.returning_to, coming.back_by) == ("archive", "hot", job.created_at + LONGEST_RETURN)
    assert world.known(video).back_by == coming.back_by
    again, same = world.services.tiers.tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    assert (same.id, again.back_by) == (job.id, coming.back_by)
    with pytest.raises(ArchivedError, match="on its way back") as refusal:
        world.services.playback.player.find(video.id, by=MIRA)
    assert 14 * 3600 < (refusal.value.retry_after or 0) <= 15 * 3600
    with pytest.raises(ArchivedError, match="on its way back"):
        world.put(video, "archive")

    with pytest.raises(NotYetError) as waiting:
        world.do(job)
    assert waiting.value.again_in == 60
    returns.arrive()
    others = opened(world.settings)  # Another instance, on the same database.
    world.do(job)
    others.do(job)
    # One that has looked before the others wrote down what they saw.
    world.services.library.catalogue.put(replace(world.known(video), tier="archive"))
    others.do(job)
    world.services.library.catalogue.put(replace(world.known(video), tier="archive"))
    world.services.library.reconciliation.check_drift(by=SYSTEM)
    assert world.known(video).tier == "hot"
    assert world.services.playback.player.find(video.id, by=MIRA).tier == "hot"
    assert world.moves() == [("hot", "archive"), ("archive", "hot")]
    assert [each for each in world.said if isinstance(each.event, TierChanged) and each.event.tier == "hot"]
    others.services.platform.databases.close()


def test_who_was_killed_before_asking_storage_has_left_that_to_the_job(
    world: World, returns: SlowReturns, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = world.upload()
    world.put(video, "archive")
    returns.begin()
    with monkeypatch.context() as killed:
        killed.setattr(world.services.tiers.tiers, "ask", lambda *_args, **_named: _end())
        with pytest.raises(KeyboardInterrupt):
            world.services.tiers.tiers.bring_back(video.id, Tier.COOL, Priority.HIGH, by=MIRA)
    job = world.services.jobs.store.newest_of([video.id])[video.id]["rehydrate"]
    assert job.state is State.QUEUED
    with pytest.raises(NotYetError):
        world.do(job)
    assert world.known(video).returning_to == "cool"
    returns.arrive()
    world.do(job)
    assert world.known(video).tier == "cool"


def _end() -> None:
    raise KeyboardInterrupt


def test_the_high_priority_takes_the_place_of_the_standard_one(world: World, returns: SlowReturns) -> None:
    video = world.upload()
    world.put(video, "archive")
    returns.begin()
    tiers = world.services.tiers.tiers
    _, slow = tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    coming, fast = tiers.bring_back(video.id, Tier.HOT, Priority.HIGH, by=MIRA)
    assert fast.id != slow.id
    found = world.services.jobs.store.get(slow.id)
    assert found is not None
    assert found.state is State.CANCELLED
    assert coming.back_by == fast.created_at + QUICK_RETURN


def test_the_standard_priority_after_the_high_one_does_not_put_the_end_off(world: World, returns: SlowReturns) -> None:
    video = world.upload()
    world.put(video, "archive")
    returns.begin()
    tiers = world.services.tiers.tiers
    first, _ = tiers.bring_back(video.id, Tier.HOT, Priority.HIGH, by=MIRA)
    then, _ = tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    assert first.back_by is not None
    assert (then.back_by, world.known(video).back_by) == (first.back_by, first.back_by)


def test_all_that_wait_end_when_a_video_is_archived_again(
    world: World, returns: SlowReturns, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = world.upload()
    world.put(video, "archive")
    returns.begin()
    tiers = world.services.tiers.tiers
    with monkeypatch.context() as at_once:
        # Two who ask in different ways at once see nothing of each other.
        at_once.setattr(tiers, "_end_waiting", lambda _: None)
        jobs = [tiers.bring_back(video.id, Tier.HOT, each, by=MIRA)[1] for each in Priority]
    returns.arrive()
    world.put(video, "archive")
    found = [world.services.jobs.store.get(job.id) for job in jobs]
    assert [job.state for job in found if job] == [State.CANCELLED, State.CANCELLED]


def test_a_video_that_is_archived_again_is_not_brought_back_by_an_old_job(world: World, returns: SlowReturns) -> None:
    video = world.upload()
    world.put(video, "archive")
    returns.begin()
    _, job = world.services.tiers.tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    returns.arrive()
    world.put(video, "archive")
    found = world.services.jobs.store.get(job.id)
    assert found is not None
    assert found.state is State.CANCELLED


def test_nothing_is_brought_back_that_is_not_away(world: World) -> None:
    video = world.upload()
    tiers = world.services.tiers.tiers
    with pytest.raises(NotArchivedError):
        tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    world.put(video, "archive")
    with pytest.raises(InvalidTierError):
        tiers.bring_back(video.id, Tier.ARCHIVE, Priority.STANDARD, by=MIRA)
    # Setting another tier is a way back, too.
    assert world.put(video, "cool").tier == "cool"


def test_what_is_archived_in_the_trash_is_brought_back_and_not_deleted_meanwhile(
    world: World, returns: SlowReturns
) -> None:
    library, tiers = world.services.library, world.services.tiers.tiers
    video = world.upload()
    library.videos.trash(video.id, by=MIRA)
    world.behind_our_back(video, "archive")
    returns.begin()
    with pytest.raises(VideoNotFoundError):
        tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=replace(MIRA, id="jonas"))
    coming, job = tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    assert coming.returning_to == "hot"
    library.trash._deadlines = replace(library.trash._deadlines, lifetime=timedelta(days=-1))
    assert library.trash.purge(by=SYSTEM) == 0
    with pytest.raises(NotYetError):
        world.do(job)
    returns.arrive()
    world.do(job)
    assert library.videos.restore(video.id, by=MIRA).tier == "hot"
    library.videos.trash(video.id, by=MIRA)
    assert library.trash.purge(by=SYSTEM) == 1


def test_the_job_of_a_video_that_was_deleted_ends_in_words(world: World, returns: SlowReturns) -> None:
    video = world.upload()
    world.put(video, "archive")
    returns.begin()
    _, job = world.services.tiers.tiers.bring_back(video.id, Tier.HOT, Priority.STANDARD, by=MIRA)
    world.services.platform.blob_storage().delete(video.id)
    with pytest.raises(BadInputError, match="gone"):
        world.do(job)
