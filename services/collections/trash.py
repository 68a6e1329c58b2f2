"""Collections that have been in the trash for long enough are let go; videos are not touched."""

from services.collections.store import CollectionStore
from services.database.notes import Notes
from services.steps import KeepGoing

_DAY = 24 * 3600 * 1000
_AT_ONCE = 100


class CollectionTrash:
    """A step of housekeeping."""

    def __init__(self, store: CollectionStore, notes: Notes, *, days: int) -> None:
        self._store = store
        self._notes = notes
        self._days = days

    def purge(self, keep_going: KeepGoing) -> int:
        """Let go of what is due; returns how many collections that were. Raises `DatabaseUnavailableError`."""
        before = self._notes.clock() - self._days * _DAY
        count = 0
        while True:
            keep_going(count)
            gone = self._store.forget(deleted_before=before, most=_AT_ONCE)
            count += len(gone)
            if len(gone) < _AT_ONCE:
                return count
