"""An app that believes a provider which says whatever a test wants."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Environment, Secret, Settings
from services.accounts.store import users
from services.actors.actor import SYSTEM, Role
from services.assembly import Services
from tests import hostile_provider as hostile
from tests.databases import prepared
from tests.hostile_provider import HostileProvider, running_hostile_provider


@pytest.fixture
def provider() -> Iterator[HostileProvider]:
    """A provider that says what a test wants."""
    with running_hostile_provider() as running:
        yield running


@pytest.fixture
def app(azurite: str, tmp_path: Path, provider: HostileProvider) -> Flask:
    """An app that believes that provider."""
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name="videos-of-route-tests",
        data_dir=tmp_path,
        oidc_issuer=provider.issuer,
        oidc_client_id=hostile.CLIENT_ID,
        oidc_client_secret=Secret(hostile.CLIENT_SECRET),
        oidc_role_claim="roles",
    )
    return create_app(prepared(settings))


@pytest.fixture(autouse=True)
def somebody(services: Services) -> None:
    """Somebody has an account, so that whoever comes is asked; it has no password, which would take long to hash."""
    services.live_settings.put("registration", "open", by=SYSTEM)
    user, _ = services.accounts.joining.invite(username="mira", email=None, role=Role.ADMIN, by=SYSTEM)
    with services.platform.databases.durable.writing() as connection:
        users.change(connection, user.id, {"activated_at": 1})
