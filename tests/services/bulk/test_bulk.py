"""The same done to many videos, on real storage, in both databases."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from services.accounts.joining import NewAccount
from services.accounts.own_account import NewToken
from services.accounts.people import AccountChange
from services.accounts.user import User
from services.actors.actor import SYSTEM, Actor, Role, Scope
from services.artists.change import ArtistChange
from services.assembly import Services
from services.bulk import bulk as limits
from services.bulk import working
from services.bulk.actions import Action
from services.bulk.bulk import BulkProgress, BulkWish
from services.bulk.errors import BulkNotFoundError, InvalidBulkError, NothingToUndoError
from services.bulk.store import BulkStore, ItemState, Value
from services.events.videos import VideoEvent
from services.jobs.errors import NotYetError
from services.jobs.job import Job, State
from services.jobs.kinds import Work, WorkStopped
from services.library.catalogue import PageQuery
from services.library.errors import VideoNotFoundError
from services.storage.errors import StorageUnavailableError
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.accounts import PASSWORD, an_account, as_actor
from tests.bodies import Bytes
from tests.videos import mp4


@dataclass
class World:
    """A library, and people who change it."""

    services: Services

    def person(self, name: str, role: Role = Role.USER) -> User:
        accounts = self.services.accounts
        user = accounts.joining.register(NewAccount(username=name, email=None, password=PASSWORD), by=SYSTEM)
        return accounts.people.change(user.id, AccountChange(role=role), by=SYSTEM).user

    def upload(self, count: int, *, by: Actor = SYSTEM, title: str = "film") -> list[str]:
        uploads, found = self.services.uploads, []
        for number in range(count):
            upload = uploads.whole.begin(Candidate(filename="film.mp4", title=f"{title} {number}"), door="put", by=by)
            uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
            found.append(uploads.whole.finish([upload], by=by)[0].id)
        return found

    def video(self, id_: str) -> Video:
        return self.services.library.videos.stored(id_, by=SYSTEM, trash=True)

    def in_trash(self, ids: list[str]) -> list[bool]:
        return [self.video(each).deleted_at is not None for each in ids]

    def begin(self, action: Action, ids: list[str], value: Value = None, *, by: Actor = SYSTEM) -> BulkProgress:
        return self.services.bulk.actions.begin(BulkWish(action=action, ids=ids, value=value), by=by)

    def statuses(self, progress: BulkProgress) -> list[object]:
        known = self.services.bulk.actions.get(progress.bulk.id, by=SYSTEM)
        return [each["status"] for each in self.services.bulk.actions.results(known, by=SYSTEM)]

    def work(self, progress: BulkProgress, *, attempt: int = 1, stop_after: int | None = None) -> list[object]:
        """One attempt at the job; returns the statuses that it tells of."""
        assert progress.job is not None
        told: list[float] = []

        def tell(done: float) -> None:
            if len(told) == stop_after:
                raise WorkStopped
            told.append(done)

        kind = self.services.jobs.kinds.get(working.BULK)
        assert kind is not None
        results = kind.run(Work(job=replace(progress.job, attempts=attempt), tell_progress=tell))
        return [each["status"] for each in results or ()]

    def finished(self, job: Job) -> None:
        """As a worker says that it is done."""
        claim = self.services.jobs.store.claim_one(job.id, worker="a test")
        assert claim is not None
        self.services.jobs.store.finish(claim)


@pytest.fixture
def world(services: Services) -> World:
    services.platform.blob_storage().prepare()
    return World(services)


@pytest.fixture
def people(world: World) -> World:
    """The same, where somebody may administer, as somebody always does."""
    an_account(world.services, "ada")
    return world


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are done at once; more are a job."""
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 2)


def test_each_video_is_judged_as_if_it_were_done_alone(people: World) -> None:
    world = people
    own, other = as_actor(world.person("amina")), as_actor(world.person("bela"))
    [mine], [seen], [hidden] = (world.upload(1, by=by) for by in (own, other, other))
    world.begin(Action.VISIBILITY, [hidden], "private", by=other)
    done = world.begin(Action.TAG, [mine, seen, hidden, "none.mp4", mine], ["sea", "Sea"], by=own)
    assert world.statuses(done) == [200, 403, 404, 404]
    assert world.video(mine).tags == ("sea",)
    assert world.statuses(world.begin(Action.OWNER, [mine], other.id, by=own)) == [403]
    reader = as_actor(world.person("rita", Role.READONLY))
    assert world.statuses(world.begin(Action.DELETE, [mine], by=reader)) == [403]
    assert world.in_trash([mine]) == [False]


def test_every_action_does_what_it_says(people: World) -> None:
    world = people
    manager = as_actor(world.person("max", Role.MANAGER))
    ids = world.upload(2, by=manager)
    owner = world.person("olga").id
    air, beck = (world.services.artists.artists.create(ArtistChange(name=name), by=SYSTEM) for name in ("Air", "Beck"))
    for action, value in (
        (Action.TAG, ["sea", "boat"]),
        (Action.UNTAG, "SEA"),
        (Action.ARTIST, ["Air", "BECK"]),
        (Action.UNARTIST, air.id),
        (Action.VISIBILITY, "private"),
        (Action.OWNER, owner),
        (Action.TIER, "cool"),
        (Action.PROCESS, ["poster"]),
        (Action.PROCESS, None),
    ):
        assert world.statuses(world.begin(action, ids, value, by=manager)) == [200, 200], action
    video = world.video(ids[0])
    assert (video.tags, video.visibility, video.owner, video.tier) == (("boat",), "private", owner, "cool")
    assert video.about.artists == (beck.id,)
    kinds = world.services.jobs.store.newest_of(ids)
    assert all("poster" in kinds[each] for each in ids)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        (Action.TAG, None),
        (Action.TAG, "a,b"),
        (Action.ARTIST, None),
        (Action.ARTIST, "nobody"),
        (Action.VISIBILITY, "everybody"),
        (Action.OWNER, ["a", "b"]),
        (Action.TIER, "warm"),
        (Action.PROCESS, ["no such kind"]),
        (Action.DELETE, "now"),
    ],
)
def test_a_value_that_is_none_is_refused_before_anything_is_done(world: World, action: Action, value: Value) -> None:
    with pytest.raises(InvalidBulkError) as refused:
        world.begin(action, ["film.mp4"], value)
    assert refused.value.errors[0]["field"] == "value"


def test_videos_are_named_in_one_way(world: World) -> None:
    actions = world.services.bulk.actions
    for wish in (
        BulkWish(action=Action.DELETE),
        BulkWish(action=Action.DELETE, ids=[]),
        BulkWish(action=Action.DELETE, ids=["film.mp4"], query=PageQuery()),
    ):
        with pytest.raises(InvalidBulkError):
            actions.begin(wish, by=SYSTEM)


def test_a_query_means_all_that_may_be_seen_and_the_trash_where_it_restores(people: World) -> None:
    world = people
    own, other = as_actor(world.person("amina")), as_actor(world.person("bela"))
    ids, hidden = world.upload(3, by=own, title="holiday"), world.upload(1, by=other, title="holiday")
    world.upload(1, by=own, title="work")
    world.begin(Action.VISIBILITY, hidden, "private", by=other)
    actions, query = world.services.bulk.actions, PageQuery(q="holi")
    assert actions.count(query, by=own) == 3
    deleted = actions.begin(BulkWish(action=Action.DELETE, query=query), by=own)
    assert world.statuses(deleted) == [200, 200, 200]
    assert world.in_trash([*ids, *hidden]) == [True, True, True, False]
    assert world.statuses(actions.begin(BulkWish(action=Action.RESTORE, query=query), by=own)) == [200, 200, 200]
    assert world.in_trash(ids) == [False, False, False]


def test_a_held_video_stays_and_a_trashed_one_is_not_found(world: World) -> None:
    held, gone, free = world.upload(3)
    world.services.holds.holds.put(held, "Case 1", by=SYSTEM)
    world.services.library.videos.trash(gone, by=SYSTEM)
    deleted = world.begin(Action.DELETE, [held, gone, free])
    assert world.statuses(deleted) == [409, 404, 200]
    assert world.statuses(world.services.bulk.actions.undo(deleted.bulk.id, by=SYSTEM)) == [200]
    assert world.in_trash([held, gone, free]) == [False, True, False]


def test_one_undo_takes_a_deletion_back_once(people: World) -> None:
    world = people
    own, other = as_actor(world.person("amina")), as_actor(world.person("bela"))
    ids = world.upload(2, by=own)
    actions, deleted = world.services.bulk.actions, world.begin(Action.DELETE, ids, by=own)
    with pytest.raises(BulkNotFoundError):
        actions.undo(deleted.bulk.id, by=other)
    assert world.statuses(actions.undo(deleted.bulk.id, by=own)) == [200, 200]
    assert world.in_trash(ids) == [False, False]
    with pytest.raises(NothingToUndoError):
        actions.undo(deleted.bulk.id, by=own)
    with pytest.raises(NothingToUndoError):
        actions.undo(world.begin(Action.TAG, ids, "sea", by=own).bulk.id, by=own)


def test_many_are_a_job_that_goes_on_where_it_was_and_does_nothing_twice(world: World, few: None) -> None:
    ids = world.upload(5)
    begun = world.begin(Action.TAG, ids, "sea")
    assert begun.job is not None
    with pytest.raises(WorkStopped):
        world.work(begun, stop_after=3)
    assert [world.video(each).tags for each in ids] == [("sea",)] * 3 + [()] * 2
    before = [world.video(each).etag for each in ids]
    # One that has been done must not be done again, whatever somebody has made of it since.
    world.begin(Action.UNTAG, ids[:1], "sea")
    assert world.work(begun, attempt=2) == [200] * 5
    assert [world.video(each).tags for each in ids] == [(), *[("sea",)] * 4]
    assert [world.video(each).etag for each in ids[1:3]] == before[1:3]


def test_what_was_deleted_by_a_killed_attempt_counts_as_deleted(world: World, few: None) -> None:
    ids = world.upload(3)
    begun = world.begin(Action.DELETE, ids)
    store = BulkStore(world.services.platform.databases.durable)
    item = store.step(begun.bulk.id, attempt=1, after=-1)
    assert item is not None
    world.services.library.videos.trash(item.video, by=SYSTEM)
    # Killed here: nothing was written down of it.
    assert world.work(begun, attempt=2) == [200, 200, 200]
    assert world.in_trash(ids) == [True, True, True]


@pytest.mark.parametrize(("action", "value"), [(Action.TAG, "sea"), (Action.DELETE, None)])
def test_what_was_killed_behind_its_write_to_storage_is_said_and_listed(
    world: World, few: None, monkeypatch: pytest.MonkeyPatch, action: Action, value: Value
) -> None:
    ids = world.upload(3)
    begun = world.begin(action, ids, value)
    events, said = world.services.platform.events, list[str]()
    say = events.say

    def killed(*_: object, **__: object) -> None:
        raise WorkStopped

    def listened(event: VideoEvent, **more: Any) -> Any:
        said.append(event.video.id)
        return say(event, **more)

    with monkeypatch.context() as broken:
        broken.setattr(events, "say", killed)
        with pytest.raises(WorkStopped):
            world.work(begun)
    with monkeypatch.context() as heard:
        heard.setattr(events, "say", listened)
        assert world.work(begun, attempt=2) == [200, 200, 200]
    assert said == ids
    listed = [world.services.library.catalogue.find(each) for each in ids]
    assert [(each.tags, each.deleted_at is None) for each in listed if each] == [
        (("sea",), True) if action is Action.TAG else ((), False)
    ] * 3


def test_an_attempt_that_has_been_given_up_writes_nothing_more(world: World, few: None) -> None:
    begun = world.begin(Action.TAG, world.upload(3), "sea")
    store = BulkStore(world.services.platform.databases.durable)
    assert store.step(begun.bulk.id, attempt=1, after=-1) is not None
    assert world.work(begun, attempt=2) == [200, 200, 200]
    assert store.step(begun.bulk.id, attempt=1, after=0) is None
    assert store.counts(begun.bulk.id) == {ItemState.DONE: 3}


def test_a_job_acts_with_the_rights_of_the_moment(people: World, few: None) -> None:
    world = people
    person = world.person("amina")
    own = as_actor(person)
    ids = world.upload(4, by=own)
    begun = world.begin(Action.TAG, ids, "sea", by=own)
    with pytest.raises(WorkStopped):
        world.work(begun, stop_after=1)
    world.services.accounts.people.change(person.id, AccountChange(active=False), by=SYSTEM)
    assert world.work(begun, attempt=2) == [200, 403, 403, 403]
    assert [world.video(each).tags for each in ids] == [("sea",), (), (), ()]


def test_a_token_that_is_gone_does_nothing_more(people: World, few: None) -> None:
    world = people
    person = world.person("amina")
    own, accounts = as_actor(person), world.services.accounts
    ids = world.upload(3, by=own)
    wanted = NewToken(name="a script", scopes=frozenset({Scope.WRITE}), expires_at=None)
    token, text = accounts.own.new_token(person, wanted, by=own)
    script = accounts.credentials.of_bearer(text).actor()
    begun = world.begin(Action.TAG, ids, "sea", by=script)
    with pytest.raises(WorkStopped):
        world.work(begun, stop_after=1)
    accounts.own.remove_token(person, token.id, by=own)
    assert world.work(begun, attempt=2) == [200, 403, 403]


def test_a_deletion_that_goes_on_is_taken_back_when_it_has_ended(world: World, few: None) -> None:
    ids = world.upload(4)
    gone = ids[3]
    world.services.library.videos.trash(gone, by=SYSTEM)
    begun = world.begin(Action.DELETE, ids)
    with pytest.raises(WorkStopped):
        world.work(begun, stop_after=2)
    undo = world.services.bulk.actions.undo(begun.bulk.id, by=SYSTEM)
    with pytest.raises(NotYetError):
        world.work(undo)
    assert world.work(begun, attempt=2) == [200, 200]
    assert begun.job is not None
    world.finished(begun.job)
    # The one that was begun and not done is among those that are back.
    assert world.work(undo, attempt=2) == [200, 200, 200]
    # What lay in the trash before the deletion came to it stays there.
    assert world.in_trash(ids) == [False, False, False, True]


def test_what_storage_cannot_do_now_is_tried_again_by_the_job(
    world: World, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = world.upload(3)
    begun = world.begin(Action.TAG, ids, "sea")
    library = world.services.library.videos
    whole, away = library.stored, StorageUnavailableError("Storage cannot be reached.")

    def stored(id_: str, **more: object) -> Video:
        if id_ == ids[1]:
            raise away
        return whole(id_, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(library, "stored", stored)
        with pytest.raises(StorageUnavailableError):
            world.work(begun)
        assert world.statuses(world.begin(Action.TAG, ids[:2], "boat")) == [200, 503]
    assert world.work(begun, attempt=2) == [200, 200, 200]


def test_others_of_the_lane_have_their_turn(world: World, few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_SLICE_SECONDS", -1.0)
    begun = world.begin(Action.TAG, world.upload(3), "sea")
    for attempt in (1, 2):
        with pytest.raises(NotYetError):
            world.work(begun, attempt=attempt)
    assert world.work(begun, attempt=3) == [200, 200, 200]


def test_what_is_old_is_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    actions, done = world.services.bulk.actions, world.begin(Action.TAG, ["none.mp4"], "sea")
    assert actions.forget_old(lambda _: None) == "0 forgotten"
    monkeypatch.setattr(limits, "_KEPT", -1000)
    assert actions.forget_old(lambda _: None) == "1 forgotten"
    with pytest.raises(BulkNotFoundError):
        actions.get(done.bulk.id, by=SYSTEM)


def test_state_of_a_job_is_told(world: World, few: None) -> None:
    begun = world.begin(Action.DELETE, world.upload(3))
    known = world.services.bulk.actions.get(begun.bulk.id, by=SYSTEM)
    assert known.job is not None
    assert (known.job.state, known.counts, known.may_be_undone) == (State.QUEUED, {ItemState.WAITING: 3}, True)
    with pytest.raises(VideoNotFoundError):
        world.services.library.videos.get("none.mp4", by=SYSTEM)
