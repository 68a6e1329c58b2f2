"""Sign tracks of one process, put together."""

from dataclasses import dataclass

from services.events.listener import Listener
from services.events.videos import VideoPurged
from services.library.build import LibrarySlice
from services.platform import Platform
from services.sign_tracks.index_check import IndexCheck
from services.sign_tracks.sign_tracks import SignTracks
from services.sign_tracks.store import SignTrackStore
from services.steps import Step

_QUARTER_HOUR = 15 * 60.0


@dataclass(frozen=True, kw_only=True)
class SignTracksSlice:
    """Second pictures, in sign languages."""

    tracks: SignTracks
    index_check: IndexCheck

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for sign tracks."""
        return (Step(name="sign tracks", every=_QUARTER_HOUR, at_start=True, quiet=True, run=self.index_check.run),)


def build(platform: Platform, library: LibrarySlice) -> SignTracksSlice:
    """The slice; opens no connection."""
    records, store = platform.track_store(), SignTrackStore(platform.databases.durable)
    tracks = SignTracks(library.videos, library.beside, records, store, events=platform.events)
    platform.events.listen(Listener(name="sign tracks", wants=(VideoPurged,), take=tracks.purged))
    return SignTracksSlice(tracks=tracks, index_check=IndexCheck(records, store))
