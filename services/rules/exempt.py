"""Which videos no rule touches, whatever it says: the one place where that is decided.

What is in the trash is not even looked for (`services/library/catalogue/stored.py`).
"""

from collections.abc import Callable, Collection, Sequence

from services.actors.actor import SYSTEM
from services.library.catalogue.stored import StoredVideo
from services.videos.tier import Tier
from services.watching.watching import NOTED_EVERY, Watching

_PUT_LATELY = 30 * 24 * 3600 * 1000
"""Milliseconds. Whoever has put a film into a tier, or paid for its way back, finds it there for so long."""
_LATELY = 2 * int(NOTED_EVERY * 1000)
"""Milliseconds. What plays has been noted within a day; a film that is longer than another is none."""

Spared = Callable[[Collection[str]], Collection[str]]
"""Given ids of videos, those that nothing may happen to."""


class Exemptions:
    """What is being watched, was moved lately, is on legal hold or in the archive, and what others want spared."""

    def __init__(self, watching: Watching, spared: Sequence[Spared] = ()) -> None:
        self._watching = watching
        self._spared = spared

    def of(self, videos: Sequence[StoredVideo], *, now: int) -> frozenset[str]:
        """The ids of those that no rule touches."""
        ids = [video.id for video in videos]
        if not ids:
            return frozenset()
        watched = self._watching.watched(ids, by=SYSTEM)
        being_watched = {id_ for id_, at in watched.items() if at > now - _LATELY}
        held = {video.id for video in videos if video.is_held}
        # It can be neither moved nor deleted before somebody has brought it back.
        archived = {video.id for video in videos if video.tier == Tier.ARCHIVE}
        moved = {video.id for video in videos if video.tier_since is not None and video.tier_since > now - _PUT_LATELY}
        others = {id_ for spare in self._spared for id_ in spare(ids)}
        return frozenset(being_watched | moved | held | archived | others)
