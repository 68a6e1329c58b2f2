"""Watching, put together for one process."""

from dataclasses import dataclass

from services.events.listener import Listener
from services.events.videos import VideoPurged, VideoRestored
from services.platform import Platform
from services.steps import Step
from services.watching.store import WatchedStore
from services.watching.watching import Watching

_DAY = 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class WatchingSlice:
    """When each video was watched last."""

    watching: Watching

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it: what is not noted yet counts from the first time on."""
        return (Step(name="watching", every=_DAY, quiet=True, run=lambda _: self.watching.begin() and None),)


def build(platform: Platform) -> WatchingSlice:
    """The slice; opens no connection."""
    databases = platform.databases
    watching = Watching(WatchedStore(databases.durable), databases.notes)
    platform.events.listen(Listener(name="watching", wants=(VideoPurged, VideoRestored), take=watching.heard))
    return WatchingSlice(watching=watching)
