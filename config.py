"""Settings: everything that can be set from outside, read once, checked at the door.

Each slice states its own in its `settings.py`; this module gathers them, and alone reads the environment and `.env`. Of
ours, it imports only those and pure functions.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from routes.http.settings import HttpSettings
from services.accounts.settings import SignInSettings
from services.captions.settings import CaptionSettings
from services.costs.settings import CostSettings
from services.database.settings import DatabaseSettings
from services.documents.settings import DocumentSettings
from services.egress.settings import EgressSettings
from services.jobs.settings import JobSettings
from services.library.settings import LibrarySettings
from services.media.settings import MediaSettings
from services.migration.settings import MigrationSettings
from services.playback.settings import PlaybackSettings
from services.replication.settings import ReplicationSettings
from services.sign_engine.settings import SignEngineSettings
from services.sources.settings import SourceSettings
from services.storage.settings import StorageSettings
from services.updates.settings import UpdateSettings
from services.uploads.settings import UploadSettings
from utils.container_names import container_clashes, persons_clashes
from utils.hosts import LOOPBACK_HOSTS, is_loopback_host
from utils.process_settings import ProcessSettings
from utils.setting_choices import (
    AuthMode,
    CaptionEngine,
    Environment,
    LogFormat,
    LogLevel,
    PlaybackMode,
    UploadChecksum,
    UploadMode,
)
from utils.setting_values import Secret

__all__ = [
    "AuthMode",
    "ConfigurationError",
    "Environment",
    "LogFormat",
    "LogLevel",
    "PlaybackMode",
    "Secret",
    "Settings",
    "UploadChecksum",
    "UploadMode",
    "load_settings",
    "read_settings",
]

_ENV_FILE = Path(__file__).with_name(".env")


class ConfigurationError(Exception):
    """The settings cannot be used; the text names every fault, one a line, and no secret."""


# Dataclasses put the fields of their last base first.
@dataclass(frozen=True, kw_only=True)
class Settings(
    HttpSettings,
    SourceSettings,
    SignEngineSettings,
    CaptionSettings,
    CostSettings,
    DocumentSettings,
    MigrationSettings,
    EgressSettings,
    JobSettings,
    MediaSettings,
    PlaybackSettings,
    UpdateSettings,
    UploadSettings,
    StorageSettings,
    LibrarySettings,
    ReplicationSettings,
    DatabaseSettings,
    SignInSettings,
    ProcessSettings,
):
    """All settings of one process, typed, checked and frozen; and what follows from several of them."""

    @property
    def production(self) -> bool:
        """Whether this is a production process."""
        return self.app_env is Environment.PRODUCTION

    @property
    def effective_log_format(self) -> LogFormat:
        """The log format that is used."""
        return self.log_format or (LogFormat.JSON if self.production else LogFormat.TEXT)

    @property
    def effective_allowed_hosts(self) -> tuple[str, ...]:
        """The names that the server answers to."""
        if self.allowed_hosts:
            return self.allowed_hosts
        if self.production:
            return (self.website_hostname,) if self.website_hostname else ()
        return LOOPBACK_HOSTS

    @property
    def effective_host(self) -> str:
        """The address that is listened on."""
        return self.host or ("0.0.0.0" if self.production else "127.0.0.1")  # noqa: S104 - what production is for

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback_host(self.effective_host)

    @property
    def on_app_service(self) -> bool:
        """Whether App Service runs this process: nothing else stands between its front end and us."""
        return bool(self.website_site_name or self.website_hostname)

    @property
    def asks_who_comes(self) -> bool:
        """Whether something says who is asking, before anybody is let in; each way is one case here."""
        match self.auth_mode:
            case AuthMode.EASYAUTH:
                # While its sign-in is off, App Service hands on whatever headers a client has made up.
                return self.on_app_service and self.website_auth_enabled
            case AuthMode.ACCOUNTS:
                return True
            case AuthMode.NONE:
                return False

    @property
    def may_be_a_desk(self) -> bool:
        """Whether who asks from this machine may be whoever sits at it."""
        return self.on_loopback and not self.production and not self.on_app_service


def load_settings() -> Settings:
    """Read the environment and `.env`; raise `ConfigurationError` that names every fault at once.

    Under test `.env` is left alone: it may name an account with real videos.
    """
    given = _named(os.environ)
    if given.get("APP_ENV", "").lower() != Environment.TESTING:
        try:
            given = _named(dotenv_values(_ENV_FILE)) | given
        except (OSError, UnicodeDecodeError):
            raise ConfigurationError(f"Reelgate cannot start: {_ENV_FILE} cannot be read as UTF-8.") from None
    return read_settings(given)


def read_settings(given: Mapping[str, str]) -> Settings:
    """The settings that these texts, by the settings' names, stand for; raises `ConfigurationError`."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for each in fields(Settings):
        name = each.name.upper()
        if name in given:
            try:
                values[each.name] = each.metadata["read"](given[name])
            except ValueError as error:
                faults.append(f"{name} {error}")
    settings = Settings(**values)
    faults += _missing_or_clashing(settings, given.keys())
    if faults:
        lines = ["Reelgate cannot start: the settings have faults.", *(f"  - {fault}" for fault in faults)]
        raise ConfigurationError("\n".join([*lines, "Each setting is explained in .env.example."]))
    return settings


def _named(texts: Mapping[str, str | None]) -> dict[str, str]:
    """What is not empty."""
    return {name.upper(): text.strip() for name, text in texts.items() if text and text.strip()}


def _missing_or_clashing(settings: Settings, given: Collection[str]) -> Iterator[str]:
    yield from _unnamed_account(given, is_needed=settings.production)
    yield from container_clashes(
        settings.azure_storage_container_name,
        records=settings.azure_storage_records_container_name,
        tracks=settings.tracks_container_name,
        derived=settings.derived_container_name,
    )
    yield from persons_clashes(
        settings.azure_storage_container_name,
        {
            "AZURE_STORAGE_RECORDS_CONTAINER_NAME": settings.azure_storage_records_container_name,
            "TRACKS_CONTAINER_NAME": settings.tracks_container_name,
            "DERIVED_CONTAINER_NAME": settings.derived_container_name,
        },
        per_owner=settings.gives_homes,
    )
    if (settings.oidc_issuer is None) is not (settings.oidc_client_id is None):
        yield "OIDC_ISSUER and OIDC_CLIENT_ID need each other"
    if settings.captions_engine is CaptionEngine.AZURE and not (
        settings.azure_speech_endpoint and settings.azure_speech_key
    ):
        yield "CAPTIONS_ENGINE=azure needs AZURE_SPEECH_ENDPOINT and AZURE_SPEECH_KEY"
    if settings.smtp_url is not None and "*" in settings.effective_allowed_hosts:
        yield "SMTP_URL needs ALLOWED_HOSTS that names the hosts: letters would lead to wherever a request says it is"
    if settings.upload_mode is UploadMode.DIRECT and not settings.direct_uploads:
        yield "UPLOAD_MODE=direct needs DIRECT_UPLOADS=true"
    if settings.production:
        if "SECRET_KEY" not in given:
            yield "SECRET_KEY is required in production"
        if not settings.effective_allowed_hosts:
            yield "ALLOWED_HOSTS is required in production: the names that people reach this server by"
    yield from _open_doors(settings)


def _unnamed_account(given: Collection[str], *, is_needed: bool) -> Iterator[str]:
    """What keeps us from knowing the storage account, or names two."""
    by_key, by_url = "AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT_URL"
    name, key = "AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY"
    if by_key in given and by_url in given:
        yield f"{by_url} cannot be set together with {by_key}"
    if (name in given) is not (key in given) and by_key not in given:
        yield f"{name} and {key} need each other; without a key set {by_url}"
    if is_needed and not any(each in given for each in (by_key, by_url, name)):
        yield f"{by_url} or {by_key} is required in production"


def _open_doors(settings: Settings) -> Iterator[str]:
    """What would let in whoever comes, without anybody having said that this is meant."""
    if settings.auth_mode is AuthMode.EASYAUTH and not settings.on_app_service:
        yield "AUTH_MODE can be easyauth on App Service alone, which sets WEBSITE_SITE_NAME; elsewhere it can be forged"
    elif settings.auth_mode is AuthMode.EASYAUTH and not settings.website_auth_enabled:
        yield (
            "AUTH_MODE=easyauth needs App Service's own sign-in, which sets WEBSITE_AUTH_ENABLED: while it is off, "
            "anybody can forge who they are"
        )
    elif not settings.asks_who_comes and not settings.open_to_everybody:
        if settings.production:
            yield (
                "AUTH_MODE is none, so nothing asks who comes, and anybody could upload and delete: set accounts, or "
                "OPEN_TO_EVERYBODY=true if that is what you want"
            )
        elif not settings.may_be_a_desk:
            yield "AUTH_MODE=none where others reach it needs OPEN_TO_EVERYBODY=true, if that is what you want"
