"""Looks at the storage account as the app and as a browser meet it. Leaves nothing behind."""

import contextlib
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobServiceClient, CorsRule

from services.storage.client import StorageClient, translate
from services.storage.containers import VideoContainers
from services.storage.errors import BlobExistsError, StorageError
from services.storage.signing import BlobSigner
from services.videos.blob_names import new_blob_name
from services.videos.direct_upload_names import new_seal

_SECONDS = 10
_MOST_RULES = 5
_CORS_SECONDS = 3600
_REFUSED = frozenset({401, 403, 404})


class AccountProbe:
    """Tries, one by one, what Reelgate needs of its storage account. Raises `StorageError` where storage refuses."""

    def __init__(self, client: StorageClient, *, videos: VideoContainers, records: str, https_only: bool) -> None:
        self._client = client
        self._persons = videos
        self._videos = videos.plain
        self._signer = BlobSigner(client, container=self._videos)
        self._https_only = https_only
        self.containers = (self._videos, records)

    @property
    def account(self) -> str:
        """The account's name."""
        return str(self._client.service.account_name)

    @property
    def has_identity(self) -> bool:
        """Whether the account is entered with an identity, and not with a key."""
        return self._client.has_identity

    @property
    def gives_homes(self) -> bool:
        """Whether new videos are put into containers of their owners."""
        return self._persons.has_homes

    def persons(self) -> dict[str, bool]:
        """The containers of persons that are there, and whether nobody can read each without a credential."""
        homes = self._persons.persons(self._client)
        return {self._persons.container(home): is_private for home, is_private in homes.items()}

    def try_making(self) -> None:
        """See whether containers may be made, by making one that is there: the right is asked for first."""
        container = self._client.service.get_container_client(self._videos)
        with contextlib.suppress(BlobExistsError):
            self._client.call(lambda within: container.create_container(**within))

    def exists(self, container: str) -> bool:
        """Whether the container is there; the first thing that any credential must be able to ask."""
        found = self._client.service.get_container_client(container)
        return self._client.call(lambda within: found.exists(**within), limit=_SECONDS)

    def is_private(self, container: str) -> bool:
        """Whether nobody can read the container without a credential."""
        found = self._client.service.get_container_client(container)
        properties = self._client.call(lambda within: found.get_container_properties(**within))
        return properties.public_access is None

    def clock_skew(self) -> timedelta:
        """How far this machine's clock is ahead of storage's; to the second."""
        dates: list[str] = []
        found = self._client.service.get_container_client(self._videos)

        def note(answer: Any) -> None:
            # Not every gateway on the way dates the failures that are repeated here.
            dates.append(answer.http_response.headers.get("Date", ""))

        self._client.call(lambda within: found.exists(raw_response_hook=note, **within))
        return datetime.now(UTC) - parsedate_to_datetime(dates[-1])

    def try_all_rights(self, container: str) -> None:
        """Write, read, list and delete a blob."""
        blobs, name = self._client.service.get_container_client(container), _probe_name()
        self._client.call(lambda _: blobs.upload_blob(name, b"doctor"))
        try:
            self._client.call(lambda _: blobs.download_blob(name).readall())
            self._client.call(lambda _: list(blobs.list_blob_names(name_starts_with=name)))
        finally:
            self._client.call(lambda _: blobs.delete_blob(name))

    def try_delegation(self) -> None:
        """Get a key that signs URLs in the name of the identity."""
        now = datetime.now(UTC)
        self._client.call(
            lambda within: self._client.service.get_user_delegation_key(now, now + timedelta(hours=1), **within)
        )

    def try_signed_url(self) -> None:
        """Write a block with a URL such as clients get, and see that it can write but not read, list or delete."""
        name = _probe_name()
        url = self._signer.write_url(name, until=datetime.now(UTC) + timedelta(minutes=5), https_only=self._https_only)
        container = url.replace(f"/{name}", "")
        try:
            _expect({201}, "PUT", f"{url}&comp=block&blockid=AAAA", data=b"doctor")
            _expect(_REFUSED, "GET", url)
            _expect(_REFUSED, "DELETE", url)
            _expect(_REFUSED, "GET", f"{container}&restype=container&comp=list")
        finally:
            blob = self._client.service.get_blob_client(self._videos, name)
            self._client.call(lambda _: blob.commit_block_list([]))
            self._client.call(lambda _: blob.delete_blob())

    def lets_in(self, origin: str) -> bool:
        """Whether a page of that origin may write: asked as its browser would."""
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type,x-ms-blob-type",
        }
        url = self._client.service.get_blob_client(self._videos, _probe_name()).url
        answer = _send("OPTIONS", url, headers=headers)
        return answer.ok and answer.headers.get("Access-Control-Allow-Origin") in {origin, "*"}

    def let_in(self, origins: list[str]) -> None:
        """Add a rule that lets pages of these origins write; the rules that are there stay."""
        service: BlobServiceClient = self._client.service
        rule = CorsRule(
            origins,
            ["PUT"],
            allowed_headers=["*"],
            exposed_headers=["x-ms-request-id", "x-ms-error-code"],
            max_age_in_seconds=_CORS_SECONDS,
        )
        try:
            rules = list(service.get_service_properties()["cors"])
            if len(rules) >= _MOST_RULES:
                raise StorageError(f"The account has {len(rules)} CORS rules, and cannot have more. Remove one.")
            service.set_service_properties(cors=[*rules, rule])
        except AzureError as error:
            raise translate(error) from error


def _probe_name() -> str:
    """A name whose blob is never taken for a video, should it be seen."""
    return new_blob_name(f"doctor-{uuid.uuid4().hex[:8]}", now=datetime.now(UTC), token=new_seal().token)


def _expect(statuses: frozenset[int] | set[int], method: str, url: str, *, data: bytes | None = None) -> None:
    answer = _send(method, url, data=data)
    if answer.status_code not in statuses:
        code = answer.headers.get("x-ms-error-code", "")
        raise StorageError(f"{method} with a URL for writing was answered {answer.status_code} {code}".rstrip() + ".")


def _send(
    method: str, url: str, *, data: bytes | None = None, headers: dict[str, str] | None = None
) -> requests.Response:
    try:
        return requests.request(method, url, data=data, headers=headers, timeout=_SECONDS)
    except requests.RequestException:
        # Its text holds the signed URL: it must not travel on.
        raise StorageError("Storage cannot be reached.") from None
