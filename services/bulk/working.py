"""The work: one video after the other, each as whoever asked may do it at that moment.

**Killed at any moment.** What became of a video is written down before the next is begun. A later attempt goes on
behind that; the one video that was begun and not ended is done once more, which changes nothing where it was done.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from services.actors.actor import Actor
from services.actors.errors import ForbiddenError
from services.audit.audit import Audit
from services.audit.entry import AuditOutcome, AuditTarget
from services.bulk.actions import Action, BulkActs, OneVideo
from services.bulk.store import Bulk, BulkEnded, BulkItem, BulkStore, ItemState
from services.database.errors import DatabaseUnavailableError
from services.errors import ReelgateError
from services.jobs.errors import BadInputError, NotYetError
from services.jobs.job import Lane, Results
from services.jobs.kinds import Kind, Work
from services.storage.errors import StorageUnavailableError

BULK = "bulk"
"""The kind of job."""

_AT_ONCE = 0
"""The attempt that needs no job; one of a job, where it comes to that, goes on behind it."""
_SLICE_SECONDS = 20.0
"""After so long others of the lane have their turn."""
_PAUSE = 0.5
_UNDO_PAUSE = 1.0
_AWAY = (StorageUnavailableError, DatabaseUnavailableError)

Renew = Callable[[Actor], Actor]
"""Gives somebody with the rights of this moment."""


@dataclass(frozen=True, kw_only=True)
class BulkWork:
    """Does what was asked for, as a job or at once."""

    store: BulkStore
    actions: BulkActs
    audit: Audit
    renew: Renew
    is_over: Callable[[str], bool]
    """Whether the job of that id does nothing more."""

    @property
    def kind(self) -> Kind:
        """What the queue can be asked for."""
        return Kind(name=BULK, lane=Lane.QUICK, recipe=1, run=self._run)

    def do_all(self, bulk: Bulk) -> None:
        """Do it to all of them now. What storage or the database cannot do now is the result of those videos."""
        item = self.store.step(bulk.id, attempt=_AT_ONCE, after=-1)
        while item is not None:
            try:
                ended = self._do(bulk, item)
            except _AWAY as error:
                ended = _refused(item, error)
            item = self.store.step(bulk.id, attempt=_AT_ONCE, after=item.place, ended=ended)

    def _run(self, work: Work) -> Results:
        bulk = self.store.get(str(work.arguments.get("bulk")))
        if bulk is None:
            raise BadInputError("Nothing is known of this any more.")
        if bulk.undoes is not None:
            self._wait_for(bulk.undoes)
            # It may have been asked for when it was not known yet which videos these are.
            self.store.leave_untouched(bulk.id, undoes=bulk.undoes)
        begun = time.monotonic()
        item = self.store.step(bulk.id, attempt=work.attempt, after=-1)
        while item is not None:
            work.progress(item.place / max(1, bulk.count))
            # What cannot be reached now is tried again by the next attempt.
            ended = self._do(bulk, item)
            item = self.store.step(bulk.id, attempt=work.attempt, after=item.place, ended=ended)
            if item is not None and time.monotonic() - begun > _SLICE_SECONDS:
                raise NotYetError("Others have their turn.", again_in=_PAUSE)
        self.store.leave_rest(bulk.id)
        return list(results_of(self.store, bulk.id))

    def _wait_for(self, undone_id: str) -> None:
        """What is taken back must not be at it any more."""
        undone = self.store.get(undone_id)
        if undone is not None and undone.job is not None and not self.is_over(undone.job):
            raise NotYetError("What is taken back is still ending.", again_in=_UNDO_PAUSE)

    def _do(self, bulk: Bulk, item: BulkItem) -> BulkEnded:
        by = self.renew(bulk.actor)
        action = Action(bulk.action)
        try:
            if by.role is None:
                raise ForbiddenError("Whoever asked for this has no right to it any more.")
            one = OneVideo(id=item.video, value=bulk.value, by=by, again=item.was_begun)
            self.actions.do(action, one, by=by)
        except _AWAY:
            raise
        except ReelgateError as error:
            self._note_refusal(action, item, error, by=by)
            return _refused(item, error)
        if action is Action.PROCESS:
            self.audit.note("video.process-asked", by=by, target=_target(item))
        return BulkEnded(place=item.place, state=ItemState.DONE, status=HTTPStatus.OK)

    def _note_refusal(self, action: Action, item: BulkItem, error: ReelgateError, *, by: Actor) -> None:
        if error.status == HTTPStatus.FORBIDDEN:
            details = {"action": action.value}
            self.audit.note("bulk.refused", by=by, target=_target(item), outcome=AuditOutcome.REFUSED, details=details)


def results_of(store: BulkStore, id_: str) -> list[dict[str, object]]:
    """What became of each video, as the API says it; without those that were never begun."""
    results: list[dict[str, object]] = []
    for each in store.outcomes(id_):
        if each.status is not None:
            said = {"detail": each.detail} if each.detail else {}
            results.append({"id": each.video, "status": each.status, **said})
    return results


def _refused(item: BulkItem, error: ReelgateError) -> BulkEnded:
    return BulkEnded(place=item.place, state=ItemState.REFUSED, status=error.status, detail=error.detail)


def _target(item: BulkItem) -> AuditTarget:
    return AuditTarget(kind="video", id=item.video)
