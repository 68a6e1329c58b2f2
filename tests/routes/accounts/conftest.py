"""An app in which people of each role have accounts, and what each of them brings along."""

from collections.abc import Iterator

import pytest
from flask import Flask

from routes.http.wiring import SERVICES
from services.accounts.joining import NewAccount
from services.accounts.own_account import NewToken
from services.accounts.people import AccountChange
from services.actors.actor import SYSTEM, Role, Scope
from services.assembly import Services
from tests.accounts import PASSWORD, SOMEWHERE, as_actor, attempt


@pytest.fixture
def services(app: Flask) -> Iterator[Services]:
    """The services of the app."""
    found: Services = app.extensions[SERVICES]
    yield found
    found.platform.databases.close()


@pytest.fixture
def people(services: Services) -> dict[str, dict[str, str]]:
    """The headers that each kind of actor sends; nobody sends none."""
    headers: dict[str, dict[str, str]] = {"nobody": {}}
    accounts = services.accounts
    for role in Role:
        user = accounts.joining.register(NewAccount(username=role.lower(), email=None, password=PASSWORD), by=SYSTEM)
        user = accounts.people.change(user.id, AccountChange(role=role), by=SYSTEM).user
        _, pair = accounts.signing_in.in_a_program(attempt(role.lower()), by=SOMEWHERE)
        headers[role] = bearer(pair.access_token)
        if role is Role.ADMIN:
            wanted = NewToken(name="reads", scopes=frozenset({Scope.READ}), expires_at=None)
            _, text = accounts.own.new_token(user, wanted, by=as_actor(user))
            headers["token that reads"] = bearer(text)
    return headers


def bearer(token: str) -> dict[str, str]:
    """The header that brings a token."""
    return {"Authorization": f"Bearer {token}"}
