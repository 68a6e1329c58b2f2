"""Jobs in the database: each change is one statement that says in which state it finds the job.

Times are those of the database. Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Update,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from services.actors.actor import Actor
from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.jobs.job import (
    MOST_ATTEMPTS,
    MOST_SILENCES,
    SUSPECTED_AFTER,
    Arguments,
    Job,
    JobStanding,
    Lane,
    Results,
    State,
)
from services.jobs.kinds import Kind
from services.jobs.rows import job_of, milliseconds, packed, row_of
from services.jobs.tables import jobs
from services.jobs.wish import Wish
from utils.cursors import Cursor

LEASE_SECONDS = 30.0
"""Seconds of silence after which another worker takes over the jobs of one."""

_PAUSE_SECONDS = 15.0
_LONGEST_PAUSE_SECONDS = 30.0
_LONGEST_ERROR = 2000
# Results may tell of many thousands of things: who asks for several jobs does not want them.
_BRIEF = [column for column in jobs.c if column.name != "results"]
_RUNNING = jobs.c.state == State.RUNNING.value
_OVER = [state.value for state in State if state.is_over]
_SILENT = "Whatever worked on it ended without a word."
_GIVEN_UP = f"Whatever worked on it ended without a word, {MOST_SILENCES} times."


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to work on a job: as long as the lease is renewed, and nobody takes the job away."""

    job: Job

    @property
    def attempt(self) -> int:
        """The fence: what this claim writes counts only while no newer attempt has begun."""
        return self.job.attempts


@dataclass(frozen=True, kw_only=True)
class JobQuery:
    """A question to the list, which shows the newest first."""

    video: str | None = None
    kind: str | None = None
    states: Collection[State] = ()
    by_id: str | None = None
    limit: int = 50
    after: Cursor | None = None


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """A part of the list, and the cursor for the next one when there is more."""

    jobs: tuple[Job, ...]
    next: Cursor | None


class JobStore:
    """The table of jobs."""

    def __init__(self, database: Database, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)
        self.lease_seconds = lease_seconds
        self._lease = milliseconds(lease_seconds)

    def add(
        self,
        kind: Kind,
        *,
        by: Actor,
        video: str | None = None,
        arguments: Arguments | None = None,
        priority: int = 0,
        delay: float = 0,
        again: bool = False,
    ) -> Job:
        """Queue a job, or find the one that is the same; `again` queues that one anew when it is over."""
        wish = Wish(kind=kind, video=video, arguments=arguments, priority=priority, delay=delay, again=again)
        [job] = self.add_all([wish], by=by)
        return job

    def add_all(self, wishes: Sequence[Wish], *, by: Actor) -> list[Job]:
        """Queue several jobs in one transaction, or find those that are the same; in the order of the wishes."""
        if not wishes:
            return []
        now = self._clock.now
        times = {"created_at": now, "changed_at": now}
        rows = [row_of(wish, by=by) | times | {"run_at": now + milliseconds(wish.delay)} for wish in wishes]
        keys = [row["key"] for row in rows]
        with self._database.writing() as connection:
            connection.execute(self._insert(jobs).values(rows).on_conflict_do_nothing(index_elements=["key"]))
            for wish, key in zip(wishes, keys, strict=True):
                if wish.again:
                    anew = self._queued_anew(jobs.c.key == key, delay=wish.delay)
                    connection.execute(anew.values(priority=wish.priority, changed_at=now))
            found = connection.execute(select(jobs).where(jobs.c.key.in_(keys))).mappings().all()
        by_key = {row["key"]: job_of(row) for row in found}
        return [by_key[key] for key in keys]

    def get(self, job_id: str) -> Job | None:
        """The job of that id."""
        with self._database.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().one_or_none()
        return None if row is None else job_of(row)

    def these(self, job_ids: Collection[str]) -> dict[str, Job]:
        """The jobs of those ids, without their results, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_BRIEF).where(jobs.c.id.in_(job_ids))).mappings().all()
        return {row["id"]: job_of(row) for row in rows}

    def find(self, kind: str, *, name: str, value: str, since: datetime) -> Job | None:
        """The newest job of that kind which was asked for since then, and whose argument of that name is this text."""
        said = packed({name: value})[1:-1]
        begun = jobs.c.created_at >= milliseconds(since.timestamp())
        which = and_(begun, jobs.c.kind == kind, jobs.c.arguments.contains(said, autoescape=True))
        wanted = select(jobs).where(which).order_by(jobs.c.created_at.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return None if row is None else job_of(row)

    def page(self, query: JobQuery) -> JobPage:
        """Answer the question; without the results of jobs."""
        wanted = select(*_BRIEF).order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(query.limit + 1)
        for column, value in ((jobs.c.video, query.video), (jobs.c.kind, query.kind), (jobs.c.by_id, query.by_id)):
            if value is not None:
                wanted = wanted.where(column == value)
        if query.states:
            wanted = wanted.where(jobs.c.state.in_([state.value for state in query.states]))
        if query.after is not None:
            wanted = wanted.where(tuple_(jobs.c.created_at, jobs.c.id) < (query.after.value, query.after.id))
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        more = len(rows) > query.limit
        return JobPage(
            jobs=tuple(map(job_of, rows[: query.limit])),
            next=_cursor(query, rows[query.limit - 1]) if more else None,
        )

    def newest_of(self, videos: Collection[str]) -> dict[str, dict[str, Job]]:
        """The newest job of each kind for each of these videos, where there is one; without its results."""
        wanted = select(*_BRIEF).where(jobs.c.video.in_(videos)).order_by(jobs.c.created_at, jobs.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        found: dict[str, dict[str, Job]] = {}
        for row in rows:
            found.setdefault(row["video"], {})[row["kind"]] = job_of(row)
        return found

    def standings_of(self, videos: Collection[str]) -> dict[str, dict[str, JobStanding]]:
        """Where the newest job of each kind for each of these videos stands: a list asks for hundreds at once."""
        columns = (jobs.c.video, jobs.c.kind, jobs.c.id, jobs.c.state, jobs.c.progress, jobs.c.error)
        wanted = select(*columns).where(jobs.c.video.in_(videos)).order_by(jobs.c.created_at, jobs.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        found: dict[str, dict[str, JobStanding]] = {}
        for video, kind, job_id, state, progress, error in rows:
            found.setdefault(video, {})[kind] = JobStanding(job_id, State(state), progress, error)
        return found

    def count(self, *, kinds: Collection[str], states: Collection[State]) -> int:
        """How many jobs of these kinds are in one of these states."""
        wanted = select(func.count()).where(jobs.c.kind.in_(kinds), jobs.c.state.in_([each.value for each in states]))
        with self._database.reading() as connection:
            return connection.scalar(wanted) or 0

    def changed_after(self, milliseconds: int, *, most: int) -> tuple[Job, ...]:
        """The jobs that have changed since then, in that order, without their results; as the database counts time."""
        wanted = select(*_BRIEF).where(jobs.c.changed_at > milliseconds).order_by(jobs.c.changed_at).limit(most)
        with self._database.reading() as connection:
            return tuple(map(job_of, connection.execute(wanted).mappings().all()))

    def cancel(self, job_id: str) -> Job | None:
        """Cancel the job if it is not over; whatever works on it learns of it at its next heartbeat."""
        return self._change(
            update(jobs)
            .where(jobs.c.id == job_id, jobs.c.state.not_in(_OVER))
            .values(state=State.CANCELLED.value, finished_at=self._clock.now, lease_until=None)
        )

    def retry(self, job_id: str) -> Job | None:
        """Queue the job anew if it is over."""
        return self._change(self._queued_anew(jobs.c.id == job_id))

    def due(self, lanes: Sequence[Lane], *, suspects: bool = True) -> tuple[Lane, ...]:
        """The lanes in which a job waits for a worker; without `suspects`, one that is not suspected of killing it."""
        if not lanes:
            return ()
        with self._database.reading() as connection:
            found = connection.execute(self._waiting(tuple(lanes), suspects=suspects)).one()
        return tuple(lane for lane, is_due in zip(lanes, found, strict=True) if is_due)

    def claim(self, lane: Lane, *, worker: str, suspects: bool = True) -> Claim | None:
        """Take the next job of the lane: one that is due, or one whose worker has fallen silent."""
        chosen = (
            select(jobs.c.id)
            .where(jobs.c.lane == lane.value, self._claimable(suspects=suspects))
            .order_by(jobs.c.priority, jobs.c.run_at, jobs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self._claim(jobs.c.id == chosen.scalar_subquery(), worker=worker)

    def claim_one(self, job_id: str, *, worker: str) -> Claim | None:
        """Take that job, if it waits for a worker."""
        return self._claim(and_(jobs.c.id == job_id, self._claimable()), worker=worker)

    def beat(self, claim: Claim, *, progress: float) -> bool:
        """Renew the lease, and say how much is done; False when the job is no longer this claim's."""
        lease_until = self._clock.now + self._lease
        return self._change(_mine(claim).values(lease_until=lease_until, progress=progress)) is not None

    def finish(self, claim: Claim, *, results: Results | None = None) -> Job | None:
        """Say that it is done; None when the job is no longer this claim's."""
        said = None if results is None else packed(results)
        over = self._over(State.DONE)
        return self._change(_mine(claim).values(**over, progress=1.0, error=None, results=said))

    def fail(self, claim: Claim, error: str, *, for_good: bool = False) -> Job | None:
        """Say that the attempt failed: the job is tried again after a pause, unless it was the last or `for_good`."""
        job, words = claim.job, error[:_LONGEST_ERROR]
        if for_good or job.attempts >= job.attempts_allowed:
            return self._change(_mine(claim).values(**self._over(State.FAILED), error=words))
        begun = max(1, MOST_ATTEMPTS - (job.attempts_allowed - job.attempts))
        return self._change(_mine(claim).values(**self._back(_PAUSE_SECONDS * 2 ** (begun - 1)), error=words))

    def fall_silent(self, claim: Claim, *, pause: bool) -> Job | None:
        """Say that the attempt ended without a word: the job is begun anew, unless it was the last that may."""
        silences = claim.job.silences + 1
        if silences >= MOST_SILENCES:
            return self._change(_mine(claim).values(**self._over(State.FAILED), silences=silences, error=_GIVEN_UP))
        delay = min(_PAUSE_SECONDS * 2 ** (silences - 1), _LONGEST_PAUSE_SECONDS) if pause else 0
        allowed = jobs.c.attempts_allowed + 1
        back = self._back(delay)
        return self._change(_mine(claim).values(**back, attempts_allowed=allowed, silences=silences, error=_SILENT))

    def give_back(self, claim: Claim, *, delay: float = 0) -> Job | None:
        """Let another worker have the job; the attempt does not count."""
        allowed = jobs.c.attempts_allowed + 1
        return self._change(_mine(claim).values(**self._back(delay), attempts_allowed=allowed))

    def unpublished(self, *, older_than: float, limit: int = 500) -> tuple[Job, ...]:
        """Jobs that wait for a worker and of which no worker has been told, or not for so many seconds."""
        before = self._clock.now - milliseconds(older_than)
        untold = or_(jobs.c.published_at.is_(None), jobs.c.published_at < before)
        wanted = select(*_BRIEF).where(self._claimable(), untold).order_by(jobs.c.priority, jobs.c.run_at).limit(limit)
        with self._database.reading() as connection:
            return tuple(map(job_of, connection.execute(wanted).mappings().all()))

    def note_published(self, job_ids: Collection[str]) -> None:
        """Note that workers have been told of these jobs."""
        if not job_ids:
            return
        # One that has been claimed in the meantime has to be told of again, should its worker fall silent.
        waiting = jobs.c.state == State.QUEUED.value
        lapsed = jobs.c.lease_until < self._clock.now
        told = update(jobs).where(jobs.c.id.in_(job_ids), or_(waiting, lapsed)).values(published_at=self._clock.now)
        with self._database.writing() as connection:
            connection.execute(told)

    def end_lost(self) -> tuple[Job, ...]:
        """End the jobs whose worker fell silent once too often; returns them."""
        lost = and_(
            _RUNNING,
            jobs.c.lease_until < self._clock.now,
            jobs.c.silences >= MOST_SILENCES - 1,
        )
        with self._database.writing() as connection:
            ended = update(jobs).where(lost).values(**self._over(State.FAILED), error=_GIVEN_UP)
            ended = ended.values(silences=MOST_SILENCES, changed_at=self._clock.now).returning(jobs)
            return tuple(map(job_of, connection.execute(ended).mappings().all()))

    def delete_over(self, *, older_than: float) -> int:
        """Forget jobs that have been over for so many seconds; returns how many."""
        old = and_(jobs.c.state.in_(_OVER), jobs.c.finished_at < self._clock.now - milliseconds(older_than))
        with self._database.writing() as connection:
            return connection.execute(delete(jobs).where(old)).rowcount

    def _claim(self, which: ColumnElement[bool], *, worker: str) -> Claim | None:
        now = self._clock.now
        silent = case((_RUNNING, 1), else_=0)
        job = self._change(
            update(jobs)
            .where(which)
            .values(
                state=State.RUNNING.value,
                attempts=jobs.c.attempts + 1,
                attempts_allowed=jobs.c.attempts_allowed + silent,
                silences=jobs.c.silences + silent,
                lease_until=now + self._lease,
                worker=worker,
                started_at=now,
                progress=0.0,
                published_at=None,
            )
        )
        return None if job is None else Claim(job=job)

    @cache  # noqa: B019 - a process has one store, and asks this twice a second
    def _waiting(self, lanes: tuple[Lane, ...], *, suspects: bool) -> Select[*tuple[Any, ...]]:
        which = self._claimable(suspects=suspects)
        return select(*(exists(select(jobs.c.id).where(jobs.c.lane == lane.value, which)) for lane in lanes))

    def _claimable(self, *, suspects: bool = True) -> ColumnElement[bool]:
        """Jobs that are due, and those whose worker has fallen silent, which is counted when they are claimed."""
        now = self._clock.now
        due = and_(jobs.c.state == State.QUEUED.value, jobs.c.run_at <= now)
        lapsed = and_(_RUNNING, jobs.c.lease_until < now, jobs.c.silences < MOST_SILENCES - 1)
        if suspects:
            return or_(due, lapsed)
        fewest = SUSPECTED_AFTER
        return or_(and_(due, jobs.c.silences < fewest), and_(lapsed, jobs.c.silences < fewest - 1))

    def _queued_anew(self, which: ColumnElement[bool], *, delay: float = 0) -> Update:
        return (
            update(jobs)
            .where(which, jobs.c.state.in_(_OVER))
            .values(
                **self._back(delay),
                attempts_allowed=jobs.c.attempts + MOST_ATTEMPTS,
                silences=0,
                progress=0.0,
                error=None,
                results=None,
                finished_at=None,
            )
        )

    def _back(self, delay: float) -> dict[str, Any]:
        run_at = self._clock.now + milliseconds(delay)
        return {"state": State.QUEUED.value, "run_at": run_at, "lease_until": None, "published_at": None}

    def _over(self, state: State) -> dict[str, Any]:
        return {"state": state.value, "finished_at": self._clock.now, "lease_until": None}

    def _change(self, change: Update) -> Job | None:
        with self._database.writing() as connection:
            told = change.values(changed_at=self._clock.now).returning(jobs)
            row = connection.execute(told).mappings().one_or_none()
        return None if row is None else job_of(row)


def _mine(claim: Claim) -> Update:
    """A change that only the newest attempt can make."""
    return update(jobs).where(
        jobs.c.id == claim.job.id,
        jobs.c.attempts == claim.attempt,
        jobs.c.state == State.RUNNING.value,
    )


def _cursor(query: JobQuery, row: RowMapping) -> Cursor:
    return Cursor(**cursor_question(query), value=row["created_at"], id=row["id"])


def cursor_question(query: JobQuery) -> Mapping[str, str]:
    """What a cursor must have in common with the question that it continues."""
    states = ",".join(sorted(query.states))
    return {"sort": "-created_at", "q": query.video or "", "tag": f"{query.kind or ''} {states}"}
