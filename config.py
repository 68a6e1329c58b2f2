"""Settings: everything that can be set from outside, read once, checked at the door.

This module alone reads the environment and `.env`. It imports nothing of ours.
"""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MIB = 1024 * 1024
PLAYERS = 256
"""So many videos at once does one process play; each takes a thread and little else."""
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]")
_ENV_FILE = Path(__file__).with_name(".env")


class Environment(StrEnum):
    """Where the app runs; production asks for more and says less."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """How a log line is written: for people or for machines."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least severe log line that is written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class UploadChecksum(StrEnum):
    """Which digest is computed while an upload passes through."""

    SHA256 = "sha256"
    NONE = "none"


class UploadMode(StrEnum):
    """Where the page sends a video's bytes: through this server, or straight into storage."""

    PROXY = "proxy"
    DIRECT = "direct"


class PlaybackMode(StrEnum):
    """Who hands a video's bytes to its player: this server, or storage by a signed URL."""

    PROXY = "proxy"
    REDIRECT = "redirect"


class ConfigurationError(Exception):
    """The settings cannot be used; the text names every fault, one a line, and no value."""


_CommaList = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """All settings of one process, typed, checked and frozen."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, validate_default=True
    )

    app_env: Environment = Field(
        Environment.DEVELOPMENT, description="development, testing or production. Production asks for more."
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Signs what the app hands to browsers; at least 16 characters. Required in production.",
    )
    port: int = Field(
        8000, ge=0, le=65535, description="The port that the server listens on; 0 lets the system choose one."
    )
    web_concurrency: int = Field(2, ge=1, le=64, description="How many worker processes serve requests.")
    data_dir: Path = Field(
        Path(".data"),
        description="Local files: Azurite's data at a desk and the SQLite index. Never uploads.",
    )

    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL for the index, as postgresql://name:password@host/db. Empty: SQLite in DATA_DIR.",
    )
    trash_days: int = Field(30, ge=0, le=3650, description="So many days can a deleted video be restored.")

    azure_storage_connection_string: SecretStr | None = Field(
        None,
        description="The storage account, with its key. Leave it empty at a desk: `make run` brings Azurite.",
    )
    azure_storage_account_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
        description="The storage account by URL, entered with a managed identity instead of a key.",
    )
    azure_client_id: str | None = Field(
        None, description="The user-assigned managed identity to use; empty means the system-assigned one."
    )
    azure_storage_container_name: str = Field(
        "videos",
        pattern=r"^[a-z0-9](-?[a-z0-9]){2,54}$",
        description="The private container that holds the videos.",
    )
    azure_storage_api_version: str = Field(
        "2025-11-05", pattern=r"^\d{4}-\d{2}-\d{2}$", description="The storage API version that is asked for."
    )
    storage_timeout_seconds: float = Field(
        30, gt=0, le=600, description="The longest that one storage operation may take, retries included."
    )

    max_upload_mb: int = Field(
        20480, ge=1, le=5 * MIB, description="The largest video, in MiB. Larger ones are refused with 413."
    )
    allowed_extensions: _CommaList = Field(
        (
            "mp4",
            "m4v",
            "mov",
            "webm",
            "mkv",
            "avi",
            "mpg",
            "mpeg",
            "ts",
            "mts",
            "m2ts",
            "wmv",
            "flv",
            "3gp",
            "ogv",
        ),
        description="File name extensions that are let in. `*` allows any file and turns content checks off.",
    )
    upload_block_mb: int = Field(
        8,
        ge=1,
        le=100,
        description="The size of a full block in MiB; it grows only for uploads that need it.",
    )
    upload_memory_mb: int = Field(
        256, ge=2, description="The most bytes in flight over all uploads of one process, in MiB."
    )
    max_concurrent_uploads: int = Field(
        64, ge=1, le=4096, description="Uploads at once on this instance; one more is answered 503."
    )
    upload_idle_seconds: float = Field(
        30,
        gt=0,
        le=600,
        description="A client that sends nothing, or takes nothing of its answer, for so long is let go.",
    )
    upload_min_kbps: float = Field(
        1, ge=0, le=102400, description="An upload that is slower, in KiB a second, is ended; 0 lets any rate be."
    )
    upload_expiry_hours: float = Field(
        24, gt=0, lt=168, description="An unfinished upload is kept so long after its last bytes; Azure keeps a week."
    )
    upload_checksum: UploadChecksum = Field(
        UploadChecksum.SHA256, description="sha256 or none: the digest computed while a video passes through."
    )

    upload_mode: UploadMode = Field(
        UploadMode.PROXY, description="proxy, or direct: the page then sends videos straight into storage."
    )
    playback_mode: PlaybackMode = Field(
        PlaybackMode.PROXY, description="proxy, or redirect: players then read from storage by short signed URLs."
    )
    cdn_endpoint: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#@]+/?$",
        description="The CDN in front of the storage account; signed URLs name it instead.",
    )

    cors_origins: _CommaList = Field(
        (), description="Origins whose pages may call the API, separated by commas. `*` allows any."
    )
    allowed_hosts: _CommaList = Field(
        (),
        description="Hosts that requests may name: example.org,*.example.org. "
        "Empty: WEBSITE_HOSTNAME in production, else any.",
    )
    website_hostname: str | None = Field(None, description="The app's name on App Service, which sets it by itself.")
    rate_limit: str | None = Field(
        None, description="Requests of one client to one route, such as 100 per minute. Empty: any number."
    )
    redis_url: SecretStr | None = Field(
        None, description="Redis that counts requests for all instances. Empty: each worker process counts its own."
    )
    trusted_proxies: int = Field(0, ge=0, le=1, description="1 behind exactly one reverse proxy (App Service), else 0.")
    log_level: LogLevel = Field(LogLevel.INFO, description="DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat | None = Field(
        None, description="text or json. Empty means json in production and text elsewhere."
    )

    @field_validator("allowed_extensions", "allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("app_env", "upload_checksum", "upload_mode", "playback_mode", "log_format", mode="before")
    @classmethod
    def _fold_lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _fold_upper(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("allowed_extensions")
    @classmethod
    def _check_extensions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        folded = tuple(dict.fromkeys(part.lower().removeprefix(".") for part in value))
        if not folded or not all(part == "*" or (part.isascii() and part.isalnum()) for part in folded):
            raise ValueError("must be extensions such as mp4,mov separated by commas, or *")
        return folded

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, _, host = origin.partition("://")
            if origin != "*" and (scheme not in {"http", "https"} or not host or "/" in host):
                raise ValueError("must be origins such as https://example.org separated by commas, or *")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _check_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(host == "*" or _HOST.fullmatch(host) for host in value):
            raise ValueError("must be names such as example.org or *.example.org separated by commas, or *")
        return value

    @field_validator("rate_limit")
    @classmethod
    def _check_rate(cls, value: str | None) -> str | None:
        if value is not None:
            from limits import parse_many  # noqa: PLC0415 - four megabytes of each process, and off by default

            try:
                parse_many(value)
            except ValueError:
                raise ValueError("must be a rate such as 100 per minute") from None
        return value

    @field_validator("redis_url", mode="after")
    @classmethod
    def _check_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("must be a URL such as rediss://:password@host:6380/0")
        return value

    @field_validator("database_url", mode="after")
    @classmethod
    def _check_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        scheme, separator, rest = value.get_secret_value().partition("://")
        if scheme in {"postgres", "postgresql"}:
            scheme = "postgresql+psycopg"
        if scheme not in {"postgresql+psycopg", "sqlite"} or not separator or not rest:
            raise ValueError("must be a URL such as postgresql://name:password@host/database")
        return SecretStr(f"{scheme}://{rest}")

    @field_validator("azure_storage_connection_string", mode="after")
    @classmethod
    def _check_connection_string(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            text = value.get_secret_value()
            parts = dict(part.partition("=")[::2] for part in text.strip(";").split(";"))
            complete = {"AccountName", "AccountKey"} <= parts.keys() or "BlobEndpoint" in parts
            if text != "UseDevelopmentStorage=true" and not complete:
                raise ValueError("must name AccountName and AccountKey, or BlobEndpoint")
        return value

    @field_validator("secret_key", mode="after")
    @classmethod
    def _check_secret_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("must have at least 16 characters")
        if value is None and info.data.get("app_env") is Environment.PRODUCTION:
            raise ValueError("is required in production")
        return value

    @field_validator("azure_storage_account_url", mode="after")
    @classmethod
    def _check_storage_is_named_once(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "azure_storage_connection_string" not in info.data:
            return value  # That setting has a fault of its own, which is reported already.
        has_key = info.data["azure_storage_connection_string"] is not None
        if has_key and value is not None:
            raise ValueError("cannot be set together with AZURE_STORAGE_CONNECTION_STRING")
        if not has_key and value is None and info.data.get("app_env") is Environment.PRODUCTION:
            raise ValueError("or AZURE_STORAGE_CONNECTION_STRING is required in production")
        return value

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
        return (self.website_hostname,) if self.production and self.website_hostname else ("*",)

    @property
    def max_upload_bytes(self) -> int:
        """The largest video in bytes."""
        return self.max_upload_mb * MIB

    @property
    def records_container_name(self) -> str:
        """The private container for records of what is under way: one for each container of videos."""
        name = self.azure_storage_container_name
        return "uploads" if name == "videos" else f"{name}-uploads"

    @property
    def any_file_allowed(self) -> bool:
        """Whether name and content checks are turned off."""
        return "*" in self.allowed_extensions


def load_settings() -> Settings:
    """Read the environment and `.env`; raise `ConfigurationError` that names every fault at once.

    Under test `.env` is left alone: it may name an account with real videos.
    """
    testing = os.environ.get("APP_ENV", "").strip().lower() == Environment.TESTING
    try:
        return Settings(_env_file=None if testing else _ENV_FILE)
    except ValidationError as error:
        raise ConfigurationError(_describe(error)) from None


def _describe(error: ValidationError) -> str:
    lines = ["Reelgate cannot start: the settings have faults."]
    for fault in error.errors(include_input=False, include_url=False):
        name = str(fault["loc"][0]).upper() if fault["loc"] else ""
        reason = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
        lines.append(f"  - {name} {reason}".replace("  - " + " ", "  - "))
    lines.append("Each setting is explained in .env.example.")
    return "\n".join(lines)
