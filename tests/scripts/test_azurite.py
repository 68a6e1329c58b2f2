"""Azurite comes up by itself, keeps what it should and goes away."""

from pathlib import Path

import psutil
import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import BlobServiceClient

from scripts.azurite import Azurite, AzuriteError, running_azurite


def test_it_answers_as_soon_as_the_block_begins(azurite: str) -> None:
    with BlobServiceClient.from_connection_string(azurite) as service:
        assert service.get_account_information()["sku_name"]


def test_it_leaves_no_process_behind() -> None:
    with running_azurite() as azurite:
        process = psutil.Process(azurite.pid)
    assert not process.is_running()


@pytest.mark.thorough
def test_two_of_them_get_a_port_each() -> None:
    with running_azurite() as one, running_azurite() as other:
        assert one.port != other.port


@pytest.mark.thorough
def test_a_folder_keeps_the_data_for_the_next_start(tmp_path: Path) -> None:
    with running_azurite(location=tmp_path) as azurite, _client(azurite) as service:
        service.create_container("kept").upload_blob("name", b"bytes")
    with running_azurite(location=tmp_path) as azurite, _client(azurite) as service:
        assert service.get_blob_client("kept", "name").download_blob().readall() == b"bytes"


@pytest.mark.thorough
def test_memory_ends_at_the_limit_that_it_was_given() -> None:
    with running_azurite(extent_memory_mb=1) as azurite, _client(azurite) as service:
        container = service.create_container("full")
        container.upload_blob("first", bytes(1024 * 1024))
        with pytest.raises(ResourceExistsError, match="MemoryExtentStoreAtSizeLimit"):
            container.upload_blob("second", b"too much")


@pytest.mark.thorough
def test_a_taken_port_is_reported_with_azurites_own_words() -> None:
    with (
        running_azurite() as azurite,
        pytest.raises(AzuriteError, match="EADDRINUSE"),
        running_azurite(port=azurite.port),
    ):
        pass


def _client(azurite: Azurite) -> BlobServiceClient:
    return BlobServiceClient.from_connection_string(azurite.connection_string, retry_total=0)
