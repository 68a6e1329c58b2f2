"""Blobs that other tools (azcopy, the portal) have put into the container become videos, if they are."""

import logging
import uuid
from dataclasses import replace

from services.errors import ReelgateError
from services.storage.videos import VideoBlobs
from services.videos.blob_names import ReservedEndings, is_safe_name
from services.videos.homes import split_id
from services.videos.metadata import InvalidMetadata, VideoMetadata
from services.videos.video import REFUSED, StoredBlob, Video, video_from
from utils.validators import (
    SNIFF_BYTES,
    InvalidContent,
    InvalidName,
    InvalidType,
    check_extension,
    clean_filename,
    content_type_for,
)

log = logging.getLogger(__name__)


class Adoption:
    """Checks strange blobs as uploads are checked, and writes on those that pass what makes a blob a video here."""

    def __init__(
        self, blobs: VideoBlobs, *, extensions: frozenset[str] | None, largest: int, reserved: ReservedEndings
    ) -> None:
        self._blobs = blobs
        self._extensions = extensions
        self._largest = largest
        self._reserved = reserved

    def adopt(self, blob: StoredBlob) -> Video | None:
        """The video that the blob has become, or one whose status is `refused`; None: it cannot be told yet."""
        try:
            if self._blobs.is_pending(blob.name):
                return None
            content_type = self._content_type(blob)
            return self._written(blob, content_type)
        except (InvalidName, InvalidType, InvalidContent, InvalidMetadata) as error:
            log.warning("%r in the container is no video: %s", blob.name[:200], error)
            return replace(video_from(blob), status=REFUSED)
        except ReelgateError as error:
            log.warning("%r in the container could not be checked: %s", blob.name[:200], error)
            return None

    def _content_type(self, blob: StoredBlob) -> str:
        filename = clean_filename(split_id(blob.name)[1])
        if not is_safe_name(blob.name, reserved=self._reserved):
            raise InvalidName("Its name cannot be part of a URL as it stands.")
        check_extension(filename, self._extensions)
        if not 0 < blob.size <= self._largest:
            raise InvalidContent(f"It has {blob.size} bytes.")
        checked = self._extensions is not None
        head = self._blobs.head(blob.name, SNIFF_BYTES) if checked else b""
        return content_type_for(filename, head, checked=checked)

    def _written(self, blob: StoredBlob, content_type: str) -> Video:
        etag = blob.etag
        if blob.content_type != content_type:
            etag = self._blobs.set_content_type(blob.name, content_type, etag=etag)
        known = VideoMetadata.from_blob(blob.metadata, name=blob.name, created=blob.created)
        metadata = replace(known, content_etag=uuid.uuid4().hex, door="adopted").written_over(blob.metadata)
        etag = self._blobs.set_metadata(blob.name, metadata, etag=etag)
        return video_from(replace(blob, etag=etag, content_type=content_type, metadata=metadata))
