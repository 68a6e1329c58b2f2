"""The app in the process of a test, on real storage."""

import uuid
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from services.assembly import Services
from tests.databases import prepared


def app_here(connection_string: str, folder: Path, **changes: Any) -> Flask:
    """An app with containers of its own, which are there; `changes` are settings."""
    settings: dict[str, Any] = {
        "app_env": Environment.TESTING,
        "azure_storage_connection_string": Secret(connection_string),
        "azure_storage_container_name": f"here-{uuid.uuid4().hex[:12]}",
        "data_dir": folder,
        # New artists are looked up by themselves: no test asks the internet.
        "musicbrainz_url": None,
        "youtube_url": None,
    }
    app = create_app(prepared(Settings(**(settings | changes))))
    services_of(app).platform.blob_storage().prepare()
    return app


def services_of(app: Flask) -> Services:
    """What it is built of."""
    services: Services = app.extensions[SERVICES]
    return services
