"""The rules by which storage lets pages of other origins in, for the tests of the direct door."""

from collections.abc import Iterator
from contextlib import contextmanager

from azure.storage.blob import BlobServiceClient, CorsRule

from tests.server import Server


@contextmanager
def cors(server: Server, *origins: str) -> Iterator[None]:
    """Let pages of these origins write for the length of the block; of none when none is named."""
    with BlobServiceClient.from_connection_string(server.connection_string, api_version="2025-11-05") as service:
        rule = CorsRule(list(origins), ["PUT"], allowed_headers=["*"], exposed_headers=["*"], max_age_in_seconds=0)
        service.set_service_properties(cors=[rule] if origins else [])
        try:
            yield
        finally:
            service.set_service_properties(cors=[])
