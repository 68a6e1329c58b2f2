"""Shared access signatures: URLs that open one blob for a while, and nothing else.

With an account key they are signed with it; with an identity, with a user-delegation key that storage gives out for
at most seven days. Whoever holds such a URL holds what it opens: they are never logged.
"""

import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

from azure.storage.blob import (
    BlobSasPermissions,
    ContainerSasPermissions,
    UserDelegationKey,
    generate_blob_sas,
    generate_container_sas,
)

from services.storage.client import StorageClient
from services.storage.containers import BlobPlace, OneContainer, containers_in
from services.storage.errors import StorageError

_KEY_DAYS = 7
_CLOCK_SKEW = timedelta(minutes=5)
_CREATE_STAGES_SINCE = "2026-06-06"
_STAGING_SIGNED_FOR = timedelta(hours=2)
_STAGING_RENEWED = timedelta(hours=1)


class BlobSigner:
    """Signs URLs of blobs, which are called as their containers say."""

    def __init__(self, client: StorageClient, *, container: str | OneContainer) -> None:
        self._client = client
        self._containers = containers_in(container)
        self._lock = threading.Lock()
        self._delegation: tuple[datetime, UserDelegationKey] | None = None
        self._staging: dict[str, tuple[datetime, str, str]] = {}

    @property
    def origin(self) -> str:
        """Where the URLs lead, as browsers name it: scheme, host and port."""
        address = urlsplit(self._client.service.url)
        return f"{address.scheme}://{address.netloc}"

    @property
    def _account_key(self) -> str | None:
        return getattr(self._client.service.credential, "account_key", None)

    def read_url(
        self,
        name: str,
        *,
        until: datetime,
        content_type: str | None = None,
        content_disposition: str | None = None,
        cache_control: str | None = None,
        client_ip: str | None = None,
    ) -> str:
        """A URL that reads one blob until then, with these headers, from one IPv4 address if given.

        Raises `StorageError` when none can be signed.
        """
        return self._signed(
            name,
            until=until,
            permission=BlobSasPermissions(read=True),
            ip=client_ip,
            content_type=content_type,
            content_disposition=content_disposition,
            cache_control=cache_control,
        )

    def write_url(self, name: str, *, until: datetime, https_only: bool, client_ip: str | None = None) -> str:
        """A URL that creates that one blob until then, and cannot read, list or delete; from one address, if given.

        Before service version 2026-06-06 staging a block takes leave to write as well, which allows overwriting too.
        """
        needs_write = self._client.api_version < _CREATE_STAGES_SINCE
        permission = BlobSasPermissions(create=True, write=needs_write)
        return self._signed(name, until=until, permission=permission, https_only=https_only, ip=client_ip)

    def _signed(
        self,
        name: str,
        *,
        until: datetime,
        permission: BlobSasPermissions,
        https_only: bool = False,
        ip: str | None = None,
        content_type: str | None = None,
        content_disposition: str | None = None,
        cache_control: str | None = None,
    ) -> str:
        service = self._client.service
        key = self._account_key
        if key is None and not self._client.has_identity:
            raise StorageError("The storage credential of this server cannot sign URLs.")
        place = self._containers.place(name)
        blob = place.blob(self._client)
        signature = generate_blob_sas(
            account_name=str(service.account_name),
            container_name=place.container,
            blob_name=place.name,
            account_key=key,
            user_delegation_key=None if key else self._delegation_key(until),
            permission=permission,
            expiry=until,
            protocol="https" if https_only or blob.url.startswith("https:") else "https,http",
            ip=ip,
            content_type=content_type,
            content_disposition=content_disposition,
            cache_control=cache_control,
        )
        return f"{blob.url}?{signature}"

    def own_url(self, name: str, *, until: datetime) -> str:
        """A URL for this server's own reading, never to be handed on: it may hold the server's own credential.

        That is so when the connection string holds a signature instead of a key.
        """
        if self._account_key is None and not self._client.has_identity:
            return self._containers.place(name).blob(self._client).url
        return self.read_url(name, until=until)

    def staging_url(self, name: str, query: str) -> str:
        """A URL with that query, for this server's own staging of blocks. Never to be handed on.

        With a key it is signed for all blobs of a container together, so that one signature serves for an hour.
        """
        now, place = datetime.now(UTC), self._containers.place(name)
        signed = self._staging.get(place.container)  # By several threads at once, perhaps: that does no harm.
        if signed is None or signed[0] < now:
            address, _, signature = self._own_container_url(place, now).partition("?")
            signed = (now + _STAGING_RENEWED, address, signature)
            alive = {container: each for container, each in self._staging.copy().items() if each[0] >= now}
            self._staging = alive | {place.container: signed}
        _, address, signature = signed
        return f"{address}/{quote(place.name)}?{'&'.join(filter(None, (signature, query)))}"

    def _own_container_url(self, place: BlobPlace, now: datetime) -> str:
        service = self._client.service
        container = place.holder(self._client)
        key = self._account_key
        if key is None:
            return str(container.url)
        signature = generate_container_sas(
            account_name=str(service.account_name),
            container_name=place.container,
            account_key=key,
            permission=ContainerSasPermissions(create=True, write=True),
            start=now - _CLOCK_SKEW,  # Accounts may ask for one, to see how long it is good for.
            expiry=now + _STAGING_SIGNED_FOR,
            protocol="https" if container.url.startswith("https:") else "https,http",
        )
        return f"{container.url}?{signature}"

    def _delegation_key(self, until: datetime) -> UserDelegationKey:
        with self._lock:
            if self._delegation is None or self._delegation[0] < until:
                now = datetime.now(UTC)
                end = max(until, now + timedelta(days=_KEY_DAYS))
                start = now - _CLOCK_SKEW
                key = self._client.call(
                    lambda within: self._client.service.get_user_delegation_key(start, end, **within)
                )
                self._delegation = (end, key)
            return self._delegation[1]
