"""The description of the API as a server with the standard settings gives it."""

from functools import cache
from typing import Any

from flask import Flask

from app import create_app
from config import Environment, Secret, Settings
from routes.docs.document import document

_NOWHERE = "UseDevelopmentStorage=true"


@cache
def standard_app() -> Flask:
    """The app with the standard settings; its storage is never asked."""
    return create_app(Settings(app_env=Environment.TESTING, azure_storage_connection_string=Secret(_NOWHERE)))


def standard_document() -> dict[str, Any]:
    """The OpenAPI document of such a server."""
    settings = Settings()
    return document(standard_app(), largest=settings.max_upload_bytes, extensions=settings.allowed_extensions)
