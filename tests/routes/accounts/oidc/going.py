"""The way to the provider and back, as a browser goes it."""

import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.hostile_provider import HostileProvider


@dataclass(frozen=True)
class From:
    """So many seconds from now, whenever the test runs."""

    seconds: int

    def resolved(self) -> int:
        """The time in a claim."""
        return int(time.time()) + self.seconds


def begun(client: FlaskClient, **query: str) -> dict[str, str]:
    """What the provider is asked when somebody begins."""
    answer = client.get("/auth/oidc/login", query_string=query)
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}


def come_back(client: FlaskClient, **parameters: str) -> TestResponse:
    return client.get("/auth/oidc/callback", query_string=parameters)


def sign_in(client: FlaskClient, provider: HostileProvider, **claims: object) -> TestResponse:
    """The whole way, with right claims but for these."""
    asked = begun(client)
    said = {name: value.resolved() if isinstance(value, From) else value for name, value in claims.items()}
    provider.id_token = provider.token(provider.claims(asked["nonce"], **said))
    return come_back(client, state=asked["state"], code="code")


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/api/auth/user").status_code == 200
