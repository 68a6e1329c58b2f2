"""What is known of the provider: where it answers and by which keys it signs, asked when needed and kept a while."""

import base64
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote_plus

import msgspec

from services.accounts.errors import ProviderAwayError, ProviderNotBelievedError
from services.accounts.oidc import outbound
from services.accounts.oidc.client import ProviderClient
from services.accounts.oidc.id_token import NotBelieved
from services.accounts.oidc.keys import ProviderKeys, key_for, read_keys

log = logging.getLogger(__name__)

T = TypeVar("T")

_FRESH_SECONDS = 3600.0
_BETWEEN_LOOKS_FOR_A_KEY = 30.0
_BETWEEN_FAILURES = 5.0

Url = Annotated[str, msgspec.Meta(max_length=2048)]


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """Where the provider answers, as its discovery document says."""

    issuer: str
    authorization_endpoint: Url
    token_endpoint: Url
    jwks_uri: Url
    end_session_endpoint: Url | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class ProviderTokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a code was exchanged for."""

    id_token: str
    access_token: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Kept(Generic[T]):
    value: T
    at: float


class Provider:
    """Asks it, in each process for itself. Raises `ProviderAwayError` when it does not answer."""

    def __init__(self, client: ProviderClient) -> None:
        self.client = client
        self._lock = threading.Lock()
        self._endpoints: _Kept[Endpoints] | None = None
        self._keys: _Kept[ProviderKeys] | None = None
        self._looked_for_key = float("-inf")
        self._failed_at = float("-inf")

    def endpoints(self) -> Endpoints:
        """Where it answers."""
        with self._lock:
            self._endpoints = self._fresh(self._endpoints, self._ask_endpoints)
            return self._endpoints.value

    def key(self, algorithm: str, kid: str | None) -> Any | None:
        """Its key of that name. For one that is not known it is asked again, but not at every try."""
        address = self.endpoints().jwks_uri
        with self._lock:
            self._keys = self._fresh(self._keys, lambda: self._ask_keys(address))
            key = key_for(self._keys.value, algorithm, kid)
            now = time.monotonic()
            if key is None and now - self._looked_for_key > _BETWEEN_LOOKS_FOR_A_KEY:
                self._looked_for_key = now
                self._keys = _Kept(value=self._ask_keys(address), at=now)
                key = key_for(self._keys.value, algorithm, kid)
            return key

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> ProviderTokens:
        """The tokens for a code; raises `ProviderNotBelievedError` when it is not taken."""
        endpoints = self.endpoints()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        form |= {"code_verifier": verifier}
        headers = self._credentials(endpoints, form)
        answer = outbound.post(endpoints.token_endpoint, form, headers=headers)
        if answer.status != 200:
            raise not_believed(NotBelieved(f"the token endpoint answered {answer.status}"))
        try:
            return msgspec.json.decode(answer.body, type=ProviderTokens)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise not_believed(NotBelieved("the token endpoint's answer")) from error

    def _credentials(self, endpoints: Endpoints, form: dict[str, str]) -> Mapping[str, str]:
        """Say who we are, in the form or in the headers."""
        secret, ways = self.client.client_secret, endpoints.token_endpoint_auth_methods_supported
        if secret is not None and "client_secret_basic" in ways:
            pair = f"{quote_plus(self.client.client_id)}:{quote_plus(secret)}"
            return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        form["client_id"] = self.client.client_id
        if secret is not None:
            form["client_secret"] = secret
        return {}

    def _fresh(self, kept: _Kept[T] | None, ask: Callable[[], T]) -> _Kept[T]:
        """What is kept, or asked anew once it is an hour old; what is old will do while nobody answers."""
        now = time.monotonic()
        if kept is not None and now - kept.at < _FRESH_SECONDS:
            return kept
        if now - self._failed_at < _BETWEEN_FAILURES:
            # Everybody who waits for the lock would wait for the same silence.
            if kept is not None:
                return kept
            raise outbound.away("it did not answer a moment ago")
        try:
            return _Kept(value=ask(), at=now)
        except ProviderAwayError:
            self._failed_at = time.monotonic()
            if kept is None:
                raise
            log.warning("the OpenID provider does not answer; what it said before holds on")
            return kept

    def _ask_endpoints(self) -> Endpoints:
        address = f"{self.client.issuer.removesuffix('/')}/.well-known/openid-configuration"
        try:
            found = msgspec.json.decode(outbound.get(address), type=Endpoints)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise outbound.away(f"{address} is no discovery document: {error}") from error
        if found.issuer != self.client.issuer:
            raise outbound.away(f"{address} is of the issuer {found.issuer}, and OIDC_ISSUER is another")
        named = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.end_session_endpoint)
        if not all(self.client.may_ask(each) for each in named if each is not None):
            raise outbound.away(f"{address} names addresses that are not https")
        return found

    def _ask_keys(self, address: str) -> ProviderKeys:
        try:
            return read_keys(outbound.get(address))
        except ValueError as error:
            raise outbound.away(f"{address}: {error}") from error


def not_believed(reason: NotBelieved) -> ProviderNotBelievedError:
    """What is said of an answer that is not right; the reason is for the log and the audit."""
    return ProviderNotBelievedError(
        "What the sign-in service said of you cannot be believed, so nobody was signed in. Try again; if it stays so, "
        "tell an administrator.",
        reason=str(reason),
    )
