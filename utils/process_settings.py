"""Settings of a process as a whole: where it runs, for whom, and what it says of itself."""

from dataclasses import dataclass
from pathlib import Path

from utils.setting_choices import AuthMode, Environment, LogFormat, LogLevel
from utils.setting_values import Secret, listening_address, matching, one_of, secret, setting, truth, whole


@dataclass(frozen=True, kw_only=True)
class ProcessSettings:
    """What is no slice's own."""

    app_env: Environment = setting(
        Environment.DEVELOPMENT,
        one_of(Environment),
        "development, testing or production. Production asks for more.",
    )
    secret_key: Secret | None = setting(
        None,
        secret(r"(?s).{16,}", "at least 16 characters long"),
        "Signs the links that are given out; at least 16 characters. Required in production; else one is made.",
    )
    secret_key_previous: Secret | None = setting(
        None,
        secret(r"(?s).{16,}", "at least 16 characters long"),
        "The SECRET_KEY before this one: what it has signed and sealed still holds, so that nobody is signed out.",
    )
    auth_mode: AuthMode = setting(
        AuthMode.ACCOUNTS,
        one_of(AuthMode),
        "Who says who is asking: accounts, none, or easyauth (the sign-in of App Service, believed only there).",
    )
    open_to_everybody: bool = setting(
        default=False,
        read=truth,
        description="true lets anybody who reaches the server upload and delete, where nothing else stands in front.",
    )
    host: str | None = setting(
        None, listening_address, "The address that is listened on. Empty: 127.0.0.1, and 0.0.0.0 in production."
    )
    port: int = setting(8000, whole(0, 65535), "The port that the server listens on; 0 lets the system choose one.")
    web_concurrency: int = setting(2, whole(1, 64), "How many worker processes serve requests.")
    instance_name: str | None = setting(
        None,
        matching(r"[A-Za-z0-9_.-]{1,64}", "up to 64 letters, digits, dots, hyphens and underscores"),
        "The name that all processes of one server share; the startup command makes one.",
    )
    data_dir: Path = setting(Path(".data"), Path, "Local files: Azurite's data and SQLite's databases. Never uploads.")
    log_level: LogLevel = setting(LogLevel.INFO, one_of(LogLevel), "DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat | None = setting(
        None, one_of(LogFormat), "text or json. Empty means json in production and text elsewhere."
    )
    log_file: Path | None = setting(
        None, Path, "A file for the log besides standard error; live settings say when a new one is begun. Empty: none."
    )
