"""An account that a clip service has filled, as a place to take from.

It has the containers `<name>-videos`, `-clips`, `-thumbnails` and `-temp`. Videos and clips come in, clips with the
film that their metadata name; a picture of the same name becomes the poster; what is temporary stays outside.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from urllib.parse import unquote

from services.actors.actor import Actor
from services.errors import ReelgateError
from services.migration.errors import InvalidFolderError, UnreadableFileError
from services.migration.found import FileState, FoundFile, left_out
from services.migration.manifest import FileLists, ListLine, read_row
from services.migration.place import GoOn
from services.migration.storage_fetch import StorageFetch
from services.storage.errors import BlobChangedError, BlobNotFoundError, StorageError, StorageUnavailableError
from services.storage.other_containers import OtherBlob, OtherContainers
from services.uploads.made import MadeUploads
from services.uploads.uploads import Draft
from services.videos.video import Video
from utils.signatures import SNIFF_BYTES
from utils.text import has_unsafe_characters

log = logging.getLogger(__name__)

CLIPLINK = "cliplink"
"""The kind of place."""

VIDEOS, CLIPS, THUMBNAILS = "videos", "clips", "thumbnails"

_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,49}")
_LARGEST_PICTURE = 4 * 1024 * 1024
_LARGEST_READ = 4 * 1024 * 1024
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

    def __init__(
        self, name: str, containers: OtherContainers, uploads: MadeUploads, *, fetch: StorageFetch, give: GivePoster
    ) -> None:
        self._name = name
        self._containers = containers
        self._uploads = uploads
        self._fetch = fetch
        self._give = give
        self._blobs: dict[str, OtherBlob] = {}

    def manifest(self) -> FileLists:
        """What the metadata of clips say."""
        return FileLists(line for blob in self._all(CLIPS) for line in _said_by(blob))

    def walk(self) -> Iterator[FoundFile]:
        """Videos, then clips."""
        for part in (VIDEOS, CLIPS):
            for blob in self._all(part):
                found = _found(part, blob)
                if found.state is None:
                    self._blobs[found.path] = blob
                yield found

    def bring(self, found: FoundFile, draft: Draft, *, attempt: int, go_on: GoOn, by: Actor) -> Video:
        """Have storage copy the blob, or read it as every other upload; then give it its picture."""
        container, blob = self._container(found.parts[0]), self._blobs[found.path]
        video = self._copied(container, blob, found, draft, go_on=go_on, by=by)
        if video is None:
            body = _BlobBody(self._containers, container, blob, go_on=go_on)
            video = self._uploads.take_body(draft, body, attempt=attempt, by=by)
        picture = self._pictures.get(_stem(found.parts[1]))
        if picture is not None:
            self._give_poster(video, picture)
        return video

    def _copied(
        self, container: str, blob: OtherBlob, found: FoundFile, draft: Draft, *, go_on: GoOn, by: Actor
    ) -> Video | None:
        def head() -> bytes:
            body = _BlobBody(self._containers, container, blob, go_on=go_on)
            return body.read(SNIFF_BYTES)

        try:
            url = self._containers.own_url(container, blob)
        except StorageUnavailableError:
            raise
        except StorageError:  # Nothing can be signed here.
            return None
        return self._fetch.take(draft, url, found, head=head, go_on=go_on, by=by)

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


class _BlobBody:
    """A blob as a body."""

    def __init__(self, containers: OtherContainers, container: str, blob: OtherBlob, *, go_on: GoOn) -> None:
        self.length: int | None = blob.size
        self._containers = containers
        self._container = container
        self._blob = blob
        self._go_on = go_on
        self._got = 0

    @property
    def at_hand(self) -> int:
        """All that has not been read."""
        return self._blob.size - self._got

    def read(self, size: int, /) -> bytes:
        """The next bytes; raises `UnreadableFileError` where the blob is another one by now."""
        self._go_on()
        wanted = min(size, self.at_hand, _LARGEST_READ)
        if not wanted:
            return b""
        try:
            data = self._containers.read(self._container, self._blob, offset=self._got, size=wanted)
        except (BlobChangedError, BlobNotFoundError) as error:
            raise UnreadableFileError("The blob was changed while it was read.") from error
        self._got += len(data)
        return data


def _found(part: str, blob: OtherBlob) -> FoundFile:
    path, parts = f"{part}/{blob.name}", (part, blob.name)
    found = FoundFile(path=path, parts=parts, size=blob.size, version=blob.etag, md5=blob.md5)
    name = found.name
    if has_unsafe_characters(blob.name):
        return replace(found, state=FileState.REFUSED, detail="Its name holds what no name may.")
    if (reason := left_out(name)) is not None:
        return replace(found, state=FileState.SKIPPED, detail=reason)
    if blob.is_archived:
        detail = "It is in the archive: bring it back first, then take it in."
        return replace(found, state=FileState.FAILED, detail=detail)
    if not blob.size:
        return replace(found, state=FileState.REFUSED, detail="The file is empty.")
    return found


def _said_by(blob: OtherBlob) -> Iterator[ListLine]:
    """What a clip's metadata say of it, where that makes sense: nobody can put right what does not."""
    said = {name: unquote(value) for name, value in blob.metadata.items()} | {"file": f"{CLIPS}/{blob.name}"}
    return (each for each in read_row(f"{CLIPS}/{blob.name}", said) if isinstance(each, ListLine))


def _stem(name: str) -> str:
    """A name without its folder, its ending, and what marks thumbnails."""
    bare = name.rpartition("/")[2].rpartition(".")[0] or name
    return _OF_A_THUMBNAIL.sub("", bare).casefold()
