"""An account that is named with its key beside it lets in, signs URLs, and refuses a wrong key."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from config import Settings, read_settings
from scripts.azurite import ACCOUNT_KEY, ACCOUNT_NAME
from services.assembly import build_platform
from services.storage.errors import StorageError


def settings_of(azurite: str, tmp_path: Path, *, key: str = ACCOUNT_KEY) -> Settings:
    endpoint = dict(part.split("=", 1) for part in azurite.split(";") if part)["BlobEndpoint"]
    return read_settings(
        {
            "APP_ENV": "testing",
            "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT_NAME,
            "AZURE_STORAGE_ACCOUNT_KEY": key,
            "AZURE_STORAGE_ACCOUNT_URL": endpoint,
            "AZURE_STORAGE_CONTAINER_NAME": f"named-{uuid.uuid4().hex[:12]}",
            "DATA_DIR": str(tmp_path),
        }
    )


def test_it_lets_in_and_signs(azurite: str, tmp_path: Path) -> None:
    platform = build_platform(settings_of(azurite, tmp_path))
    platform.blob_storage().prepare()
    platform.record_store().create("note", b"words", tags={})
    assert not platform.client.has_identity
    url = platform.signer().own_url("none.mp4", until=datetime.now(UTC) + timedelta(minutes=5))
    assert requests.get(url, timeout=30).status_code == 404


def test_a_wrong_key_is_refused(azurite: str, tmp_path: Path) -> None:
    platform = build_platform(settings_of(azurite, tmp_path, key="d3JvbmctYW5kLWxvbmctZW5vdWdo"))
    with pytest.raises(StorageError):
        platform.blob_storage().prepare()
