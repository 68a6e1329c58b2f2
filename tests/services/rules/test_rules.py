"""Rules on real storage, in both databases: what they find, what they spare, and how they are applied."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError
from services.assembly import Services
from services.audit.entry import AuditQuery
from services.collections.change import CollectionChange
from services.library.catalogue.models import videos as rows
from services.library.video_change import VideoChange
from services.rules import applying
from services.rules.errors import InvalidRulesError
from services.rules.rule import RuleSet
from services.steps import Interrupted
from services.tiers.errors import TierRefusedError
from services.uploads.uploads import Candidate
from services.videos.tier import Tier
from services.videos.video import Video
from services.watching.tables import watched
from tests.accounts import Build
from tests.bodies import Bytes
from tests.videos import mp4

MIRA = Actor(kind=ActorKind.PERSON, id="mira", name="Mira", role=Role.MANAGER)
DAY = 24 * 3600 * 1000


def ruleset(*rules: dict[str, Any]) -> RuleSet:
    named = [{"name": f"rule {number}", **rule} for number, rule in enumerate(rules)]
    return msgspec.convert({"rules": named}, type=RuleSet)


def rule(then: str = "cool", **when: Any) -> dict[str, Any]:
    return {"when": when, "then": {"trash": True} if then == "trash" else {"tier": then}}


@dataclass
class World:
    """A library whose films are as old as a test wants."""

    services: Services

    def upload(self, *, days: float = 0, watched_days: float | None = None, size: int = 3000, tag: str = "") -> Video:
        """A film of that age, watched so long ago, and as if noting had begun long before."""
        upload = self.services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
        self.services.uploads.reader.read(Bytes(mp4(size)), door="put", pass_on=upload.write)
        video = self.services.uploads.whole.finish([upload], by=SYSTEM)[0]
        if tag:
            self.services.library.videos.edit(video.id, VideoChange(tags=[tag]), by=SYSTEM, if_match=None)
        notes = self.services.platform.databases.notes
        notes.remember("watching.began", notes.clock() - 1000 * DAY)
        self.age(video, days)
        if watched_days is not None:
            self.services.watching.watching.note(video.id)
            at = notes.clock() - int(watched_days * DAY)
            with self.services.platform.databases.durable.writing() as connection:
                connection.execute(update(watched).where(watched.c.video == video.id).values(watched_at=at))
        return video

    def age(self, video: Video, days: float) -> None:
        """Let the index believe that it came, and into its tier, so long ago."""
        at = self.services.platform.databases.notes.clock() - int(days * DAY)
        with self.services.library.catalogue._database.writing() as connection:
            connection.execute(
                update(rows).where(rows.c.id == video.id).values(uploaded_at=at, tier_since=at if days >= 30 else None)
            )

    def put(self, *rules: dict[str, Any]) -> None:
        self.services.rules.rules.put(ruleset(*rules), by=MIRA)

    def apply(self) -> int:
        return self.services.rules.rules.apply(by=SYSTEM)

    def where(self, *videos: Video) -> list[str]:
        """The tier of each, or `trash`."""
        found = [self.services.library.catalogue.find(video.id) for video in videos]
        return ["trash" if each and each.deleted_at else each.tier if each else "gone" for each in found]

    def count(self, *rules: dict[str, Any]) -> int:
        return self.services.rules.rules.preview(ruleset(*rules), by=MIRA).videos


@pytest.fixture
def world(build: Build) -> World:
    services = build()
    container = services.platform.client.service.get_container_client(services.platform.videos)
    services.platform.blob_storage().prepare()
    for blob in list(container.list_blob_names()):
        container.delete_blob(blob)
    services.library.reconciliation.rebuild(by=SYSTEM)
    return World(services)


CONDITIONS: tuple[tuple[dict[str, Any], list[bool]], ...] = (
    ({"older_than_days": 30}, [True, True, False, False]),
    ({"older_than_days": 100}, [False, False, False, False]),
    ({"not_watched_days": 20}, [True, False, False, False]),
    ({"tag": "drafts"}, [False, True, True, False]),
    ({"tag": "Drafts", "older_than_days": 30}, [False, True, False, False]),
    ({"larger_than": 3000}, [False, False, False, True]),
    ({"larger_than": 2999, "tag": "drafts", "older_than_days": 1}, [False, True, True, False]),
    ({"tag": "other"}, [False, False, False, False]),
)


def test_all_conditions_of_a_rule_must_hold(world: World) -> None:
    videos = [
        world.upload(days=60),
        world.upload(days=60, watched_days=10, tag="drafts"),
        world.upload(days=5, tag="drafts"),
        world.upload(days=0.5, size=4000),
    ]
    for when, holds in CONDITIONS:
        assert world.count(rule(**when)) == sum(holds), when
        # Beside a rule of which nothing holds, all videos are looked at, and the same is found.
        assert world.count(rule(**when), rule("trash", tag="nothing")) == sum(holds), when
    when, holds = CONDITIONS[4]
    world.put(rule(**when))
    assert (world.apply(), world.apply()) == (1, 0)
    assert world.where(*videos) == ["cool" if each else "hot" for each in holds]


def test_a_rule_by_collection_holds_as_long_as_there_is_one(world: World) -> None:
    inside, outside = world.upload(days=60), world.upload(days=60)
    young = world.upload(days=5)
    services = world.services.collections
    made = services.collections.create(CollectionChange(title="Drafts"), by=MIRA)
    services.grouping.add(made.id, [inside.id, young.id], by=MIRA)
    for video in (inside, outside):
        world.age(video, 60)
    when: dict[str, Any] = {"collection": made.id, "older_than_days": 30}
    assert (world.count(rule(collection=made.id)), world.count(rule(**when))) == (2, 1)
    assert world.count(rule(**when), rule("trash", tag="nothing")) == 1
    world.put(rule(**when))
    services.collections.delete(made.id, by=MIRA)
    assert world.count(rule(**when)) == 0
    services.collections.restore(made.id, by=MIRA)
    assert (world.apply(), world.apply()) == (1, 0)
    assert world.where(inside, outside, young) == ["cool", "hot", "hot"]


def test_a_rule_names_a_collection_that_is_there_and_keeps_it_when_it_is_gone(world: World) -> None:
    collections = world.services.collections.collections
    gone, other = (collections.create(CollectionChange(title=title), by=MIRA).id for title in ("Drafts", "Others"))
    world.put(rule(collection=gone))
    for each in (gone, other):
        collections.delete(each, by=MIRA)
    both = (rule(collection=gone), rule("cold", collection=other, larger_than=1))
    for ask in (world.put, world.count):
        with pytest.raises(InvalidRulesError, match=r"rules\[1\].when.collection: There is no collection of that id\."):
            ask(*both)
    world.put(rule(collection=gone), rule(larger_than=10**9))
    assert world.count(rule(collection=gone)) == 0


def test_the_trash_goes_before_tiers_and_the_colder_before_the_other(world: World) -> None:
    videos = [world.upload(days=days) for days in (10, 40, 100, 400)]
    world.put(
        rule("cool", older_than_days=7),
        rule("trash", older_than_days=365),
        rule("cold", older_than_days=90),
        rule("cool", older_than_days=30),
    )
    assert world.apply() == 4
    assert world.where(*videos) == ["cool", "cool", "cold", "trash"]


def test_nothing_is_made_warmer_nor_brought_back(world: World) -> None:
    cold, archived = world.upload(days=60), world.upload(days=60)
    for video, tier in ((cold, "cold"), (archived, "archive")):
        world.services.tiers.tiers.put(video.id, Tier(tier), by=MIRA)
        world.age(video, 60)
    world.put(rule("cool", older_than_days=30), rule("trash", older_than_days=50))
    assert world.count(rule("cool", older_than_days=30)) == 0
    assert world.apply() == 1
    assert world.where(cold, archived) == ["trash", "archive"]


def test_what_is_watched_held_or_in_the_trash_is_spared(world: World) -> None:
    watched_now, held, trashed, other = (world.upload(days=60) for _ in range(4))
    world.services.watching.watching.note(watched_now.id)
    world.services.holds.holds.put(held.id, "a lawsuit", by=MIRA)
    world.age(held, 60)
    world.services.library.videos.trash(trashed.id, by=SYSTEM)
    world.put(rule("archive", older_than_days=30))
    assert world.count(rule("archive", older_than_days=30)) == 1
    assert world.apply() == 1
    assert world.where(watched_now, held, trashed, other) == ["hot", "hot", "trash", "archive"]


def test_nothing_counts_as_unwatched_before_watching_was_noted(world: World) -> None:
    world.upload(days=400)
    notes = world.services.platform.databases.notes
    notes.remember("watching.began", notes.clock() - 3 * DAY)
    assert world.count(rule(not_watched_days=4)) == 0
    assert world.count(rule(not_watched_days=2)) == 1


def test_rules_that_are_off_do_nothing(world: World) -> None:
    world.upload(days=60)
    off = {**rule(older_than_days=30), "enabled": False}
    assert world.count(off) == 0
    world.put(off)
    assert world.apply() == 0


def test_a_pass_does_no_more_than_so_many_and_the_next_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    videos = [world.upload(days=60) for _ in range(5)]
    world.put(rule(older_than_days=30))
    monkeypatch.setattr(applying, "MOST_A_PASS", 2)
    assert [world.apply() for _ in range(4)] == [2, 2, 1, 0]
    assert set(world.where(*videos)) == {"cool"}


def test_a_pass_that_is_ended_in_the_middle_is_gone_on_with(world: World) -> None:
    videos = [world.upload(days=60) for _ in range(3)]
    world.put(rule(older_than_days=30))
    seen: list[object] = []

    def end(each: object) -> None:
        seen.append(each)
        if len([one for one in seen if isinstance(one, str)]) == 2:
            raise Interrupted("The process ends.")

    with pytest.raises(Interrupted):
        world.services.rules.rules.apply(by=SYSTEM, progress=end)
    assert world.where(*videos).count("cool") == 1
    assert world.apply() == 2


def test_each_change_is_in_the_audit_and_said(world: World) -> None:
    video = world.upload(days=60)
    world.put(rule(older_than_days=30))
    world.apply()
    world.services.platform.events.deliver()
    query = AuditQuery(target=video.id)
    found = {each.action: each for each in world.services.audit.entries.read(query, limit=50, by=SYSTEM)}
    assert found["tier.changed"].actor_id == SYSTEM.id
    assert found["rule.applied"].details == {"rule": "rule 0", "from": "hot", "to": "cool"}


def test_what_is_saved_is_told_by_the_prices(world: World) -> None:
    world.upload(days=60, size=400_000)
    prices = world.services.costs.prices.current(by=SYSTEM)
    assert prices is not None
    found = world.services.rules.rules.preview(ruleset(rule("archive", older_than_days=30)), by=MIRA)
    assert (found.size, found.currency) == (400_000, prices.currency)
    assert found.saves == prices.saving(400_000, "hot", "archive")
    trashed = world.services.rules.rules.preview(ruleset(rule("trash", older_than_days=30)), by=MIRA)
    assert trashed.saves == prices.saving(400_000, "hot", None)


def test_rules_that_make_no_sense_are_refused(world: World) -> None:
    rules = world.services.rules.rules
    for wrong in (
        ruleset(rule()),
        ruleset({"when": {"tag": "x"}, "then": {}}),
        ruleset({"when": {"tag": "x"}, "then": {"tier": "cool", "trash": True}}),
        ruleset({**rule(tag="x"), "name": " "}),
        ruleset({**rule(tag="x"), "name": "a"}, {**rule(tag="y"), "name": "A "}),
        ruleset(rule(tag=" ")),
    ):
        for use in (rules.put, rules.preview):
            with pytest.raises(InvalidRulesError) as refusal:
                use(wrong, by=MIRA)
            assert refusal.value.errors[0]["field"].startswith("rules[")
    assert rules.get(by=MIRA).rules == ()


def test_only_who_manages_sees_or_changes_rules(world: World) -> None:
    rules, user = world.services.rules.rules, replace(MIRA, role=Role.USER)
    for use in (
        lambda: rules.get(by=user),
        lambda: rules.put(ruleset(), by=user),
        lambda: rules.preview(ruleset(), by=user),
        lambda: rules.azure(by=user),
        lambda: rules.apply(by=MIRA),
    ):
        with pytest.raises(ForbiddenError):
            use()


def test_what_somebody_has_just_paid_for_is_spared(world: World) -> None:
    brought_back, restored, other = (world.upload(days=60) for _ in range(3))
    at = world.services.platform.databases.notes.clock() - 29 * DAY
    with world.services.library.catalogue._database.writing() as connection:
        connection.execute(update(rows).where(rows.c.id == brought_back.id).values(tier_since=at))
    world.services.library.videos.trash(restored.id, by=SYSTEM)
    world.services.library.videos.restore(restored.id, by=MIRA)
    world.services.platform.events.deliver()
    world.age(restored, 60)
    world.put(rule("trash", older_than_days=30))
    assert world.apply() == 1
    assert world.where(brought_back, restored, other) == ["hot", "hot", "trash"]


def test_what_has_changed_since_its_batch_was_looked_at_is_left_alone(world: World) -> None:
    videos = [world.upload(days=60, tag="drafts") for _ in range(6)]
    watched_now, held, edited, trashed, switched_off = videos[1:]
    house = world.services

    def change(each: object) -> None:
        if each == videos[0].id:
            house.watching.watching.note(watched_now.id)
            house.library.videos.edit(edited.id, VideoChange(tags=[]), by=SYSTEM, if_match=None)
            house.library.videos.trash(trashed.id, by=SYSTEM)
            house.holds.holds.put(held.id, "a lawsuit", by=MIRA)
            # The index of this process does not know of the hold yet.
            with house.library.catalogue._database.writing() as connection:
                connection.execute(update(rows).where(rows.c.id == held.id).values(held_at=None))
            for video in (held, edited):
                world.age(video, 60)
        if each == switched_off.id:
            world.put({**rule("cold", tag="drafts", older_than_days=30), "enabled": False})

    world.put(rule("cold", tag="drafts", older_than_days=30))
    assert house.rules.rules.apply(by=SYSTEM, progress=change) == 1
    assert world.where(*videos) == ["cold", "hot", "hot", "hot", "trash", "hot"]


def test_what_is_refused_counts_and_lets_the_others_have_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [world.upload(days=60, tag="old") for _ in range(8)]
    others = [world.upload(days=60, size=4000) for _ in range(3)]
    put, asked = world.services.tiers.tiers.put, list[str]()

    def no_archive(id_: str, tier: Tier, *, by: Actor) -> Video:
        asked.append(id_)
        if tier is Tier.ARCHIVE:
            raise TierRefusedError("This account has no archive.")
        return put(id_, tier, by=by)

    monkeypatch.setattr(world.services.tiers.tiers, "put", no_archive)
    old = {**rule("archive", older_than_days=30, tag="old"), "name": "old"}
    world.put(old, {**rule("cold", older_than_days=30, larger_than=3500), "name": "large"})
    assert world.apply() == 3
    assert asked == [video.id for video in [*refused[:5], *others]]
    # With fewer a pass, those behind have their turn in the next one.
    monkeypatch.setattr(applying, "MOST_A_PASS", 3)
    world.put(old)
    asked.clear()
    for _ in range(3):
        assert world.apply() == 0
    assert asked == [video.id for video in [*refused, refused[0]]]


def test_two_who_change_the_rules_at_once_lose_nothing(world: World) -> None:
    rules = world.services.rules.rules

    def add(number: int) -> None:
        [new] = ruleset({**rule(tag="x"), "name": f"number {number}"}).rules
        rules.change(lambda known: RuleSet(rules=(*known.rules, new)), by=MIRA)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(12)))
    assert {each.name for each in rules.get(by=MIRA).rules} == {f"number {number}" for number in range(12)}
