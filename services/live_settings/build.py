"""Live settings, put together for one process."""

from collections.abc import Iterable
from typing import Any

from services.audit.audit import Audit
from services.live_settings.definition import Definition
from services.live_settings.live_settings import LiveSettings
from services.platform import Platform
from services.secrets import SecretBox, SecretKeys


def build(
    platform: Platform,
    audit: Audit,
    keys: SecretKeys,
    *,
    definitions: Iterable[Definition[Any]],
    production: bool,
) -> LiveSettings:
    """The slice; opens no connection."""
    box = SecretBox(keys, use="live settings")
    return LiveSettings(platform.databases.durable, audit, box, definitions=definitions, production=production)
