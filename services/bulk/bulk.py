"""Bulk actions as people meet them: asked for, looked at, and a deletion taken back as one."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.actors.actor import Actor
from services.actors.policy import Act, may, require
from services.artists.crediting import Crediting
from services.bulk.actions import Action, checked_value
from services.bulk.errors import BulkNotFoundError, NothingToUndoError, invalid
from services.bulk.store import Bulk, BulkOutcome, BulkStore, ItemState, Undo, Value
from services.bulk.working import BulkWork, results_of
from services.collections.errors import InvalidCollectionError
from services.collections.grouping import Grouping
from services.jobs.job import Job
from services.jobs.jobs import Jobs
from services.jobs.store import JobStore
from services.jobs.wish import Wish
from services.library.catalogue import PageQuery
from services.library.errors import InvalidChangeError
from services.library.selection import Selection
from services.steps import KeepGoing

MOST_AT_ONCE = 200
"""Videos that whoever asks waits for; with more of them it is a job."""
MOST_NAMED = 10_000
"""Ids of one request."""
MOST = 50_000
"""Videos of one question."""
SHOWN_TROUBLES = 200

_AHEAD = -5
_DAY = 24 * 3600 * 1000
_KEPT = 35 * _DAY
_LEFT = 10 * 60 * 1000
"""No request is still at it after so many milliseconds."""
_LEFT_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class BulkWish:
    """What is to be done, to these videos or to all that a question finds."""

    action: Action
    value: Value = None
    ids: Sequence[str] | None = None
    query: PageQuery | None = None


@dataclass(frozen=True, kw_only=True)
class BulkProgress:
    """What was asked for, and how far it is."""

    bulk: Bulk
    job: Job | None
    """None where it was done at once, or long ago."""
    counts: dict[ItemState, int]

    @property
    def is_going_on(self) -> bool:
        """Whether a job is still at it."""
        return self.job is not None and not self.job.state.is_over

    @property
    def may_be_undone(self) -> bool:
        """Whether it is a deletion that can be taken back."""
        return self.bulk.action == Action.DELETE and self.bulk.undone_by is None


class BulkActions:
    """Raises `DatabaseUnavailableError`, and what the policy says to who may ask for no lists."""

    def __init__(
        self,
        store: BulkStore,
        selection: Selection,
        work: BulkWork,
        *,
        artists: Crediting,
        collections: Grouping,
        jobs: Jobs,
        job_store: JobStore,
    ) -> None:
        self._artists = artists
        self._collections = collections
        self._store = store
        self._selection = selection
        self._work = work
        self._kind = work.kind
        self._jobs = jobs
        self._job_store = job_store

    def count(self, query: PageQuery, *, by: Actor) -> int:
        """How many videos a question finds that the actor may see, up to `MOST` and one."""
        return len(self._selection.ids(query, most=MOST + 1, by=by))

    def begin(self, wish: BulkWish, *, by: Actor) -> BulkProgress:
        """Do it, or have it done by a job where there are many; raises `InvalidBulkError`.

        Whether the actor may is asked for each video.
        """
        require(by, Act.LIST)
        value = checked_value(wish.action, wish.value)
        if wish.action in {Action.ARTIST, Action.UNARTIST}:
            value = self._meant(value, by=by)
        if wish.action in {Action.COLLECTION, Action.UNCOLLECTION}:
            value = self._collected(value, changing=wish.action is Action.COLLECTION, by=by)
        return self._begin(wish.action, value, self._chosen(wish, by=by), by=by)

    def undo(self, id_: str, *, by: Actor) -> BulkProgress:
        """Take a deletion back, all of it; one that is still going on ends first. Raises `NothingToUndoError`."""
        known = self.get(id_, by=by)
        # Whoever may restore nothing does not use it up.
        require(by, Act.EDIT)
        tried = known.bulk.undone_by
        if known.bulk.action != Action.DELETE or (tried and not self._has_failed(self.get(tried, by=by))):
            raise NothingToUndoError("This was no deletion, or it has been taken back before.")
        # What is begun meanwhile is found by the job, which waits for the end of the other.
        videos = self._not_refused(known.bulk) if known.is_going_on else self._store.touched(id_)
        undo = Undo(bulk=id_, tried=tried)
        return self._begin(Action.RESTORE, None, videos, by=by, undoes=undo, as_job=known.is_going_on)

    def get(self, id_: str, *, by: Actor) -> BulkProgress:
        """One that the actor has asked for, or anybody for who manages; raises `BulkNotFoundError`."""
        require(by, Act.LIST)
        bulk = self._store.get(id_)
        if bulk is None or not (bulk.actor.id == by.id or may(by, Act.MANAGE)):
            raise BulkNotFoundError("There is no such bulk action.")
        job = self._job_store.these([bulk.job]).get(bulk.job) if bulk.job else None
        return BulkProgress(bulk=bulk, job=job, counts=self._store.counts(id_))

    def results(self, progress: BulkProgress, *, by: Actor) -> list[dict[str, object]]:
        """What became of each video so far, of what `get` has shown."""
        require(by, Act.LIST)
        return results_of(self._store, progress.bulk.id)

    def troubles(self, progress: BulkProgress, *, by: Actor) -> list[BulkOutcome]:
        """The first videos with which it could not be done, of what `get` has shown."""
        require(by, Act.LIST)
        return self._store.troubles(progress.bulk.id, most=SHOWN_TROUBLES)

    def forget_old(self, _: KeepGoing) -> str:
        """Forget what was done more than a month ago."""
        return f"{self._store.forget(older_than=_KEPT)} forgotten"

    def queue_left(self, keep_going: KeepGoing) -> str:
        """Have done by jobs what a process has left that was killed before there was one, or at doing it."""
        left = self._store.without_job(older_than=_LEFT, most=_LEFT_AT_ONCE)
        for each in left:
            keep_going(each.id)
            self._queued(each, by=each.actor)
        return f"{len(left)} queued" if left else ""

    def _meant(self, value: Value, *, by: Actor) -> Value:
        """The ids of the artists that are named."""
        try:
            return list(self._artists.meant(value or (), by=by))
        except InvalidChangeError as error:
            raise invalid("value", error.detail) from error

    def _collected(self, value: Value, *, changing: bool, by: Actor) -> Value:
        """The ids of the collections that are named."""
        named = [value] if isinstance(value, str) else value or ()
        try:
            return list(self._collections.meant(named, changing=changing, by=by))
        except InvalidCollectionError as error:
            raise invalid("value", error.detail) from error

    def _has_failed(self, undo: BulkProgress) -> bool:
        """Whether something is not back that was to be taken back."""
        left = undo.counts.keys() - {ItemState.DONE, ItemState.LEFT}
        return bool(left) and not undo.is_going_on

    def _begin(
        self,
        action: Action,
        value: Value,
        videos: Sequence[str],
        *,
        by: Actor,
        undoes: Undo | None = None,
        as_job: bool = False,
    ) -> BulkProgress:
        bulk = self._store.add(secrets.token_hex(12), action, value, videos, actor=by, undoes=undoes)
        if bulk is None:
            raise NothingToUndoError("This has been taken back before.")
        if len(videos) <= MOST_AT_ONCE and not as_job:
            self._work.do_all(bulk)
            return self.get(bulk.id, by=by)
        job = self._queued(bulk, by=by)
        return BulkProgress(bulk=replace(bulk, job=job.id), job=job, counts=self._store.counts(bulk.id))

    def _queued(self, bulk: Bulk, *, by: Actor) -> Job:
        wish = Wish(kind=self._kind, arguments={"bulk": bulk.id, "action": bulk.action}, priority=_AHEAD)
        job = self._jobs.add(wish, by=by)
        self._store.note_job(bulk.id, job.id)
        return job

    def _chosen(self, wish: BulkWish, *, by: Actor) -> Sequence[str]:
        if (wish.ids is None) == (wish.query is None):
            raise invalid("ids", "Name the videos by their ids, or by a query; not by both.")
        if wish.ids is not None:
            chosen = list(dict.fromkeys(wish.ids))
            if not 0 < len(chosen) <= MOST_NAMED:
                raise invalid("ids", f"Name at least one video, and at most {MOST_NAMED}.")
            if any("\0" in each for each in chosen):
                raise invalid("ids", "No id of a video has NUL in it.")
            return chosen
        query = wish.query or PageQuery()
        found = self._selection.ids(replace(query, trash=wish.action is Action.RESTORE), most=MOST + 1, by=by)
        if len(found) > MOST:
            raise invalid("query", f"The query finds more than {MOST} videos. Narrow it down.")
        return found

    def _not_refused(self, bulk: Bulk) -> list[str]:
        """All videos of a deletion that is still going on: those that it has not got to are not in the trash."""
        return [each.video for each in self._store.outcomes(bulk.id) if each.state is not ItemState.REFUSED]
