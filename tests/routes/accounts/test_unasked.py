"""Whoever is let in without being asked is told so, on every page."""

import uuid
from pathlib import Path

import pytest

from app import create_app
from config import Environment, Secret, Settings
from tests.accounts import PASSWORD
from tests.databases import prepared
from utils.setting_choices import AuthMode

HTML = {"Accept": "text/html"}
PAGES = ("/", "/trash", "/jobs", "/account", "/settings", "/videos/nothing.mp4", "/nothing")
OPEN, DESK = "Nothing asks who comes", "Make the first account"


def pages(azurite: str, folder: Path, *, host: str, auth_mode: AuthMode, account: bool = False) -> list[str]:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"unasked-{uuid.uuid4().hex[:12]}",
        data_dir=folder,
        host=host,
        auth_mode=auth_mode,
        open_to_everybody=auth_mode is AuthMode.NONE and host != "127.0.0.1",
    )
    client = create_app(prepared(settings)).test_client()
    if account:
        said = {"username": "mira", "password": PASSWORD}
        assert client.post("/api/auth/register", json=said).status_code == 201
        assert client.post("/login", data=said).status_code == 303
    return [client.get(path, headers=HTML).get_data(as_text=True) for path in PAGES]


def test_every_page_says_that_it_is_open_to_everybody(azurite: str, tmp_path: Path) -> None:
    for page in pages(azurite, tmp_path, host="0.0.0.0", auth_mode=AuthMode.NONE):
        assert OPEN in page
        assert DESK not in page


def test_every_page_of_a_desk_without_accounts_offers_to_make_the_first(azurite: str, tmp_path: Path) -> None:
    for page in pages(azurite, tmp_path, host="127.0.0.1", auth_mode=AuthMode.ACCOUNTS):
        assert OPEN not in page
        assert "whoever sits" in page
        assert DESK in page


@pytest.mark.parametrize("auth_mode", [AuthMode.ACCOUNTS, AuthMode.NONE])
def test_nothing_is_said_where_somebody_is_asked_or_nobody_else_can_come(
    azurite: str, tmp_path: Path, auth_mode: AuthMode
) -> None:
    is_asked = auth_mode is AuthMode.ACCOUNTS
    for page in pages(azurite, tmp_path, host="127.0.0.1", auth_mode=auth_mode, account=is_asked):
        assert OPEN not in page
        assert DESK not in page
