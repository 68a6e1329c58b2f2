"""Files that storage fetches by itself, where it can: else their bytes pass through here."""

import base64
import binascii
import logging
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from services.actors.actor import Actor
from services.migration.errors import UnreadableFileError
from services.migration.found import FoundFile
from services.migration.place import GoOn
from services.storage.errors import BlobChangedError, SourceDamagedError, StorageError, StorageUnavailableError
from services.uploads.copied import LONGEST_URL, CopiedUploads, FileElsewhere
from services.uploads.uploads import Draft
from services.videos.video import Video

log = logging.getLogger(__name__)

_ETAG = re.compile(r'"?([^"/\s]{1,256})"?')
_SIGNED = ({"sv", "sig"}, {"x-amz-signature"})


def storage_may_fetch(url: str) -> bool:
    """Whether a file is signed by Azure or S3: others need not give the same file twice, or parts of it."""
    names = {name.lower() for name, _ in parse_qsl(urlsplit(url).query)}
    return any(each <= names for each in _SIGNED)


class StorageFetch:
    """Asks storage to fetch files, until it says that it cannot. One for each attempt at a migration."""

    def __init__(self, copied: CopiedUploads) -> None:
        self._copied = copied
        self._is_refused = False

    def take(
        self, draft: Draft, url: str, found: FoundFile, *, head: Callable[[], bytes], go_on: GoOn, by: Actor
    ) -> Video | None:
        """The video; None where its bytes have to pass through here.

        `head` reads the first `SNIFF_BYTES`. Raises `UnreadableFileError`, and what uploads raise.
        """
        etag = _ETAG.fullmatch(found.version)
        if self._is_refused or etag is None or len(url) > LONGEST_URL:
            return None
        file = FileElsewhere(url=url, etag=etag[1], size=found.size, head=head(), md5=_md5(found.md5))
        try:
            return self._copied.take(draft, file, go_on=go_on, by=by)
        except SourceDamagedError as error:
            raise UnreadableFileError(error.detail) from error
        except StorageError as error:
            # What may be otherwise the next time, or for the next file, says nothing about the others.
            self._is_refused = not isinstance(error, BlobChangedError | StorageUnavailableError)
            log.info("storage did not fetch %s by itself, so it passes through here: %s", draft.name, error.detail)
            return None


def _md5(said: str) -> bytes | None:
    try:
        md5 = base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        return None
    return md5 if len(md5) == 16 else None
