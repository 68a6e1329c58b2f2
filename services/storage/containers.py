"""Where blobs are: what they are called by here, and the container and name that this means in storage."""

import logging
from dataclasses import dataclass

from azure.storage.blob import BlobClient, ContainerClient

from services.storage.client import StorageClient
from services.storage.errors import StorageError, StorageUnavailableError
from services.videos.homes import PLAIN, container_at, home_of_container, split_id

log = logging.getLogger(__name__)


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

    def __init__(self, plain: str, *, has_homes: bool = False) -> None:
        """With `has_homes` new videos get them, so that whoever cannot list containers must not go on without."""
        super().__init__(plain)
        self.has_homes = has_homes

    def place(self, id_: str) -> BlobPlace:
        """Where the video's bytes are; asks nobody."""
        home, name = split_id(id_)
        return BlobPlace(self.container(home), name)

    def container(self, home: str) -> str:
        """The container of a home."""
        return container_at(home, videos=self.plain)

    def homes(self, client: StorageClient) -> list[str]:
        """All homes that there are, in order, the plain one first whether it is there or not; asks storage once.

        An identity that may use its containers and not list them sees none, where no video is given a home.
        """
        try:
            return [PLAIN, *sorted(self.persons(client))]
        except StorageUnavailableError:
            raise
        except StorageError as error:
            if self.has_homes:
                raise
            log.info("containers of persons, should there be some, cannot be seen: %s", error)
            return [PLAIN]

    def persons(self, client: StorageClient) -> dict[str, bool]:
        """The homes that have containers, and whether each is private; raises `StorageError`."""
        service, start = client.service, container_at(PLAIN, videos=self.plain)
        found = client.call(lambda _within: list(service.list_containers(name_starts_with=f"{start}-p-")))
        homes = ((home_of_container(str(each.name), videos=self.plain), each) for each in found)
        return {home: each.public_access is None for home, each in homes if home is not None}

    def owns(self, container: str) -> bool:
        """Whether a container of that name is one of these."""
        return container == self.plain or home_of_container(container, videos=self.plain) is not None


def containers_in(said: str | OneContainer) -> OneContainer:
    """What was said; a name alone is that of one container."""
    return OneContainer(said) if isinstance(said, str) else said
