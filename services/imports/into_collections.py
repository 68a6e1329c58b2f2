"""Collections that films come into: named by who may change them, and looked for once more when the film is here."""

import logging

from services.actors.actor import SYSTEM, Actor
from services.actors.errors import ForbiddenError
from services.collections.collections import Collections
from services.collections.errors import CollectionNotFoundError
from services.collections.grouping import Grouping
from services.errors import ReelgateError
from services.imports.errors import invalid
from services.videos.metadata import is_account_id

log = logging.getLogger(__name__)

GONE = "The collection that it was to come into is not here any more: it came in without it."

_OURS = 500
"""From this status on, what went wrong may pass."""


class IntoCollections:
    """Every method raises `DatabaseUnavailableError`."""

    def __init__(self, collections: Collections, grouping: Grouping) -> None:
        self._collections = collections
        self._grouping = grouping

    def check(self, collection_id: str, *, by: Actor) -> None:
        """Raise `InvalidImportError` where there is no such collection that the actor may change."""
        try:
            if is_account_id(collection_id):
                self._collections.changeable(collection_id, by=by)
                return
        except (CollectionNotFoundError, ForbiddenError):
            pass
        raise invalid("collection", "There is no collection of that id that you may change.")

    def there(self, collection_id: str | None) -> tuple[str, ...]:
        """The collection of that id; nothing where it is in the trash by now, or gone."""
        return tuple(self._collections.these([collection_id], by=SYSTEM)) if collection_id else ()

    def leave_gone(self, video_id: str, collection_id: str | None) -> str | None:
        """Take a film that has come in out of a collection that went meanwhile; returns what is to be said of that.

        Raises what may pass, such as `StorageUnavailableError`.
        """
        if not collection_id or self.there(collection_id):
            return None
        try:
            self._grouping.drop(video_id, [collection_id], by=SYSTEM)
        except ReelgateError as error:
            if error.status >= _OURS:
                raise
            # What is gone means nothing where it is written down.
            log.warning("%s was not taken out of a collection that is gone: %s", video_id, error)
        return GONE
