"""One BlobServiceClient for a process, and the one way to call it.

The client is made at its first use, which is after gunicorn has forked, and under a lock. The SDK's own retries
sleep for up to a minute and know no deadline, so they are off: `StorageClient.call` repeats what is safe to repeat,
with growing, jittered pauses, inside one time limit, and turns the SDK's errors into ours by their codes. While the
circuit is open it refuses at once.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict, TypeVar
from urllib.parse import parse_qs, urlsplit

import requests
from azure.core.credentials import TokenCredential
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobServiceClient
from requests.adapters import HTTPAdapter

from services import metrics
from services.storage.circuit import Circuit
from services.storage.clock import ServerTime
from services.storage.connections import StreamingConnections
from services.storage.copy_sources import failure_of_source
from services.storage.errors import (
    BlobArchivedError,
    BlobChangedError,
    BlobExistsError,
    BlobKeptError,
    BlobNotFoundError,
    SourceUnavailableError,
    StorageError,
    StorageUnavailableError,
    StorageUnsupportedError,
)
from services.storage.use import NO_VIDEO, STORAGE_USE, UsedFor
from utils.block_checks import BlockCheck

T = TypeVar("T")

AWAY = "Storage cannot be reached right now. Try again in a moment."
CONNECT_SECONDS = 5.0
_SCOPE = "https://storage.azure.com/.default"
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
# An answer that is lost on its way must not cost the whole time limit: the first attempt may wait for this share of it
# (but for no less than these seconds), the next for twice as long, and so on.
_FIRST_SHARE = 1 / 6
_SHORTEST_ATTEMPT = 2.0
_TRIES_OF_A_SOURCE = 3
_EXISTS = (BlobExistsError, "There is something by that name in storage already.")
_KEPT = (BlobKeptError, "Storage keeps this as it is: there is a legal hold or a policy of its own on it.")
_BY_CODE: Mapping[str, tuple[type[StorageError], str]] = {
    "BlobAlreadyExists": _EXISTS,
    "ContainerAlreadyExists": _EXISTS,
    "BlobImmutableDueToLegalHold": _KEPT,
    "BlobImmutableDueToPolicy": _KEPT,
}
DAMAGED = frozenset({"Md5Mismatch", "Crc64Mismatch"})
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class StorageAccount:
    """Which account to talk to, and how to get in: a connection string, or a URL and a managed identity."""

    connection_string: str | None
    account_url: str | None
    identity_client_id: str | None
    api_version: str
    connections: int
    timeout: float
    block_check: BlockCheck = BlockCheck.NONE
    """What storage checks the blocks of uploads against."""


class TimeLimits(TypedDict):
    """How long one attempt may take, as keyword arguments of the SDK's methods."""

    timeout: int
    """Storage's own limit, in whole seconds."""
    read_timeout: float
    """Seconds that may pass without a byte of the answer."""


class StorageClient:
    """A lazily made SDK client, shared by all threads of the process."""

    def __init__(self, account: StorageAccount) -> None:
        self.circuit = Circuit()
        self.time = ServerTime()
        self.checks_crc64 = True
        """Whether storage takes such checksums, as far as is known: Azurite does not."""
        self._account = account
        self._lock = threading.Lock()
        self._session: requests.Session | None = None
        self._connections: StreamingConnections | None = None
        self._service: BlobServiceClient | None = None

    @property
    def session(self) -> requests.Session:
        """Connections to storage, which the SDK's client uses as well."""
        with self._lock:
            return self._opened_session()

    @property
    def connections(self) -> StreamingConnections:
        """Connections of another kind, for what is sent while it comes."""
        with self._lock:
            if self._connections is None:
                account = self._account
                self._connections = StreamingConnections(
                    _endpoint(account), self._opened_session(), most=account.connections
                )
            return self._connections

    @property
    def service(self) -> BlobServiceClient:
        """The SDK's client, made at the first call."""
        with self._lock:
            if self._service is None:
                self._service = self._connect()
            return self._service

    @property
    def authorization(self) -> dict[str, str]:
        """The header that lets an identity in, for requests without the SDK; those of others are signed."""
        if not self.has_identity:
            return {}
        return {"Authorization": f"Bearer {self._identity.get_token(_SCOPE).token}"}

    @property
    def api_version(self) -> str:
        """The version of the storage API that is asked for, as a date."""
        return self._account.api_version

    @property
    def block_check(self) -> BlockCheck:
        """What storage checks the blocks of uploads against."""
        return self._account.block_check

    @property
    def has_identity(self) -> bool:
        """Whether the account is entered with an identity, and not with a connection string."""
        return not self._account.connection_string

    @property
    def first_attempt(self) -> TimeLimits:
        """How long something may take that is tried again, by `call`, when it fails."""
        return _time_limits(self._first_seconds(self._account.timeout))

    def call(
        self,
        operation: Callable[[TimeLimits], T],
        *,
        limit: float | None = None,
        repeat: bool = True,
        patient: bool = False,
    ) -> T:
        """Run `operation(within)` until it succeeds, fails for good or the time limit has passed.

        `operation` hands `within` on to what it calls of the SDK: `blob.delete_blob(**within)`. With `repeat=False` it
        is tried once: for what must not be done twice and for what cannot be sent twice. A `patient` call goes on
        trying while the circuit is open, so that uploads under way outlive an outage. The source of a copy is tried
        three times at most: it may fail for long, and its bytes can come by another way. Raises `StorageError`.
        """
        total = self._account.timeout if limit is None else limit
        deadline = time.monotonic() + total
        pause = _FIRST_PAUSE
        attempt = self._first_seconds(total) if repeat else total
        failures_of_source = 0
        while True:
            if not patient:
                self.circuit.check()
            left = max(deadline - time.monotonic(), 0.05)
            try:
                with self.circuit.attempt():
                    return translated(operation, _time_limits(min(left, attempt)))
            except StorageUnavailableError as failure:
                wait = max(_retry_after(failure.__cause__) or 0.0, pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
                failures_of_source += isinstance(failure, SourceUnavailableError)
                if not repeat or failures_of_source == _TRIES_OF_A_SOURCE or time.monotonic() + wait >= deadline:
                    raise
            metrics.STORAGE_RETRIES.inc()
            time.sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)
            attempt *= 2

    @staticmethod
    def _first_seconds(total: float) -> float:
        return max(total * _FIRST_SHARE, _SHORTEST_ATTEMPT)

    @cached_property
    def _identity(self) -> TokenCredential:
        from azure.identity import ManagedIdentityCredential  # noqa: PLC0415 - 4.4 MiB, useless beside a key

        return ManagedIdentityCredential(client_id=self._account.identity_client_id)

    def _opened_session(self) -> requests.Session:
        if self._session is None:
            session = new_session(connections=self._account.connections)
            session.hooks["response"].append(lambda answer, **_options: self.time.learn(answer.headers))
            # What the environment says of proxies and certificates is looked up once, and not again for every block.
            surroundings = session.merge_environment_settings(_endpoint(self._account), {}, None, None, None)
            session.trust_env = False
            session.proxies.update(surroundings["proxies"])
            session.verify = surroundings["verify"]
            self._session = session
        return self._session

    def _connect(self) -> BlobServiceClient:
        account, session = self._account, self._opened_session()
        transport = RequestsTransport(
            session=session, session_owner=True, use_env_settings=False, connection_verify=session.verify
        )
        if account.connection_string:
            return BlobServiceClient.from_connection_string(
                account.connection_string,
                api_version=account.api_version,
                transport=transport,
                retry_total=0,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=account.timeout,
            )
        return BlobServiceClient(
            str(account.account_url),
            credential=self._identity,
            api_version=account.api_version,
            transport=transport,
            retry_total=0,
            connection_timeout=CONNECT_SECONDS,
            read_timeout=account.timeout,
        )


def _time_limits(seconds: float) -> TimeLimits:
    return {"timeout": max(1, int(seconds)), "read_timeout": seconds}


def _endpoint(account: StorageAccount) -> str:
    if account.connection_string:
        with BlobServiceClient.from_connection_string(account.connection_string) as service:
            return str(service.url)
    return str(account.account_url)


def translated(operation: Callable[[TimeLimits], T], within: TimeLimits) -> T:
    """What the operation gives; raises our errors for those of the SDK."""
    try:
        return operation(within)
    except AzureError as error:
        raise translate(error) from error


def new_session(*, connections: int) -> requests.Session:
    """Connections to storage, on which every answer is counted; so many are kept."""
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=connections)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.hooks["response"].append(measure)
    return session


def measure(response: requests.Response, *, used_for: UsedFor = NO_VIDEO, **_options: object) -> None:
    """Count an answer of storage, and how long it took to come: a hook for sessions and for requests."""
    query = parse_qs(urlsplit(response.request.url or "").query)
    operation = f"{response.request.method} {query.get('comp', ['blob'])[0]}"
    count_answer(operation, status=response.status_code, seconds=response.elapsed.total_seconds(), used_for=used_for)


def count_answer(operation: str, *, status: int, seconds: float, used_for: UsedFor = NO_VIDEO) -> None:
    """Count an answer of storage, and the seconds from the request to it."""
    STORAGE_USE.ask(operation, used_for)
    metrics.STORAGE_SECONDS.labels(operation).observe(seconds)
    metrics.STORAGE_ANSWERS.labels(operation, str(status)).inc()


def translate(error: AzureError) -> StorageError:
    """Our error for one of the SDK's, chosen by status and code, never by the text of its message."""
    if isinstance(error, HttpResponseError) and error.status_code is not None:
        headers: Mapping[str, str] = getattr(error.response, "headers", {})
        return _failure(error.status_code, error_code(error), headers)
    if isinstance(error, ServiceRequestError | ServiceResponseError):
        return StorageUnavailableError(AWAY)
    return StorageError("Storage could not be used. The log has the reason.")


def failure_of(status: int, headers: Mapping[str, str]) -> StorageError:
    """Our error for an answer of storage to a request that was made without the SDK; `headers` in any case."""
    return _failure(status, headers.get("x-ms-error-code", ""), headers)


def _failure(status: int, code: str, headers: Mapping[str, str]) -> StorageError:
    return failure_of_source(status, code, headers) or translate_status(status, code, pause_asked(headers))


def translate_status(status: int, code: str, retry_after: float | None) -> StorageError:
    """Our error for a status of storage, with its code and the seconds it asks to wait."""
    if status in TRANSIENT_STATUSES or code in DAMAGED:
        wait = None if retry_after is None else max(1, round(retry_after))
        why = "Not all reached storage as it was sent." if code in DAMAGED else "Storage is busy right now."
        return StorageUnavailableError(f"{why} Try again in a moment.", retry_after=wait)
    if status == 501:
        return StorageUnsupportedError("This storage does not have that operation.")
    if status == 404:
        return BlobNotFoundError("There is nothing by that name in storage.")
    if code in _BY_CODE:
        kind, sentence = _BY_CODE[code]
        return kind(sentence)
    if status in {304, 409, 412}:
        return _refusal(status, code)
    return StorageError(f"Storage answered {status} {code}.".replace(" .", "."))


def _refusal(status: int, code: str) -> BlobChangedError:
    if code in {"BlobArchived", "BlobBeingRehydrated"}:
        return BlobArchivedError("It is in the archive, and has to be brought back first.")
    return BlobChangedError(f"Storage refused: {code or status}.")


def error_code(error: HttpResponseError) -> str:
    """What storage calls what went wrong."""
    # The storage SDK adds `error_code` to the errors of azure-core; it is documented, but not in the base class.
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code) or "")


def _retry_after(error: BaseException | None) -> float | None:
    response = getattr(error, "response", None)
    return None if response is None else pause_asked(response.headers)


def pause_asked(headers: Mapping[str, str]) -> float | None:
    """For how many seconds storage asks to be left alone."""
    header = headers.get("Retry-After")
    return float(header) if header is not None and header.isdecimal() else None
