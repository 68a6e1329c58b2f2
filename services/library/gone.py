"""Whether a video is gone, and what follows when it is."""

from services.actors.actor import Actor
from services.events.events import Events
from services.events.videos import VideoPurged
from services.library.catalogue import Catalogue
from services.library.tracks import Tracks
from services.storage.errors import BlobNotFoundError
from services.storage.videos import VideoBlobs
from services.videos.video import Video


def let_go(video: Video, *, events: Events, tracks: Tracks, catalogue: Catalogue, by: Actor) -> None:
    """Say that a video is gone, and delete what lies beside it. Raises `StorageError`, `DatabaseUnavailableError`."""
    # Said first: what a process that dies in between has not said is found by the drift check.
    events.say(VideoPurged(video=video), by=by)
    # The catalogue lets go of it last: a process that dies before has left the rest to housekeeping.
    tracks.forget(video.id)
    catalogue.forget(video.id)


def is_stored(blobs: VideoBlobs, id_: str) -> bool:
    """Whether storage has a blob of that name."""
    try:
        blobs.describe(id_)
    except BlobNotFoundError:
        return False
    return True
