"""Rows that have been in the trash for long enough are let go."""

from collections.abc import Sized
from typing import Protocol

from services.database.notes import Notes
from services.steps import KeepGoing

_DAY = 24 * 3600 * 1000
_AT_ONCE = 100


class TrashStore(Protocol):
    """Where they are kept."""

    def forget(self, *, deleted_before: int, most: int) -> Sized:
        """Delete what was put into the trash before that moment, in milliseconds; returns what is gone."""


class RowTrash:
    """A step of housekeeping."""

    def __init__(self, store: TrashStore, notes: Notes, *, days: int) -> None:
        self._store = store
        self._notes = notes
        self._days = days

    def purge(self, keep_going: KeepGoing) -> int:
        """Let go of what is due; returns how many that were. Raises `DatabaseUnavailableError`."""
        before = self._notes.clock() - self._days * _DAY
        count = 0
        while True:
            keep_going(count)
            gone = len(self._store.forget(deleted_before=before, most=_AT_ONCE))
            count += gone
            if gone < _AT_ONCE:
                return count
