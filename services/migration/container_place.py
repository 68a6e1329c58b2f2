"""A container of the same account as a place to take from: what is in it comes in, and nothing of it is changed."""

import re
from collections.abc import Callable, Iterator

from services.actors.actor import Actor
from services.migration.account_blobs import BlobBringing, BlobToBring, found_blob
from services.migration.errors import InvalidFolderError, UnreadableFileError
from services.migration.found import FoundFile
from services.migration.manifest import FileLists
from services.migration.place import GoOn
from services.storage.errors import BlobNotFoundError
from services.storage.other_containers import OtherBlob, OtherContainers
from services.uploads.uploads import Draft
from services.videos.video import Video

CONTAINER = "container"
"""The kind of place."""

_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){2,62}")


class AccountContainers:
    """The containers of the account but our own."""

    def __init__(self, containers: OtherContainers, *, is_own: Callable[[str], bool]) -> None:
        self.containers = containers
        self._is_own = is_own

    def find(self, name: str) -> str:
        """The name of one that is there; raises `InvalidFolderError`."""
        if not _NAME.fullmatch(name) or name not in self.containers.names():
            raise _invalid("There is no such container in this account.")
        if self._is_own(name):
            raise _invalid("This container is our own: what is in it is here already.")
        return name


class ContainerPlace:
    """One container."""

    def __init__(self, name: str, bringing: BlobBringing) -> None:
        self._name = name
        self._bringing = bringing
        self._blobs: dict[str, OtherBlob] = {}

    def manifest(self) -> FileLists:
        """Nothing says more of the blobs than they themselves."""
        return FileLists(())

    def walk(self) -> Iterator[FoundFile]:
        """Every blob, by name."""
        try:
            for blob in self._bringing.containers.blobs(self._name):
                found = found_blob(blob.name, (blob.name,), blob)
                if found.state is None:
                    self._blobs[found.path] = blob
                yield found
        except BlobNotFoundError:
            raise UnreadableFileError(f"The container {self._name} is not there any more.") from None

    def bring(self, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Make the blob a video."""
        wanted = BlobToBring(container=self._name, blob=self._blobs[found.path], found=found)
        return self._bringing.bring(wanted, draft, attempt=attempt, go_on=go_on, by=by)

    def digest(self, found: FoundFile, *, go_on: GoOn) -> str | None:  # noqa: ARG002 - as every place has it
        """Not without reading it."""
        return None


def _invalid(reason: str) -> InvalidFolderError:
    return InvalidFolderError(reason, errors=[{"field": "container", "reason": reason}])
