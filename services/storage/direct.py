"""Blobs that clients write by themselves: URLs for it, what is staged, and the commit of just the ids they sent."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from azure.core import MatchConditions
from azure.storage.blob import BlobClient

from services.storage.client import StorageClient, TimeLimits
from services.storage.containers import OneContainer, containers_in
from services.storage.errors import BlobChangedError, BlobNotFoundError
from services.storage.signing import BlobSigner


class DirectBlobs:
    """The blobs that clients fill, where the videos lie. Raises `StorageError`s."""

    def __init__(
        self, client: StorageClient, signer: BlobSigner, *, container: str | OneContainer, https_only: bool
    ) -> None:
        self._client = client
        self._signer = signer
        self._containers = containers_in(container)
        self._https_only = https_only

    @property
    def origin(self) -> str:
        """Where the blobs are, as browsers name it."""
        return self._signer.origin

    def write_url(self, name: str, *, until: datetime, client_ip: str | None) -> str:
        """A URL that writes that one blob until then, from one address if given; see `BlobSigner.write_url`."""
        return self._signer.write_url(name, until=until, https_only=self._https_only, client_ip=client_ip)

    def staged(self, name: str) -> dict[str, int]:
        """The blocks staged and not committed: their sizes by id, in base64 as they were sent."""
        blob = self._blob(name)
        answers: list[bytes] = []

        def ask(within: TimeLimits) -> None:
            # The SDK decodes ids where that gives text, and so loses what was sent.
            blob.get_block_list(
                "uncommitted",
                **within,
                raw_response_hook=lambda answer: answers.append(answer.http_response.body()),
            )

        try:
            self._client.call(ask)
        except (BlobNotFoundError, BlobChangedError):
            return {}  # There is nothing, or a blob of another kind, which has no blocks.
        listing = ET.fromstring(answers[-1])  # noqa: S314 - storage itself has written it
        return {block.findtext("Name", ""): int(block.findtext("Size", "0")) for block in listing.iter("Block")}

    def commit(self, name: str, blocks: Sequence[str]) -> None:
        """Commit blocks by their ids in base64; raises `BlobExistsError` when the blob is there already."""
        blob = self._blob(name)
        self._client.call(
            lambda within: blob.commit_block_list(
                [],
                match_condition=MatchConditions.IfMissing,
                **within,
                raw_request_hook=_with_body(_block_list(blocks)),
            )
        )

    def _blob(self, name: str) -> BlobClient:
        return self._containers.place(name).blob(self._client)


def _block_list(blocks: Sequence[str]) -> bytes:
    entries = "".join(f"<Uncommitted>{escape(block)}</Uncommitted>" for block in blocks)
    return f'<?xml version="1.0" encoding="utf-8"?><BlockList>{entries}</BlockList>'.encode()


def _with_body(body: bytes) -> Callable[[Any], None]:
    # The SDK encodes the ids that it is given once more, and takes only text: clients may have sent any bytes.
    def put(request: Any) -> None:
        request.http_request.set_bytes_body(body)

    return put
