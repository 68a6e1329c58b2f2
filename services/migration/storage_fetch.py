"""Files that storage fetches by itself, where it can: else their bytes pass through here."""

import base64
import binascii
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from services.actors.actor import Actor
from services.migration.errors import UnreadableFileError
from services.migration.found import FoundFile
from services.migration.place import GoOn
from services.storage.errors import (
    BlobChangedError,
    SourceDamagedError,
    SourceUnavailableError,
    StorageError,
    StorageUnavailableError,
)
from services.uploads.copied import LONGEST_URL, CopiedUploads, FileElsewhere
from services.uploads.uploads import Draft
from services.videos.video import Video

log = logging.getLogger(__name__)

_ETAG = re.compile(r'"?([^"/\s]{1,256})"?')
_AZURE, _S3 = {"sv", "sig"}, {"x-amz-signature"}
_MOST_FAILURES = 3
"""Files in a row whose source fails, or is too slow, until storage is not asked to fetch any more."""


def storage_may_fetch(url: str) -> bool:
    """Whether a file is signed by Azure or S3: others need not give the same file twice, or parts of it."""
    return _is_signed(url, _AZURE) or _is_signed(url, _S3)


def _is_signed(url: str, fields: set[str]) -> bool:
    return fields <= {name.lower() for name, _ in parse_qsl(urlsplit(url).query)}


@dataclass(frozen=True, kw_only=True)
class Looks:
    """What is asked of a file beside what storage fetches of it."""

    head: Callable[[], bytes]
    """The first `SNIFF_BYTES`."""
    check: Callable[[], None] = lambda: None
    """Raises `UnreadableFileError` where the file is another one by now."""


class StorageFetch:
    """Asks storage to fetch files, until it says that it cannot. One for each attempt at a migration."""

    def __init__(self, copied: CopiedUploads) -> None:
        self._copied = copied
        self._is_refused = False
        self._failures = 0

    def take(self, draft: Draft, url: str, found: FoundFile, *, looks: Looks, go_on: GoOn, by: Actor) -> Video | None:
        """The video; None where its bytes have to pass through here.

        Raises `UnreadableFileError`, and what uploads raise.
        """
        etag = _ETAG.fullmatch(found.version)
        if self._is_refused or etag is None or len(url) > LONGEST_URL:
            return None
        file = FileElsewhere(
            url=url,
            # Azure compares the ETags of its own blobs, and no others.
            etag=etag[1] if _is_signed(url, _AZURE) else None,
            size=found.size,
            head=looks.head(),
            md5=_md5(found.md5),
            check=looks.check,
        )
        try:
            video = self._copied.take(draft, file, go_on=go_on, by=by)
        except SourceDamagedError as error:
            raise UnreadableFileError(error.detail) from error
        except StorageError as error:
            # What may be otherwise the next time, or for the next file, says nothing about the others.
            self._failures = self._failures + 1 if isinstance(error, SourceUnavailableError) else 0
            is_passing = isinstance(error, BlobChangedError | StorageUnavailableError)
            self._is_refused = not is_passing or self._failures >= _MOST_FAILURES
            log.info("storage did not fetch %s by itself, so it passes through here: %s", draft.name, error.detail)
            return None
        self._failures = 0
        return video


def _md5(said: str) -> bytes | None:
    try:
        md5 = base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        return None
    return md5 if len(md5) == 16 else None
