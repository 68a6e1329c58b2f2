"""Which lanes the worker beside this server works in, and in which others nobody does."""

from collections.abc import Collection

from services.jobs.errors import NobodyWorksError
from services.jobs.job import Lane, State
from services.jobs.kinds import Kinds
from services.jobs.store import JobStore

REPAIR = "WORKER_LANES=quick,media,speech,fetch  # or leave it out; or start a worker elsewhere that has the lane"


class Lanes:
    """Looks at them, for the doctor."""

    def __init__(self, store: JobStore, kinds: Kinds, *, here: Collection[Lane]) -> None:
        """`here` are those of the worker beside this server."""
        self._store = store
        self._kinds = kinds
        self._here = tuple(here)

    def describe(self) -> str:
        """Who works where. Raises `NobodyWorksError`, and `DatabaseUnavailableError`."""
        others = [each for each in Lane if each not in self._here]
        left = [each for each in self._store.due(others) if not self._is_worked(each)]
        if left:
            raise NobodyWorksError(f"Jobs wait in {', '.join(left)}, and nobody works there.")
        if not others:
            return "The worker beside this server works in all lanes."
        here = ", ".join(self._here) or "no lane"
        return f"The worker beside this server works in {here}. {', '.join(others)} must be worked in elsewhere."

    def _is_worked(self, lane: Lane) -> bool:
        kinds = [each.name for each in self._kinds if each.lane is lane]
        return self._store.count(kinds=kinds, states=[State.RUNNING]) > 0
