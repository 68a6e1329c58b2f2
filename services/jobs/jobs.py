"""Jobs as people and other slices meet them: asked for, looked at, cancelled, tried again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from services.actors.actor import Actor
from services.actors.policy import Act, Owned, may, require
from services.jobs.errors import JobNotFoundError, JobStateError
from services.jobs.job import Job
from services.jobs.kinds import Kind, Kinds
from services.jobs.store import JobPage, JobQuery, JobStore
from services.jobs.wish import Wish


def sees(by: Actor, job: Job) -> bool:
    """Whether the actor, who may ask for lists, may know of the job."""
    return job.by_id == by.id or may(by, Act.MANAGE)


class Jobs:
    """The jobs that an actor may see. Others are answered as if they were not there."""

    def __init__(self, store: JobStore, kinds: Kinds, *, announce: Callable[[Job], None]) -> None:
        """`announce` is called with each job that waits for a worker."""
        self._store = store
        self._kinds = kinds
        self._announce = announce
        self._video_of: Callable[[str], Owned | None] = lambda _: None

    def know_videos(self, video_of: Callable[[str], Owned | None]) -> None:
        """Ask for the videos that jobs are about, before one is tried again; None where there is none any more."""
        self._video_of = video_of

    def add(self, wish: Wish, *, by: Actor) -> Job:
        """Queue a job, or find the one that is the same: of one kind, recipe, video and arguments.

        Whoever calls it has made sure that the actor may have it done.
        """
        [job] = self.add_all([wish], by=by)
        return job

    def add_all(self, wishes: Sequence[Wish], *, by: Actor) -> list[Job]:
        """Queue several, as `add` does: all of them, or none."""
        found = self._store.add_all(wishes, by=by)
        for job in found:
            self._announce(job)
        return found

    def page(self, query: JobQuery, *, by: Actor) -> JobPage:
        """A page of the list."""
        require(by, Act.LIST)
        return self._store.page(query if may(by, Act.MANAGE) else replace(query, by_id=by.id))

    def get(self, job_id: str, *, by: Actor) -> Job:
        """One job; its results are told to whoever may have its kind done."""
        require(by, Act.LIST)
        job = self._store.get(job_id)
        if job is None or not sees(by, job):
            raise JobNotFoundError("There is no such job.")
        return job if self._reads_results(by, job) else replace(job, results=None)

    def find(self, kind: Kind, *, name: str, value: str, since: datetime, by: Actor) -> Job | None:
        """The newest job of that kind since then whose argument of that name is this text, where the actor sees it."""
        require(by, Act.LIST)
        job = self._store.find(kind.name, name=name, value=value, since=since)
        return job if job is not None and sees(by, job) else None

    def may_change(self, job: Job, *, by: Actor) -> bool:
        """Whether the actor may cancel the job, or have it done anew."""
        return sees(by, job) and may(by, self._act(job))

    def cancel(self, job_id: str, *, by: Actor) -> Job:
        """Cancel a job; cancelled twice is cancelled."""
        self._changeable(job_id, by=by)
        cancelled = self._store.cancel(job_id)
        if cancelled is not None:
            return cancelled
        job = self.get(job_id, by=by)
        if job.state != "cancelled":
            raise JobStateError(f"The job is {job.state} and cannot be cancelled any more.")
        return job

    def retry(self, job_id: str, *, by: Actor) -> Job:
        """Have a job done anew that is over, by who may still have it done to its video; it keeps its id."""
        known = self._changeable(job_id, by=by)
        if known.video is not None and (video := self._video_of(known.video)) is not None:
            # It may have been given to somebody else since.
            require(by, self._act(known), video)
        if (retry := self._kinds.retry_of(known.kind)) is not None:
            return retry(known, by=by)
        job = self._store.retry(job_id)
        if job is None:
            raise JobStateError(f"The job is {self.get(job_id, by=by).state}: it can be tried again once it is over.")
        self._announce(job)
        return job

    def _changeable(self, job_id: str, *, by: Actor) -> Job:
        job = self.get(job_id, by=by)
        # Whoever may change nothing, a token for reading say, cannot have things done either.
        require(by, self._act(job))
        return job

    def _act(self, job: Job) -> Act:
        kind = self._kinds.get(job.kind)
        return Act.EDIT if kind is None else kind.act

    def _reads_results(self, by: Actor, job: Job) -> bool:
        act = self._act(job)
        return act is Act.EDIT or may(by, act)
