"""What has changed since a position: events from the feed, and jobs from their table."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from services.actors.actor import Actor
from services.actors.policy import Act, Owned, may
from services.events.catalogue import BY_NAME, EVENTS
from services.events.envelope import Said, from_message
from services.events.event import Event
from services.events.feed import KEPT_SECONDS, LATE_MILLISECONDS, Fed, Feed
from services.events.videos import AboutVideo, ClipCreated, VideoChanged, VideoEvent
from services.jobs.job import Job
from services.jobs.jobs import sees
from services.jobs.store import JobStore
from services.updates.change import Change, ChangedThing, Position

log = logging.getLogger(__name__)

TOLD: tuple[type[Event], ...] = tuple(
    each for each in EVENTS if issubclass(each, VideoEvent | AboutVideo | ClipCreated)
)
"""The events that pages are told of. Of all others nothing is said: who may know of them is not decided here."""

HIDDEN, PROCESSING, JOB_CHANGED = "video.hidden", "video.processing", "job.changed"
"""What is told besides events: a video that somebody may see no longer, and what becomes of jobs."""

_MOST = 500
# Jobs are written and committed at two moments, and the times of pages are those of processes.
_OVERLAP_MILLISECONDS = 2_000

FindVideo = Callable[[str], Owned | None]
"""The video of an id, as far as the index knows it."""


@dataclass(frozen=True, kw_only=True)
class FoundChanges:
    """What has changed, and where it ends."""

    changes: Sequence[Change]
    position: Position
    is_gap: bool = False
    """Whether there may be more than is said here: who looks on has to look at everything anew."""


class ChangeFinder:
    """Looks for changes. Raises `DatabaseUnavailableError` when the database fails."""

    def __init__(self, feed: Feed, jobs: JobStore, find_video: FindVideo, *, is_sqlite: bool) -> None:
        self._feed = feed
        self._jobs = jobs
        self._find_video = find_video
        self._overlap = _OVERLAP_MILLISECONDS if is_sqlite else LATE_MILLISECONDS

    def now(self) -> Position:
        """Where the order of changes ends now."""
        number, at = self._feed.newest()
        return Position(number=number, at=at)

    def after(self, position: Position) -> FoundChanges:
        """What has changed since that position; some of it may have been found before."""
        now = self.now()
        number, at = self._begin(position, now)
        is_gap = now.at - position.at > (KEPT_SECONDS - 60) * 1000 or position.at - now.at > 60_000
        if is_gap:
            return FoundChanges(changes=(), position=now, is_gap=True)
        fed = self._events(position, number)
        jobs = self._jobs.changed_after(position.at - self._overlap, most=_MOST)
        reached = Position(number=max([number, *(row.number for row in fed)]), at=max(at, now.at))
        owned = _Remembered(self._find_video)
        changes = [*self._of_events(fed, at, owned), *self._of_jobs(jobs, reached.number, owned)]
        return FoundChanges(changes=changes, position=reached, is_gap=len(fed) >= _MOST or len(jobs) >= _MOST)

    def _begin(self, position: Position, now: Position) -> tuple[int, int]:
        if position.number is None:
            return now.number or 0, position.at
        # A lower number than one that was given out is that of a database that has been restored, or is empty by now.
        return min(position.number, now.number or 0), position.at

    def _events(self, position: Position, number: int) -> list[Fed]:
        if position.number is None:
            return self._feed.since(position.at - self._overlap, most=_MOST)
        return self._feed.after(number, most=_MOST)

    def _of_events(self, fed: Sequence[Fed], at: int, owned: "_Remembered") -> Iterator[Change]:
        number = 0
        for row in fed:
            number = max(number, row.number)
            # What only a newer version knows is told by its own processes.
            if row.type not in BY_NAME:
                continue
            try:
                said = from_message(row.message)
            except msgspec.ValidationError:
                log.exception("an event in the feed cannot be read, and is told to nobody: %d", row.number)
                continue
            yield from _of_event(said, row.number, Position(number=number, at=at), owned)

    def _of_jobs(self, jobs: Sequence[Job], number: int | None, owned: "_Remembered") -> Iterator[Change]:
        for job in jobs:
            changed = round(job.changed_at.timestamp() * 1000)
            position = Position(number=number, at=changed)
            yield _of_job(job, JOB_CHANGED, ChangedThing.JOB, job.id, position, partial(_sees_job, job))
            video = None if job.video is None else owned.find(job.video)
            if video is not None:
                yield _of_job(job, PROCESSING, ChangedThing.VIDEO, video.id, position, partial(_sees, video))


class _Remembered:
    """Videos, each asked for once."""

    def __init__(self, find: FindVideo) -> None:
        self._find = find
        self._known: dict[str, Owned | None] = {}

    def find(self, id_: str) -> Owned | None:
        """The video of that id."""
        if id_ not in self._known:
            self._known[id_] = self._find(id_)
        return self._known[id_]


def _of_event(said: Said, number: int, position: Position, owned: _Remembered) -> Iterator[Change]:
    event = said.event
    match event:
        case VideoEvent():
            video: Owned | None = event.video
        case AboutVideo() | ClipCreated():
            video = owned.find(event.video_id)
        case _:
            video = None
    if video is None:
        return
    yield _of_video(said, said.type, video.id, number, position, partial(_sees, video))
    if isinstance(event, VideoChanged) and event.before is not None:
        sees_no_more = partial(_sees_no_more, event.before, video)
        yield _of_video(said, HIDDEN, video.id, number, position, sees_no_more)


def _of_video(
    said: Said, type_: str, id_: str, number: int, position: Position, seen_by: Callable[[Actor], bool]
) -> Change:
    return Change(
        type=type_,
        about=ChangedThing.VIDEO,
        id=id_,
        at=said.at,
        position=position,
        key=(type_, number),
        seen_by=seen_by,
    )


def _of_job(
    job: Job, type_: str, about: ChangedThing, id_: str, position: Position, seen_by: Callable[[Actor], bool]
) -> Change:
    key = (type_, job.id, position.at)
    return Change(
        type=type_, about=about, id=id_, at=job.changed_at, position=position, key=key, seen_by=seen_by, job=job
    )


def _sees(video: Owned, by: Actor) -> bool:
    return may(by, Act.SEE, video)


def _sees_no_more(before: Owned, video: Owned, by: Actor) -> bool:
    return _sees(before, by) and not _sees(video, by)


def _sees_job(job: Job, by: Actor) -> bool:
    return may(by, Act.LIST) and sees(by, job)
