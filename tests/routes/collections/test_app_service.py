"""Collections that are shared with people for whom App Service vouches: they have no account here."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from tests.app_here import app_here, services_of
from tests.videos import mp4
from utils.setting_choices import AuthMode


def called(person: str) -> dict[str, str]:
    """What App Service says of a person who uses the site."""
    claims = [{"typ": "oid", "val": person}, {"typ": "roles", "val": "USER"}]
    return {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(json.dumps({"claims": claims}).encode()).decode()}


@pytest.fixture
def site(azurite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[FlaskClient, Services]:
    """A site that believes App Service."""
    monkeypatch.setenv("WEBSITE_SITE_NAME", "reelgate")
    app = app_here(azurite, tmp_path, auth_mode=AuthMode.EASYAUTH)
    return app.test_client(), services_of(app)


def test_a_collection_opens_its_videos_to_them_as_to_others(site: tuple[FlaskClient, Services]) -> None:
    client, services = site

    def ask(person: str, method: str, path: str, **more: Any) -> Any:
        return client.open(path, method=method, headers=called(person), **more)

    video = ask("mira", "PUT", "/api/upload/film.mp4", data=mp4(3000)).get_json()["id"]
    path = f"/api/videos/{video}"
    assert ask("mira", "PATCH", path, json={"visibility": "private"}).status_code == 200
    made = ask("mira", "POST", "/api/collections", json={"title": "Series"}).get_json()
    assert made["owner"] == "entra-mira"
    one = f"/api/collections/{made['id']}"
    assert ask("mira", "POST", f"{one}/videos", json={"ids": [video]}).get_json()["results"][0]["status"] == 200
    assert ask("ugo", "GET", path).status_code == 404
    for role, status in (("viewer", 403), ("editor", 200)):
        assert ask("mira", "PUT", f"{one}/members/entra-ugo", json={"role": role}).status_code == 200
        assert ask("ugo", "GET", path).status_code == 200
        assert ask("ugo", "PATCH", path, json={"title": "Another"}).status_code == status
    assert ask("ugo", "DELETE", f"{one}/members/entra-ugo").status_code == 204
    assert ask("ugo", "GET", path).status_code == 404
    assert services.library.videos.get(video, by=SYSTEM).title == "Another"
