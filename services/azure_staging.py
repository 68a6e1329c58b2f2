"""Staging blocks by plain PUTs.

Every byte that comes goes through here, and the SDK spends far more of a processor on each block.
"""

from base64 import b64encode
from urllib.parse import quote

import requests

from services import metrics
from services.azure_client import AWAY, CONNECT_SECONDS, StorageClient, TimeLimits, failure_of
from services.azure_sas import BlobSigner
from services.blocks import Pieces
from services.errors import StorageUnavailableError


class BlockStager:
    """Stages the blocks of one blob."""

    def __init__(self, client: StorageClient, signer: BlobSigner, name: str) -> None:
        self._client = client
        self._signer = signer
        self._name = name

    def __call__(self, block_id: str, data: Pieces | bytes) -> None:
        """Stage one block, trying again within the usual time; raises `StorageError`."""
        self._client.call(lambda within: self._put(block_id, data, within), patient=True)
        metrics.BLOCKS_STAGED.inc()

    def _put(self, block_id: str, data: Pieces | bytes, within: TimeLimits) -> None:
        session = self._client.session
        encoded = quote(b64encode(block_id.encode()).decode(), safe="")
        query = f"comp=block&blockid={encoded}&timeout={within['timeout']}"
        request = requests.Request(
            "PUT",
            self._signer.staging_url(self._name, query),
            headers={"x-ms-version": self._client.api_version} | self._client.authorization,
            data=data,
            hooks=session.hooks,
        )
        try:
            # Prepared here and not by the session, whose ways of merging settings cost as much as the sending.
            response = session.send(
                request.prepare(), timeout=(CONNECT_SECONDS, within["read_timeout"]), allow_redirects=False
            )
        except requests.RequestException:
            # Its text holds the signed URL: it must not travel on.
            raise StorageUnavailableError(AWAY) from None
        if response.status_code != requests.codes.created:
            # The cause says how long storage asks to be left alone.
            raise failure_of(response) from requests.HTTPError(response=response)
