"""Kinds of jobs. A slice registers its kinds when it is built.

    jobs.kinds.register(Kind(name="poster", lane=Lane.QUICK, recipe=1, run=pictures.make_poster))

`run` is called in a process of its own, in that process's main thread, with the services of the process at hand. It may
be called again for the same job after a crash, and beside an attempt that has been given up, so what it does must be
safe to repeat: it writes where only its attempt writes (`work.attempt`), and what makes that valid it writes last.

It returns when all is done. `BadInputError` ends the job at once; any other exception is tried again, with growing
pauses, until `MOST_ATTEMPTS`. What waits for something outside raises `NotYetError` while that has not come about: the
job is begun anew after a while, the attempt does not count, and no worker waits meanwhile. To cancel a job,
`WorkStopped` is raised wherever `run` is at that moment: `with` blocks and `finally` clean up, for five seconds; then
the whole process group is killed. Programs that it starts have to end with it: in its process group, or tied to it by
the kernel.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.actors.actor import Actor
from services.actors.policy import Act
from services.jobs.errors import BadInputError
from services.jobs.job import Arguments, Job, Lane, Results

_HOUR = 3600.0


class WorkStopped(BaseException):
    """The attempt has to end now: the job is cancelled, or its worker stops. Do not catch it, but to clean up."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One attempt at a job, as the kind's `run` sees it."""

    job: Job
    tell_progress: Callable[[float], None]

    @property
    def id(self) -> str:
        """The job's id."""
        return self.job.id

    @property
    def attempt(self) -> int:
        """Which attempt this is: no other has this number, and a higher one is newer."""
        return self.job.attempts

    @property
    def video(self) -> str:
        """The id of the video that it is about."""
        if self.job.video is None:
            raise BadInputError("The job names no video.")
        return self.job.video

    @property
    def arguments(self) -> Arguments:
        """What was asked for besides."""
        return self.job.arguments

    @property
    def by(self) -> Actor:
        """For whom it is done, with the right to do it."""
        return self.job.by

    def progress(self, done: float) -> None:
        """Say how much is done, from 0 to 1; as often as is convenient, since it is seldom written."""
        self.tell_progress(min(1.0, max(0.0, done)))


Run = Callable[[Work], Results | None]
"""Does the work; see above."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Something that jobs can do."""

    name: str
    lane: Lane
    recipe: int
    """Counts up when the outputs change: the same job with another recipe is another job."""
    run: Run
    longest: float = 4 * _HOUR
    """An attempt that takes longer, in seconds, is killed and counts as failed."""
    act: Act = Act.EDIT
    """What whoever cancels it, tries it again or reads its results must be allowed; its run may do anything."""


Retry = Callable[..., Job]
"""Called with a job that is over and `by`: has it done anew, and raises what the actor is to be told otherwise."""


class Kinds:
    """All kinds of this version, by name."""

    def __init__(self, kinds: Iterable[Kind] = ()) -> None:
        self._kinds: dict[str, Kind] = {}
        self._retries: dict[str, Retry] = {}
        for kind in kinds:
            self.register(kind)

    def register(self, kind: Kind) -> None:
        """Add a kind; its name must be new."""
        if kind.name in self._kinds:
            raise ValueError(f"There are two kinds of jobs named {kind.name}.")
        self._kinds[kind.name] = kind

    def have_retried(self, name: str, retry: Retry) -> None:
        """Have jobs of that kind tried again by whoever knows more of them than the queue: who may, and what else."""
        self._retries[name] = retry

    def retry_of(self, name: str) -> Retry | None:
        """What tries jobs of that kind again, where it is not the queue alone."""
        return self._retries.get(name)

    def get(self, name: str) -> Kind | None:
        """The kind of that name, if this version has one."""
        return self._kinds.get(name)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())
