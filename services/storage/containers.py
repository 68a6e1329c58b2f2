"""Where blobs are: what they are called by here, and the container and name that this means in storage."""

from dataclasses import dataclass

from azure.storage.blob import BlobClient, ContainerClient

from services.storage.client import StorageClient
from services.videos.homes import PLAIN, container_at, home_of_container, split_id


@dataclass(frozen=True, slots=True)
class BlobPlace:
    """A blob in storage's own words."""

    container: str
    name: str

    def blob(self, client: StorageClient, *, version: str | None = None) -> BlobClient:
        """What the SDK calls it by."""
        return client.service.get_blob_client(self.container, self.name, version_id=version)

    def holder(self, client: StorageClient) -> ContainerClient:
        """Its container, as the SDK calls it."""
        return client.service.get_container_client(self.container)


class OneContainer:
    """A container whose blobs are called by their names."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        """The container that is always there."""
        self.seen: frozenset[str] = frozenset()
        """The containers that this process knows to be there."""

    def place(self, id_: str) -> BlobPlace:
        """Where the blob is that is called so; asks nobody."""
        return BlobPlace(self.plain, id_)


class VideoContainers(OneContainer):
    """The plain container of videos, and those of persons beside it: videos are called by their ids."""

    def place(self, id_: str) -> BlobPlace:
        """Where the video's bytes are; asks nobody."""
        home, name = split_id(id_)
        return BlobPlace(self.container(home), name)

    def container(self, home: str) -> str:
        """The container of a home."""
        return container_at(home, videos=self.plain)

    def homes(self, client: StorageClient) -> list[str]:
        """All homes that there are, in order, the plain one first whether it is there or not; asks storage once."""
        service, start = client.service, self.container(PLAIN)
        names = client.call(lambda _within: [str(each.name) for each in service.list_containers(f"{start}-p-")])
        found = (home_of_container(name, videos=self.plain) for name in names)
        return [PLAIN, *sorted(home for home in found if home is not None)]


def containers_in(said: str | OneContainer) -> OneContainer:
    """What was said; a name alone is that of one container."""
    return OneContainer(said) if isinstance(said, str) else said
