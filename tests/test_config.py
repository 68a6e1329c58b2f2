import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest
from pydantic import SecretStr

from config import ConfigurationError, LogFormat, Settings, load_settings
from scripts.settings_table import with_table

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-secret-that-must-not-be-shown"
KEY = "AccountName=a;AccountKey=" + SECRET


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test sets; APP_ENV=testing keeps `.env` out."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("APP_ENV", "testing")


def test_the_defaults_are_good_for_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "development")
    settings = Settings(_env_file=None)
    assert (settings.port, settings.max_upload_mb, settings.upload_checksum) == (8000, 20480, "sha256")
    assert settings.effective_log_format is LogFormat.TEXT
    assert "mp4" in settings.allowed_extensions


def test_every_fault_is_named_at_once_and_no_value_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = {
        "PORT": "http",
        "MAX_UPLOAD_MB": "-1",
        "UPLOAD_CHECKSUM": SECRET,
        "ALLOWED_EXTENSIONS": "m p 4",
        "CORS_ORIGINS": "example.org",
        "ALLOWED_HOSTS": "https://example.org",
        "RATE_LIMIT": "often",
        "REDIS_URL": SECRET,
        "AZURE_STORAGE_CONNECTION_STRING": SECRET,
        "SECRET_KEY": "short",
        "LOG_LEVEL": "loud",
    }
    for name, value in faults.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    text = str(caught.value)
    assert [name for name in faults if f"- {name} " not in text] == []
    assert SECRET not in text
    assert "short" not in text


def test_production_asks_for_a_secret_key_and_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "SECRET_KEY is required in production" in str(caught.value)
    assert "AZURE_STORAGE_ACCOUNT_URL or AZURE_STORAGE_CONNECTION_STRING is required" in str(caught.value)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", KEY)
    assert load_settings().effective_log_format is LogFormat.JSON


def test_storage_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", KEY)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_URL", "https://a.blob.core.windows.net")
    with pytest.raises(ConfigurationError, match="cannot be set together"):
        load_settings()


def test_lists_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_EXTENSIONS", " .MP4, mov ,mp4,")
    assert load_settings().allowed_extensions == ("mp4", "mov")
    monkeypatch.setenv("ALLOWED_EXTENSIONS", "*")
    assert load_settings().any_file_allowed


def test_settings_are_frozen_and_hide_secrets() -> None:
    settings = Settings(_env_file=None, azure_storage_connection_string=SecretStr(KEY))
    assert SECRET not in repr(settings)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_a_bad_start_says_so_and_exits_non_zero() -> None:
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "APP_ENV": "testing", "PORT": "99999"}
    done = subprocess.run(
        ["bash", "startup.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "PORT should be less than or equal to 65535" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_example_documents_every_setting_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    documented = dict(re.findall(r"^#([A-Z_]+)=(.*)$", example, flags=re.MULTILINE))
    assert documented == {name.upper(): _written(field.default) for name, field in Settings.model_fields.items()}
    missing = [name for name, field in Settings.model_fields.items() if f"# {field.description}\n" not in example]
    assert missing == []


def _written(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    if isinstance(default, Enum):
        return str(default.value)
    return "" if default is None else str(default)


def test_the_readme_lists_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme == with_table(readme), "Run `.venv/bin/python -m scripts.settings_table`."
