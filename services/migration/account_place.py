"""An account that a clip service has filled, as a place to take from.

It has the containers `<name>-videos`, `-clips`, `-thumbnails` and `-temp`. Videos and clips come in, clips with the
film that their metadata name; a picture of the same name becomes the poster; what is temporary stays outside.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from urllib.parse import unquote

from services.actors.actor import Actor
from services.errors import ReelgateError
from services.migration.account_blobs import BlobBringing, BlobToBring, found_blob
from services.migration.errors import InvalidFolderError, UnreadableFileError
from services.migration.found import FoundFile
from services.migration.manifest import FileLists, ListLine, read_row
from services.migration.place import GoOn
from services.storage.errors import BlobNotFoundError
from services.storage.other_containers import OtherBlob, OtherContainers
from services.uploads.uploads import Draft
from services.videos.video import Video

log = logging.getLogger(__name__)

CLIPLINK = "cliplink"
"""The kind of place."""

VIDEOS, CLIPS, THUMBNAILS = "videos", "clips", "thumbnails"

_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,49}")
_LARGEST_PICTURE = 4 * 1024 * 1024
_OF_A_THUMBNAIL = re.compile(r"^(?:thumb(?:nail)?[_-])|(?:[_-]thumb(?:nail)?)$")

GivePoster = Callable[[Video, bytes], None]
"""Makes a picture the poster of a video; raises what is wrong with it."""


def layouts_among(names: Sequence[str], *, own: str) -> list[str]:
    """The names of such layouts among containers; `own` is our container of videos."""
    known = set(names)
    bases = (name.removesuffix(f"-{CLIPS}") for name in names if name.endswith(f"-{CLIPS}"))
    return sorted(base for base in bases if f"{base}-{VIDEOS}" in known - {own})


class CliplinkAccount:
    """What such layouts there are in the account."""

    def __init__(self, containers: OtherContainers, *, own: str) -> None:
        self.containers = containers
        self._own = own

    def describe(self) -> str:
        """What the doctor says of it."""
        try:
            found = layouts_among(self.containers.names(), own=self._own)
        except ReelgateError:
            return "Whether a clip service has filled this account cannot be seen."
        if not found:
            return "No clip service has filled this account."
        commands = ", ".join(f"flask --app app migrate --cliplink {name}" for name in found)
        return f"A clip service has filled this account. To take over what is there: {commands}"

    def find(self, name: str) -> str:
        """The name of a layout that is there; raises `InvalidFolderError`."""
        if not _NAME.fullmatch(name) or name not in layouts_among(self.containers.names(), own=self._own):
            raise InvalidFolderError(f"There are no containers {name}-{VIDEOS} and {name}-{CLIPS} in this account.")
        return name


class AccountPlace:
    """The containers of one such layout."""

    def __init__(self, name: str, bringing: BlobBringing, *, give: GivePoster) -> None:
        self._name = name
        self._containers = bringing.containers
        self._bringing = bringing
        self._give = give
        self._blobs: dict[str, OtherBlob] = {}

    def manifest(self) -> FileLists:
        """What the metadata of clips say."""
        return FileLists(line for blob in self._all(CLIPS) for line in _said_by(blob))

    def walk(self) -> Iterator[FoundFile]:
        """Videos, then clips."""
        for part in (VIDEOS, CLIPS):
            for blob in self._all(part):
                found = found_blob(f"{part}/{blob.name}", (part, blob.name), blob)
                if found.state is None:
                    self._blobs[found.path] = blob
                yield found

    def bring(self, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Have storage copy the blob, or read it as every other upload; then give it its picture."""
        blob = BlobToBring(container=self._container(found.parts[0]), blob=self._blobs[found.path], found=found)
        video = self._bringing.bring(blob, draft, attempt=attempt, go_on=go_on, by=by)
        picture = self._pictures.get(_stem(found.parts[1]))
        if picture is not None:
            self._give_poster(video, picture)
        return video

    def digest(self, found: FoundFile, *, go_on: GoOn) -> str | None:  # noqa: ARG002 - as every place has it
        """Not without reading it."""
        return None

    def _give_poster(self, video: Video, picture: OtherBlob) -> None:
        try:
            if picture.size > _LARGEST_PICTURE:
                raise UnreadableFileError(f"It is larger than {_LARGEST_PICTURE} bytes.")
            size = max(1, picture.size)
            content = self._containers.read(self._container(THUMBNAILS), picture, offset=0, size=size)
            self._give(video, content)
        except ReelgateError as error:
            # The video is there, and gets a poster of its own.
            log.warning("the picture %s could not become a poster: %s", picture.name, error)

    @cached_property
    def _pictures(self) -> dict[str, OtherBlob]:
        """The pictures by the names of what they show."""
        return {_stem(blob.name): blob for blob in self._all(THUMBNAILS)}

    def _all(self, part: str) -> Iterator[OtherBlob]:
        try:
            yield from self._containers.blobs(self._container(part))
        except BlobNotFoundError:
            if part == VIDEOS:
                raise UnreadableFileError(f"The container {self._container(part)} is not there any more.") from None

    def _container(self, part: str) -> str:
        return f"{self._name}-{part}"


def _said_by(blob: OtherBlob) -> Iterator[ListLine]:
    """What a clip's metadata say of it, where that makes sense: nobody can put right what does not."""
    said = {name: unquote(value) for name, value in blob.metadata.items()} | {"file": f"{CLIPS}/{blob.name}"}
    return (each for each in read_row(f"{CLIPS}/{blob.name}", said) if isinstance(each, ListLine))


def _stem(name: str) -> str:
    """A name without its folder, its ending, and what marks thumbnails."""
    bare = name.rpartition("/")[2].rpartition(".")[0] or name
    return _OF_A_THUMBNAIL.sub("", bare).casefold()
