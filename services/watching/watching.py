"""Noting that a video is watched: once a day and process at the most, and never in the way of whoever watches.

It is kept in the durable database, and not in the index: after a rebuild, rules would take every video for one that
nobody has watched. For the same reason nothing counts as unwatched before noting has begun.
"""

import logging
import time
from collections.abc import Collection

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.database.notes import Notes
from services.errors import ReelgateError
from services.events.envelope import Said
from services.events.videos import VideoPurged, VideoRestored
from services.watching.store import WatchedStore

log = logging.getLogger(__name__)

NOTED_EVERY = 24 * 3600.0
"""Seconds in which a video is noted once at the most, so that a film that plays has been noted no longer ago."""
_BEGAN = "watching.began"
_MOST_REMEMBERED = 50_000


class Watching:
    """Notes it, and tells when it was."""

    def __init__(self, store: WatchedStore, notes: Notes) -> None:
        """`notes` are the durable ones."""
        self._store = store
        self._notes = notes
        self._noted: dict[str, float] = {}

    def note(self, video_id: str) -> None:
        """Somebody who was let in watches the video, or takes it along; never raises."""
        now = time.monotonic()
        if now - self._noted.get(video_id, float("-inf")) < NOTED_EVERY:
            return
        try:
            self._store.put(video_id)
        except ReelgateError as error:
            log.warning("that %s is watched could not be noted: %s", video_id, error)
            return
        if len(self._noted) >= _MOST_REMEMBERED:
            self._noted.clear()
        self._noted[video_id] = now

    def begin(self) -> int:
        """Remember since when it is noted what is watched, and return it, in milliseconds."""
        began = self._notes.recall(_BEGAN)
        if began is None:
            self._notes.remember(_BEGAN, began := self._notes.clock())
        return began

    def last(self, ids: Collection[str], *, by: Actor) -> dict[str, int]:
        """When each of these was watched last, or noting began, in milliseconds. Raises `DatabaseUnavailableError`."""
        require(by, Act.MANAGE)
        began, known = self.begin(), self._store.of(ids)
        return {id_: max(began, known.get(id_, 0)) for id_ in ids}

    def watched(self, ids: Collection[str], *, by: Actor) -> dict[str, int]:
        """When those of these that were watched at all were, in milliseconds. Raises `DatabaseUnavailableError`."""
        require(by, Act.MANAGE)
        return self._store.of(ids)

    def heard(self, said: Said) -> None:
        """Let go of a video that is gone; who takes one out of the trash wants it as much as who watches it."""
        match said.event:
            case VideoPurged(video=video):
                self._store.forget(video.id)
            case VideoRestored(video=video):
                self._store.put(video.id)
