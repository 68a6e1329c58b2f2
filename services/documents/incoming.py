"""A document on its way in: checked as it comes, and staged in blocks that nobody sees before all of them are here."""

import codecs
import uuid
from contextlib import suppress

from services.documents.errors import DocumentExistsError
from services.documents.kinds import TYPES, empty, wrong_content
from services.errors import ReelgateError, TooLargeError
from services.storage.blobs import BlobStorage
from services.storage.errors import BlobChangedError, BlobExistsError
from services.uploads.block_writer import BlockWriter
from services.uploads.reservation import ReservedChunk
from utils.sizes import MIB
from utils.validators import extension_of

_CLEARING_SECONDS = 2.0


class IncomingDocument:
    """Takes the bytes of one document. Not for several threads at once."""

    def __init__(
        self, name: str, *, blob: str, writer: BlockWriter, storage: BlobStorage, largest: int, token: uuid.UUID
    ) -> None:
        """`name` was checked, and `blob` is where it is to lie."""
        self.name = name
        self.size = 0
        self._blob = blob
        self._writer = writer
        self._storage = storage
        self._largest = largest
        self._token = token.hex
        self.content_type, self._beginning = TYPES[extension_of(name)]
        self._head = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def write(self, chunk: ReservedChunk) -> None:
        """Take over the next bytes and their memory.

        Raises `InvalidDocumentError`, `TooLargeError` and what storage raises.
        """
        self.size += len(chunk)
        check_size(self.size, largest=self._largest)
        self._check(chunk.data)
        self._writer.write(chunk)

    def finish(self) -> None:
        """Make it a document: all of it or nothing; raises `DocumentExistsError` for a name that is taken."""
        if not self.size:
            raise empty()
        self._check(b"", final=True)
        blocks = self._writer.finish()
        try:
            self._storage.commit(
                self._blob,
                blocks,
                content_type=self.content_type,
                metadata={"size": str(self.size), "upload_id": self._token},
                upload_id=self._token,
            )
        except (BlobExistsError, BlobChangedError) as error:
            raise DocumentExistsError("There is another document of that name. Delete it first.") from error

    def abandon(self) -> None:
        """Leave nothing of it behind; never raises."""
        if self._writer.abandon():
            with suppress(ReelgateError):  # Azure drops uncommitted blocks by itself after seven days.
                self._storage.clear_blocks(self._blob, seconds=_CLEARING_SECONDS)

    def _check(self, data: bytes, *, final: bool = False) -> None:
        """Raise where the content is not what the name promises: of a text each byte, of others the beginning."""
        if self._beginning is None:
            try:
                is_right = "\0" not in self._decoder.decode(data, final)
            except UnicodeDecodeError:
                is_right = False
        else:
            self._head += data[: len(self._beginning) - len(self._head)]
            is_whole = final or len(self._head) == len(self._beginning)
            is_right = self._head == self._beginning if is_whole else self._beginning.startswith(self._head)
        if not is_right:
            raise wrong_content(self.name)


def check_size(size: int, *, largest: int) -> None:
    """Raise `TooLargeError` when a document of so many bytes is not accepted."""
    if size > largest:
        raise TooLargeError(f"The document is larger than the {largest // MIB} MiB that are accepted here.")
