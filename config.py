"""Settings: everything that can be set from outside, read once, checked at the door.

This module alone reads the environment and `.env`. It imports nothing of ours.
"""

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from dotenv import dotenv_values

MIB = 1024 * 1024
PLAYERS = 256
"""So many videos at once does one process play; each takes a thread and little else."""
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


class Secret:
    """A text that is not shown when it is printed."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for whom it is meant."""
        return self._text

    def __repr__(self) -> str:
        return "Secret()"


T = TypeVar("T")
Read = Callable[[str], T]
"""Makes a setting of the text that was given; raises `ValueError` that says what it must be."""


def _whole(least: int, most: int) -> Read[int]:
    def read(text: str) -> int:
        found = re.fullmatch(r"([+-]?[0-9]{1,18})(\.0+)?", text)
        if found is None or not least <= int(found[1]) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(found[1])

    return read


def _number(fits: Callable[[float], bool], range_: str) -> Read[float]:
    def read(text: str) -> float:
        if not re.fullmatch(r"(?i)[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", text) or not fits(float(text)):
            raise ValueError(f"must be a number {range_}")
        return float(text)

    return read


K = TypeVar("K", bound=StrEnum)


def _one_of(kind: type[K]) -> Read[K]:
    def read(text: str) -> K:
        for each in kind:
            if text.lower() == each.value.lower():
                return each
        raise ValueError(f"must be one of {', '.join(kind)}")

    return read


def _text(pattern: str, what: str) -> Read[str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {what}")
        return text

    return read


def _secret(pattern: str, what: str) -> Read[Secret]:
    return lambda text: Secret(_text(pattern, what)(text))


def _list(pattern: str, what: str, *, least: int = 0) -> Read[tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        if len(parts) < least or not all(re.fullmatch(pattern, part) for part in parts):
            raise ValueError(f"must be {what}")
        return parts

    return read


def _extensions(text: str) -> tuple[str, ...]:
    read = _list(r"\*|\.?[A-Za-z0-9]+", "extensions such as mp4,mov separated by commas, or *", least=1)
    return tuple(dict.fromkeys(part.lower().removeprefix(".") for part in read(text)))


def _rate(text: str) -> str:
    from limits import parse_many  # noqa: PLC0415 - four megabytes of each process, and off by default

    try:
        parse_many(text)
    except ValueError:
        raise ValueError("must be a rate such as 100 per minute") from None
    return text


def _database(text: str) -> Secret:
    scheme, separator, rest = text.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = "postgresql+psycopg"
    if scheme not in {"postgresql+psycopg", "sqlite"} or not separator or not rest:
        raise ValueError("must be a URL such as postgresql://name:password@host/database")
    return Secret(f"{scheme}://{rest}")


def _connection_string(text: str) -> Secret:
    names = {part.partition("=")[0] for part in text.split(";")}
    if text != "UseDevelopmentStorage=true" and not ({"AccountName", "AccountKey"} <= names or "BlobEndpoint" in names):
        raise ValueError("must name AccountName and AccountKey, or BlobEndpoint")
    return Secret(text)


def _setting(default: T, read: Read[T], description: str) -> T:
    """A field that `read_settings` can fill."""
    return field(default=default, metadata={"read": read, "description": description})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one process, typed, checked and frozen."""

    app_env: Environment = _setting(
        Environment.DEVELOPMENT,
        _one_of(Environment),
        "development, testing or production. Production asks for more.",
    )
    secret_key: Secret | None = _setting(
        None,
        _secret(r"(?s).{16,}", "at least 16 characters long"),
        "Signs what the app hands to browsers; at least 16 characters. Required in production.",
    )
    port: int = _setting(8000, _whole(0, 65535), "The port that the server listens on; 0 lets the system choose one.")
    web_concurrency: int = _setting(2, _whole(1, 64), "How many worker processes serve requests.")
    data_dir: Path = _setting(
        Path(".data"), Path, "Local files: Azurite's data at a desk and the SQLite index. Never uploads."
    )

    database_url: Secret | None = _setting(
        None, _database, "PostgreSQL for the index, as postgresql://name:password@host/db. Empty: SQLite in DATA_DIR."
    )
    trash_days: int = _setting(30, _whole(0, 3650), "So many days can a deleted video be restored.")

    azure_storage_connection_string: Secret | None = _setting(
        None,
        _connection_string,
        "The storage account, with its key. Leave it empty at a desk: `make run` brings Azurite.",
    )
    azure_storage_account_url: str | None = _setting(
        None,
        _text(r"https?://[^\s/?#@]+(/[^\s?#]*)?", "a URL such as https://account.blob.core.windows.net"),
        "The storage account by URL, entered with a managed identity instead of a key.",
    )
    azure_client_id: str | None = _setting(
        None, str, "The user-assigned managed identity to use; empty means the system-assigned one."
    )
    azure_storage_container_name: str = _setting(
        "videos",
        _text(r"[a-z0-9](-?[a-z0-9]){2,54}", "3 to 55 small letters, digits and single hyphens between them"),
        "The private container that holds the videos.",
    )
    azure_storage_api_version: str = _setting(
        "2025-11-05",
        _text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a version such as 2025-11-05"),
        "The storage API version that is asked for.",
    )
    storage_timeout_seconds: float = _setting(
        30.0,
        _number(lambda seconds: 0 < seconds <= 600, "above 0, at most 600"),
        "The longest that one storage operation may take, retries included.",
    )

    max_upload_mb: int = _setting(
        20480, _whole(1, 5 * MIB), "The largest video, in MiB. Larger ones are refused with 413."
    )
    allowed_extensions: tuple[str, ...] = _setting(
        ("mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "wmv", "flv", "3gp", "ogv"),
        _extensions,
        "File name extensions that are let in. `*` allows any file and turns content checks off.",
    )
    upload_block_mb: int = _setting(
        8, _whole(1, 100), "The size of a full block in MiB; it grows only for uploads that need it."
    )
    upload_memory_mb: int = _setting(
        256, _whole(2, MIB), "The most bytes in flight over all uploads of one process, in MiB."
    )
    max_concurrent_uploads: int = _setting(
        64, _whole(1, 4096), "Uploads at once on this instance; one more is answered 503."
    )
    upload_idle_seconds: float = _setting(
        30.0,
        _number(lambda seconds: 0 < seconds <= 600, "above 0, at most 600"),
        "A client that sends nothing, or takes nothing of its answer, for so long is let go.",
    )
    upload_min_kbps: float = _setting(
        1.0,
        _number(lambda rate: 0 <= rate <= 102400, "from 0 to 102400"),
        "An upload that is slower, in KiB a second, is ended; 0 lets any rate be.",
    )
    upload_expiry_hours: float = _setting(
        24.0,
        _number(lambda hours: 0 < hours < 168, "above 0, below 168"),
        "An unfinished upload is kept so long after its last bytes; Azure keeps a week.",
    )
    upload_checksum: UploadChecksum = _setting(
        UploadChecksum.SHA256,
        _one_of(UploadChecksum),
        "sha256 or none: the digest computed while a video passes through.",
    )

    upload_mode: UploadMode = _setting(
        UploadMode.PROXY,
        _one_of(UploadMode),
        "proxy, or direct: the page then sends videos straight into storage.",
    )
    playback_mode: PlaybackMode = _setting(
        PlaybackMode.PROXY,
        _one_of(PlaybackMode),
        "proxy, or redirect: players then read from storage by short signed URLs.",
    )
    cdn_endpoint: str | None = _setting(
        None,
        _text(r"https?://[^\s/?#@]+/?", "a URL such as https://videos.example.org"),
        "The CDN in front of the storage account; signed URLs name it instead.",
    )

    cors_origins: tuple[str, ...] = _setting(
        (),
        _list(r"\*|https?://[^/]+", "origins such as https://example.org separated by commas, or *"),
        "Origins whose pages may call the API, separated by commas. `*` allows any.",
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        _list(
            r"\*|(\*\.)?[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]",
            "names such as example.org or *.example.org separated by commas, or *",
        ),
        "Hosts that requests may name: example.org,*.example.org. Empty: WEBSITE_HOSTNAME in production, else any.",
    )
    website_hostname: str | None = _setting(None, str, "The app's name on App Service, which sets it by itself.")
    rate_limit: str | None = _setting(
        None, _rate, "Requests of one client to one route, such as 100 per minute. Empty: any number."
    )
    redis_url: Secret | None = _setting(
        None,
        _secret(r"rediss?://.+", "a URL such as rediss://:password@host:6380/0"),
        "Redis that counts requests for all instances. Empty: each worker process counts its own.",
    )
    trusted_proxies: int = _setting(0, _whole(0, 1), "1 behind exactly one reverse proxy (App Service), else 0.")
    log_level: LogLevel = _setting(LogLevel.INFO, _one_of(LogLevel), "DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat | None = _setting(
        None, _one_of(LogFormat), "text or json. Empty means json in production and text elsewhere."
    )

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
    by_key, by_url = "AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT_URL"
    if by_key in given and by_url in given:
        yield f"{by_url} cannot be set together with {by_key}"
    if settings.production:
        if by_key not in given and by_url not in given:
            yield f"{by_url} or {by_key} is required in production"
        if "SECRET_KEY" not in given:
            yield "SECRET_KEY is required in production"
