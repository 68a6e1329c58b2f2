"""Whoever loses a right loses the stream that was opened by it, whichever worker holds it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.accounts import PASSWORD
from tests.event_streams import listening
from tests.server import Server, running_server


class Signed:
    """A person who is signed in by a program."""

    def __init__(self, server: Server, username: str) -> None:
        self._server = server
        said = {"username": username, "password": PASSWORD}
        self.pair = requests.post(f"{server.url}/api/auth/login", json=said, timeout=30).json()
        self.headers = {"Authorization": f"Bearer {self.pair['access_token']}"}

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer = requests.request(
            method, f"{self._server.url}{path}", json=body or None, headers=self.headers, timeout=30
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None


@pytest.fixture
def server(azurite: str) -> Iterator[Server]:
    with running_server(azurite, web_concurrency=2, client_share_percent=100) as running:
        said = {"username": "ada", "password": PASSWORD}
        requests.post(f"{running.url}/api/auth/register", json=said, timeout=30).raise_for_status()
        yield running


@pytest.fixture
def ada(server: Server) -> Signed:
    """Who may administer."""
    return Signed(server, "ada")


@pytest.fixture
def bela(server: Server, ada: Signed, request: pytest.FixtureRequest) -> tuple[Signed, str]:
    """Somebody else, and the id of that account."""
    name = f"bela-{abs(hash(request.node.name))}"[:30]
    made = ada.ask("POST", "/api/users", username=name, role="USER")
    joining = {"username": name, "password": PASSWORD, "invitation": made["invitation"]["token"]}
    requests.post(f"{server.url}/api/auth/register", json=joining, timeout=30).raise_for_status()
    return Signed(server, name), made["user"]["id"]


def _signs_out(_: Signed, bela: Signed, __: str) -> None:
    bela.ask("POST", "/api/auth/logout", refresh_token=bela.pair["refresh_token"])


def _is_deactivated(ada: Signed, _: Signed, id_: str) -> None:
    ada.ask("PATCH", f"/api/users/{id_}", active=False)


def _is_lowered(ada: Signed, _: Signed, id_: str) -> None:
    ada.ask("PATCH", f"/api/users/{id_}", role="READONLY")


def _is_signed_out(ada: Signed, _: Signed, id_: str) -> None:
    ada.ask("POST", f"/api/users/{id_}/sign-out")


def _is_deleted(ada: Signed, _: Signed, id_: str) -> None:
    ada.ask("DELETE", f"/api/users/{id_}")


@pytest.mark.parametrize("happens", [_signs_out, _is_deactivated, _is_lowered, _is_signed_out, _is_deleted])
def test_who_loses_a_right_loses_the_streams(
    server: Server, ada: Signed, bela: tuple[Signed, str], happens: Callable[[Signed, Signed, str], None]
) -> None:
    signed, id_ = bela
    with listening(server, headers=signed.headers) as one, listening(server, headers=signed.headers) as other:
        assert [one.is_over, other.is_over] == [False, False]
        happens(ada, signed, id_)
        for stream in (one, other):
            stream.wait_for(lambda each=stream: each.is_over)  # type: ignore[misc]
