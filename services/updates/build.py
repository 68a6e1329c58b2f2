"""Telling pages of changes, in one process, put together."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from config import Settings
from services.events.listener import Listener
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.places import Places
from services.platform import Platform
from services.updates.broadcast import Broadcast
from services.updates.finding import TOLD, ChangeFinder
from services.updates.updates import Updates

_RETRY_SECONDS = 30
_REFUSAL = "So many pages are kept up to date here that there is no room for one more. Ask from time to time instead."


@dataclass(frozen=True, kw_only=True)
class UpdatesSlice:
    """What changes, and those who are told of it."""

    updates: Updates
    broadcast: Broadcast

    def close(self) -> None:
        """End the thread."""
        self.broadcast.stop()


def build(
    platform: Platform, settings: Settings, library: LibrarySlice, jobs: JobsSlice, *, rights: Callable[[], Hashable]
) -> UpdatesSlice:
    """The slice; opens no connection and starts no thread. Whenever `rights` is another, everybody is asked again."""
    events = platform.events
    durable = platform.databases.durable
    finding = ChangeFinder(events.feed, jobs.store, library.catalogue.find, is_sqlite=durable.is_sqlite)
    broadcast = Broadcast(finding.after, rights=rights)
    events.keep_in_feed(*TOLD)
    events.listen(Listener(name="updates", wants=TOLD, take=lambda _: broadcast.wake(), at_once=True))
    places = Places(settings.event_listeners, share=platform.share, refusal=_REFUSAL, retry_after=_RETRY_SECONDS)
    return UpdatesSlice(updates=Updates(finding, broadcast, places), broadcast=broadcast)
