"""What every slice stands on: the storage account and its containers, and the name of this instance."""

from dataclasses import dataclass
from datetime import timedelta

from services.database.build import Databases
from services.events.events import Events
from services.places import FairShare
from services.signing_key import SigningKey
from services.storage.blobs import BlobStorage
from services.storage.client import StorageClient
from services.storage.clock import Deadlines, StorageClock
from services.storage.containers import VideoContainers
from services.storage.holds import BlobHolds
from services.storage.records import RecordStore
from services.storage.signing import BlobSigner
from services.storage.videos import VideoBlobs
from services.videos.blob_names import ReservedEndings
from services.videos.layout import home_of_all, home_of_owner


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The ground of one process. Making it opens no connection."""

    client: StorageClient
    videos: str
    """The plain container of videos."""
    containers: VideoContainers
    """That one, and those of persons beside it."""
    records: str
    """The container of small records of what is under way."""
    tracks: str
    """The container of people's work on videos."""
    reserved: ReservedEndings
    """What no video's name may end in."""
    share: FairShare
    """How much of what all clients share one of them may have."""
    instance: str
    """The name that all processes of this server share, and no other server on this machine."""

    databases: Databases
    events: Events
    """Where slices say what has happened, and listen to others."""
    key: SigningKey
    """What signs URLs of this server."""
    clock: StorageClock
    """Storage's time, by which everything is dated and judged that is deleted once its time is over."""

    def home_for(self, owner: str) -> str:
        """The home of a new video that belongs to that account."""
        return home_of_owner(owner) if self.containers.has_homes else home_of_all(owner)

    def deadlines(self, lifetime: timedelta) -> Deadlines:
        """When what is kept for so long is over."""
        return Deadlines(self.clock, lifetime)

    def blob_storage(self, *, in_records: bool = False) -> BlobStorage:
        """Commits of videos, or of what is no video and lies beside the records."""
        return BlobStorage(self.client, videos=self.records if in_records else self.containers, records=self.records)

    def video_blobs(self) -> VideoBlobs:
        """Videos as storage lists, edits and deletes them."""
        return VideoBlobs(self.client, videos=self.containers, records=self.records)

    def video_holds(self) -> BlobHolds:
        """Storage's own legal holds on videos."""
        return BlobHolds(self.client, container=self.containers)

    def record_store(self) -> RecordStore:
        """The small records."""
        return RecordStore(self.client, container=self.records)

    def track_blobs(self) -> BlobStorage:
        """Commits of what is too large to be read whole, into people's work on videos."""
        return BlobStorage(self.client, videos=self.tracks, records=self.records)

    def track_store(self) -> RecordStore:
        """People's work on videos, beside them."""
        return RecordStore(self.client, container=self.tracks)

    def signer(self, *, of_records: bool = False) -> BlobSigner:
        """Signs URLs of videos, or of what lies beside the records."""
        return BlobSigner(self.client, container=self.records if of_records else self.containers)
