"""Settings of the storage account."""

from dataclasses import dataclass
from enum import StrEnum

from utils.container_names import records_beside
from utils.setting_values import Secret, connection_string, container, matching, number, one_of, secret, setting


class StorageLayout(StrEnum):
    """Which containers new videos are put into. Those that are there are found wherever they lie."""

    SHARED = "shared"
    PER_OWNER = "per-owner"


@dataclass(frozen=True, kw_only=True)
class StorageSettings:
    """Which account and containers, and how to get in."""

    azure_storage_connection_string: Secret | None = setting(
        None,
        connection_string,
        "The storage account, with its key. Empty on your own machine: `make run` brings Azurite.",
    )
    azure_storage_account_url: str | None = setting(
        None,
        matching(r"https?://[^\s/?#@]+(/[^\s?#]*)?", "a URL such as https://account.blob.core.windows.net"),
        "The storage account by URL, entered with a managed identity instead of a key.",
    )
    azure_storage_account_name: str | None = setting(
        None,
        matching(r"[a-z0-9]{3,24}", "the name of a storage account: 3 to 24 small letters and digits"),
        "The storage account by its name, with its key beside it, where there is no connection string.",
    )
    azure_storage_account_key: Secret | None = setting(
        None,
        secret(r"[A-Za-z0-9+/]{20,}={0,2}", "a key of a storage account, in base64"),
        "The key of that account. With AZURE_STORAGE_ACCOUNT_URL, that is where the account answers.",
    )
    azure_client_id: str | None = setting(
        None, str, "The user-assigned managed identity to use; empty means the system-assigned one."
    )
    azure_storage_container_name: str = setting(
        "videos",
        matching(r"[a-z0-9](-?[a-z0-9]){2,54}", "3 to 55 small letters, digits and single hyphens between them"),
        "The private container that holds the videos.",
    )
    azure_storage_records_container_name: str | None = setting(
        None, container, "The private container for records of what is under way. Empty: named after that of videos."
    )
    storage_layout: StorageLayout = setting(
        StorageLayout.SHARED,
        one_of(StorageLayout),
        "shared, or per-owner: new videos of each person then go into a container of their own.",
    )
    azure_storage_api_version: str = setting(
        "2025-11-05",
        matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a version such as 2025-11-05"),
        "The storage API version that is asked for.",
    )
    storage_timeout_seconds: float = setting(
        30.0,
        number(lambda seconds: 0 < seconds <= 600, "above 0, at most 600"),
        "Seconds allowed for one storage operation, retries included.",
    )

    @property
    def gives_homes(self) -> bool:
        """Whether new videos of each person go into a container of their own."""
        return self.storage_layout is StorageLayout.PER_OWNER

    @property
    def storage_key(self) -> str | None:
        """What names the account and its key, however that was said; None where an identity lets us in."""
        if self.azure_storage_connection_string is not None:
            return self.azure_storage_connection_string.reveal()
        name, key, url = self.azure_storage_account_name, self.azure_storage_account_key, self.azure_storage_account_url
        if name is None or key is None:
            return None
        where = (
            "DefaultEndpointsProtocol=https;EndpointSuffix=core.windows.net" if url is None else f"BlobEndpoint={url}"
        )
        return f"{where};AccountName={name};AccountKey={key.reveal()}"

    @property
    def records_container_name(self) -> str:
        """The private container for records of what is under way: one for each container of videos."""
        return self.azure_storage_records_container_name or records_beside(self.azure_storage_container_name)
