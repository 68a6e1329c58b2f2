"""The keeper, made of the settings."""

from config import Settings, load_settings
from services.database.build import durable_file, durable_is_sqlite
from services.replication.keeper import LEASE_SECONDS, Keeper
from services.replication.lineage import Lineage
from services.replication.litestream import Litestream
from services.storage.access import account_access
from services.storage.client import StorageAccount, StorageClient
from services.storage.leases import BlobLeases
from services.storage.records import RecordStore


def is_wanted(settings: Settings) -> bool:
    """Whether the durable database is to be copied into storage."""
    wanted = settings.production if settings.database_replica is None else settings.database_replica
    return wanted and durable_is_sqlite(settings)


def build(settings: Settings) -> Keeper:
    """The keeper of the database that the settings name."""
    client = StorageClient(
        StorageAccount(
            connection_string=settings.storage_key,
            account_url=settings.azure_storage_account_url,
            identity_client_id=settings.azure_client_id,
            api_version=settings.azure_storage_api_version,
            connections=4,
            timeout=settings.storage_timeout_seconds,
        )
    )
    file, container = durable_file(settings), settings.records_container_name
    return Keeper(
        file,
        litestream=Litestream(file, account_access(client), container=container),
        lineage=Lineage(file, RecordStore(client, container=container)),
        leases=BlobLeases(client, container=container, seconds=LEASE_SECONDS),
    )


def from_environment() -> Settings:
    """The settings of a process that nobody hands any."""
    return load_settings()
