"""How another program gets into the same storage account."""

from dataclasses import dataclass, field

from services.storage.client import StorageClient


@dataclass(frozen=True, kw_only=True)
class AccountAccess:
    """The account, its address, and a secret; without one an identity lets in."""

    name: str
    endpoint: str
    key: str | None = field(repr=False)
    sas_token: str | None = field(repr=False)


def account_access(client: StorageClient) -> AccountAccess:
    """What another program needs to know of the account; opens no connection."""
    service = client.service
    endpoint, _, query = str(service.url).partition("?")
    return AccountAccess(
        name=str(service.account_name),
        endpoint=endpoint.rstrip("/"),
        key=getattr(service.credential, "account_key", None),
        sas_token=query or None,
    )
