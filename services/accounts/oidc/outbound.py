"""What we ask of a provider: small answers, soon, and from the address itself, not from one that it sends us on to."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

import requests

from services.accounts.errors import ProviderAwayError

LARGEST_ANSWER = 512 * 1024

_CONNECT_SECONDS, _SILENT_SECONDS, _ALL_SECONDS = 4.0, 6.0, 12.0
_PIECE = 16 * 1024
_AWAY = "The sign-in service does not answer. Try again in a moment; signing in by password works meanwhile."


@dataclass(frozen=True, kw_only=True)
class ProviderAnswer:
    """What came back."""

    status: int
    body: bytes


def get(url: str) -> bytes:
    """What lies at an address; raises `ProviderAwayError` unless it comes whole, soon, and with 200."""
    answer = _ask("GET", url, headers={})
    if answer.status != requests.codes.ok:
        raise away(f"{url} answered {answer.status}")
    return answer.body


def post(url: str, form: Mapping[str, str], *, headers: Mapping[str, str]) -> ProviderAnswer:
    """Send a form; raises `ProviderAwayError` when no answer comes, or one that says that the server has failed."""
    answer = _ask("POST", url, headers=headers, form=form)
    if answer.status >= 500 or answer.status == requests.codes.too_many_requests:
        raise away(f"{url} answered {answer.status}")
    return answer


def away(reason: str) -> ProviderAwayError:
    """What is said when the provider cannot be asked; the reason is for the log."""
    return ProviderAwayError(_AWAY, reason=reason)


def _ask(method: str, url: str, *, headers: Mapping[str, str], form: Mapping[str, str] | None = None) -> ProviderAnswer:
    # What is compressed may be any size, and what .netrc says is for no provider.
    all_headers = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
    try:
        with requests.Session() as session, closing(_sent(session, method, url, all_headers, form)) as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise away(f"{url} answered compressed")
            return ProviderAnswer(status=response.status_code, body=_whole(response))
    except requests.RequestException as error:
        raise away(f"{url}: {type(error).__name__}") from error


def _sent(
    session: requests.Session, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
) -> requests.Response:
    return session.request(
        method,
        url,
        data=form,
        headers=headers,
        auth=lambda request: request,
        timeout=(_CONNECT_SECONDS, _SILENT_SECONDS),
        allow_redirects=False,
        stream=True,
    )


def _whole(response: requests.Response) -> bytes:
    until, body = time.monotonic() + _ALL_SECONDS, bytearray()
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > LARGEST_ANSWER or time.monotonic() > until:
            raise away(f"{response.url} sends too much, or too slowly")
    return bytes(body)
