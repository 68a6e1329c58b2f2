import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, asdict, fields
from pathlib import Path

import pytest

from config import ConfigurationError, LogFormat, Secret, Settings, load_settings, read_settings
from scripts.settings_table import as_text, with_table
from services.storage.settings import StorageLayout

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-secret-that-must-not-be-shown"
KEY = "AccountName=a;AccountKey=" + SECRET


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test sets; APP_ENV=testing keeps `.env` out."""
    for each in fields(Settings):
        monkeypatch.delenv(each.name.upper(), raising=False)
    monkeypatch.setenv("APP_ENV", "testing")


def test_the_defaults_are_good_for_a_desk() -> None:
    settings = Settings()
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
    monkeypatch.setenv("ALLOWED_HOSTS", "videos.example")
    monkeypatch.setenv("OPEN_TO_EVERYBODY", "true")
    assert load_settings().effective_log_format is LogFormat.JSON


PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": SECRET,
    "AZURE_STORAGE_CONNECTION_STRING": KEY,
    "ALLOWED_HOSTS": "videos.example",
}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"AUTH_MODE": "accounts", "OPEN_TO_EVERYBODY": "true"},
        {"OPEN_TO_EVERYBODY": "Yes", "AUTH_MODE": "none"},
        {"AUTH_MODE": "easyauth", "WEBSITE_SITE_NAME": "reelgate", "WEBSITE_AUTH_ENABLED": "True"},
        {"AUTH_MODE": "easyauth", "WEBSITE_HOSTNAME": "a.azurewebsites.net", "WEBSITE_AUTH_ENABLED": "True"},
    ],
    ids=str,
)
def test_production_starts_when_somebody_asks_who_comes_or_it_is_meant_to_be_open(given: dict[str, str]) -> None:
    settings = read_settings(PRODUCTION | given)
    assert settings.effective_host == "0.0.0.0"
    assert settings.asks_who_comes is ("none" not in given.values())


@pytest.mark.parametrize(
    "given",
    [
        {"AUTH_MODE": "none"},
        {"AUTH_MODE": "none", "OPEN_TO_EVERYBODY": "false"},
        {"AUTH_MODE": "none", "WEBSITE_SITE_NAME": "reelgate"},
        {"AUTH_MODE": "easyauth"},
        {"AUTH_MODE": "easyauth", "WEBSITE_AUTH_ENABLED": "True"},
        {"AUTH_MODE": "easyauth", "WEBSITE_SITE_NAME": "reelgate"},
        {"AUTH_MODE": "easyauth", "WEBSITE_HOSTNAME": "a.azurewebsites.net", "WEBSITE_AUTH_ENABLED": "False"},
        {"AUTH_MODE": "easyauth", "OPEN_TO_EVERYBODY": "true"},
        {"AUTH_MODE": "none", "HOST": "127.0.0.1"},
    ],
    ids=str,
)
def test_production_that_is_open_without_a_word_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="AUTH_MODE"):
        read_settings(PRODUCTION | given)


def test_production_answers_to_named_hosts_alone() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "ALLOWED_HOSTS"}
    with pytest.raises(ConfigurationError, match="ALLOWED_HOSTS is required in production"):
        read_settings(without | {"OPEN_TO_EVERYBODY": "true"})
    on_azure = read_settings(without | {"AUTH_MODE": "accounts", "WEBSITE_HOSTNAME": "a.azurewebsites.net"})
    assert on_azure.effective_allowed_hosts == ("a.azurewebsites.net",)


def test_letters_lead_to_hosts_that_are_named() -> None:
    letters = PRODUCTION | {"SMTP_URL": f"smtps://a:{SECRET}@mail.example"}
    assert read_settings(letters).smtp_url is not None
    with pytest.raises(ConfigurationError, match="SMTP_URL needs ALLOWED_HOSTS") as caught:
        read_settings(letters | {"ALLOWED_HOSTS": "*"})
    assert SECRET not in str(caught.value)
    with pytest.raises(ConfigurationError, match="SMTP_URL must be a URL") as caught:
        read_settings(PRODUCTION | {"SMTP_URL": f"mail.example {SECRET}"})
    assert SECRET not in str(caught.value)


def test_a_provider_needs_both_its_name_and_ours() -> None:
    for given in ({"OIDC_ISSUER": "https://login.example"}, {"OIDC_CLIENT_ID": "reelgate"}):
        with pytest.raises(ConfigurationError, match="need each other"):
            read_settings(PRODUCTION | given)
    for issuer in ("http://login.example", "https://login.example?x", "login.example", "http://127.0.0.1.example"):
        with pytest.raises(ConfigurationError, match="OIDC_ISSUER must be an https URL"):
            read_settings(PRODUCTION | {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "reelgate"})


def test_a_desk_is_closed_to_others_unless_it_is_opened() -> None:
    desk = read_settings({})
    assert (desk.effective_host, desk.on_loopback, desk.asks_who_comes) == ("127.0.0.1", True, True)
    assert desk.effective_allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert read_settings({"HOST": "[::1]", "AUTH_MODE": "none"}).on_loopback
    assert not read_settings({"HOST": "0.0.0.0"}).on_loopback
    with pytest.raises(ConfigurationError, match="needs OPEN_TO_EVERYBODY=true"):
        read_settings({"HOST": "0.0.0.0", "AUTH_MODE": "none"})
    assert read_settings({"HOST": "0.0.0.0", "AUTH_MODE": "none", "OPEN_TO_EVERYBODY": "true"}).open_to_everybody


@pytest.mark.parametrize("name", ["uploads", "videos-uploads", "uploads-uploads"])
def test_a_container_that_would_be_the_records_of_another_deployment_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="AZURE_STORAGE_CONTAINER_NAME cannot be"):
        read_settings({"AZURE_STORAGE_CONTAINER_NAME": name})


@pytest.mark.parametrize(
    ("name", "records"),
    [("videos", "uploads"), ("films", "films-uploads"), ("uploads-2026", "uploads-2026-uploads")],
)
def test_records_lie_where_they_lay(name: str, records: str) -> None:
    assert read_settings({"AZURE_STORAGE_CONTAINER_NAME": name}).records_container_name == records


def test_whoever_has_such_a_container_says_where_its_records_are() -> None:
    named = {"AZURE_STORAGE_CONTAINER_NAME": "uploads", "AZURE_STORAGE_RECORDS_CONTAINER_NAME": "uploads-uploads"}
    assert read_settings(named).records_container_name == "uploads-uploads"
    with pytest.raises(ConfigurationError, match="must name another container"):
        read_settings({"AZURE_STORAGE_RECORDS_CONTAINER_NAME": "videos"})


def test_names_leave_room_for_containers_of_persons_and_are_none_of_them() -> None:
    per_owner = {"STORAGE_LAYOUT": "per-owner"}
    assert read_settings({}).storage_layout is StorageLayout.SHARED
    assert read_settings(per_owner | {"AZURE_STORAGE_CONTAINER_NAME": "v" * 52}).storage_layout == "per-owner"
    with pytest.raises(ConfigurationError, match="has 53 characters, and with STORAGE_LAYOUT=per-owner at most 52 fit"):
        read_settings(per_owner | {"AZURE_STORAGE_CONTAINER_NAME": "v" * 53})
    assert read_settings({"AZURE_STORAGE_CONTAINER_NAME": "v" * 53}).azure_storage_container_name == "v" * 53
    with pytest.raises(ConfigurationError, match="STORAGE_LAYOUT must be"):
        read_settings({"STORAGE_LAYOUT": "per-person"})
    with pytest.raises(ConfigurationError, match="cannot end in -p- and eight digits"):
        read_settings({"AZURE_STORAGE_CONTAINER_NAME": "films-p-1234abcd"})
    close = read_settings({"AZURE_STORAGE_CONTAINER_NAME": "films-p-1234abcz"})
    assert close.azure_storage_container_name == "films-p-1234abcz"
    for name in ("AZURE_STORAGE_RECORDS_CONTAINER_NAME", "TRACKS_CONTAINER_NAME", "DERIVED_CONTAINER_NAME"):
        with pytest.raises(ConfigurationError, match=f"{name} must name another container than those of persons"):
            read_settings({name: "videos-p-1234abcd"})
        assert getattr(read_settings({name: "films-p-1234abcd"}), name.lower()) == "films-p-1234abcd"


def test_no_two_deployments_share_a_container_unless_they_say_so() -> None:
    names = ["videos", "films", "films-2", "uploads-films", "upload"]
    settings = [read_settings({"AZURE_STORAGE_CONTAINER_NAME": name}) for name in names]
    used = [each for one in settings for each in (one.azure_storage_container_name, one.records_container_name)]
    assert len(used) == len(set(used))


def test_storage_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", KEY)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_URL", "https://a.blob.core.windows.net")
    with pytest.raises(ConfigurationError, match="cannot be set together"):
        load_settings()


def test_an_account_can_be_named_with_its_key_beside_it() -> None:
    named = {"AZURE_STORAGE_ACCOUNT_NAME": "reelgate", "AZURE_STORAGE_ACCOUNT_KEY": "c2VjcmV0LXNlY3JldC1zZWNyZXQ="}
    account = f"AccountName=reelgate;AccountKey={named['AZURE_STORAGE_ACCOUNT_KEY']}"
    public = "DefaultEndpointsProtocol=https;EndpointSuffix=core.windows.net"
    assert read_settings(named).storage_key == f"{public};{account}"
    elsewhere = {"AZURE_STORAGE_ACCOUNT_URL": "https://reelgate.blob.core.cloudapi.de"}
    assert read_settings(named | elsewhere).storage_key == f"BlobEndpoint={elsewhere.popitem()[1]};{account}"
    assert read_settings(named | {"AZURE_STORAGE_CONNECTION_STRING": KEY}).storage_key == KEY
    production = {name: text for name, text in PRODUCTION.items() if name != "AZURE_STORAGE_CONNECTION_STRING"}
    assert read_settings(production | named).production
    for name, value in named.items():
        with pytest.raises(ConfigurationError, match="need each other") as caught:
            read_settings({name: value})
        assert value not in str(caught.value)
    assert read_settings({"AZURE_STORAGE_ACCOUNT_URL": "https://a.blob.core.windows.net"}).storage_key is None


def test_pages_need_the_door_that_they_are_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRECT_UPLOADS", "False")
    assert not load_settings().direct_uploads
    monkeypatch.setenv("UPLOAD_MODE", "direct")
    with pytest.raises(ConfigurationError, match="UPLOAD_MODE=direct needs DIRECT_UPLOADS=true"):
        load_settings()
    monkeypatch.setenv("DIRECT_UPLOADS", "perhaps")
    with pytest.raises(ConfigurationError, match="DIRECT_UPLOADS must be true or false"):
        load_settings()


def test_lists_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_EXTENSIONS", " .MP4, mov ,mp4,")
    assert load_settings().allowed_extensions == ("mp4", "mov")
    monkeypatch.setenv("ALLOWED_EXTENSIONS", "*")
    assert load_settings().any_file_allowed


def test_settings_are_frozen_and_hide_secrets() -> None:
    settings = Settings(azure_storage_connection_string=Secret(KEY))
    assert SECRET not in repr(settings) + repr(asdict(settings)) + str(settings.azure_storage_connection_string)
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_a_file_is_read_and_the_environment_goes_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=81\nTRASH_DAYS='7'\nrate_limit=\n# LOG_LEVEL=ERROR\nWEB_CONCURRENCY=4\nUNKNOWN=1\n")
    monkeypatch.setattr("config._ENV_FILE", file)
    monkeypatch.setenv("APP_ENV", "development")
    monkeypatch.setenv("PORT", "82")
    monkeypatch.setenv("WEB_CONCURRENCY", " ")
    settings = load_settings()
    assert (settings.port, settings.trash_days, settings.web_concurrency) == (82, 7, 4)
    monkeypatch.setenv("APP_ENV", " Testing ")
    assert load_settings().trash_days == 30


def test_a_file_that_is_no_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"PORT=8000\n# \xff\n")
    monkeypatch.setattr("config._ENV_FILE", file)
    monkeypatch.setenv("APP_ENV", "development")
    with pytest.raises(ConfigurationError, match="cannot be read as UTF-8"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("PORT", "0", 0),
        ("PORT", "+80.0", 80),
        ("HOST", "0.0.0.0", "0.0.0.0"),
        ("HOST", "[::1]", "::1"),
        ("HOST", "localhost", "localhost"),
        ("OPEN_TO_EVERYBODY", "TRUE", True),
        ("OPEN_TO_EVERYBODY", "0", False),
        ("METRICS_TOKEN", SECRET, SECRET),
        ("UPLOAD_IDLE_SECONDS", "2.5", 2.5),
        ("UPLOAD_EXPIRY_HOURS", str(1 / 3600), 1 / 3600),
        ("UPLOAD_EXPIRY_HOURS", str(1 / 3600 / 1000), 1 / 3600 / 1000),
        ("UPLOAD_MIN_KBPS", "0", 0),
        ("UPLOAD_CHECKSUM", "SHA256", "sha256"),
        ("UPLOAD_VERIFY", "md5", "md5"),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("CORS_ORIGINS", "https://a.example, http://b.example:8000", ("https://a.example", "http://b.example:8000")),
        ("ALLOWED_HOSTS", "*.example.org,[::1]", ("*.example.org", "[::1]")),
        ("DATABASE_URL", "postgres://a:b@c/d", "postgresql+psycopg://a:b@c/d"),
        ("AZURE_STORAGE_CONNECTION_STRING", "UseDevelopmentStorage=true", "UseDevelopmentStorage=true"),
        ("DATA_DIR", "/tmp/x", Path("/tmp/x")),
    ],
)
def test_values_are_read(name: str, text: str, value: object) -> None:
    found = getattr(read_settings({name: text}), name.lower())
    assert (found.reveal() if isinstance(found, Secret) else found) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "8000.5"),
        ("PORT", "9" * 5000),
        ("PORT", "\u0668"),
        ("HOST", "http://localhost"),
        ("HOST", "127.0.0.1:8000"),
        ("HOST", "a b"),
        ("OPEN_TO_EVERYBODY", "perhaps"),
        ("METRICS_TOKEN", "too-short"),
        ("METRICS_TOKEN", "a token with spaces in it"),
        ("AUTH_MODE", "anybody"),
        ("TRUSTED_PROXIES", "2"),
        ("UPLOAD_MEMORY_MB", "1"),
        ("UPLOAD_IDLE_SECONDS", "0"),
        ("UPLOAD_IDLE_SECONDS", "nan"),
        ("UPLOAD_IDLE_SECONDS", "inf"),
        ("UPLOAD_IDLE_SECONDS", "1e999"),
        ("UPLOAD_IDLE_SECONDS", "1.2.3"),
        ("UPLOAD_EXPIRY_HOURS", "168"),
        ("AZURE_STORAGE_ACCOUNT_URL", "reelgate.blob.example.org"),
        ("AZURE_STORAGE_ACCOUNT_URL", "https://a@b/"),
        ("AZURE_STORAGE_ACCOUNT_NAME", "Reel-Gate"),
        ("AZURE_STORAGE_ACCOUNT_KEY", "no key"),
        ("AZURE_STORAGE_CONTAINER_NAME", "a--b"),
        ("AZURE_STORAGE_API_VERSION", "newest"),
        ("ALLOWED_EXTENSIONS", ","),
        ("CDN_ENDPOINT", "https://cdn.example/path"),
        ("DATABASE_URL", "mysql://a/b"),
    ],
)
def test_values_that_cannot_be_are_refused(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"- {name} must be "):
        read_settings({name: text})


def test_a_bad_start_says_so_and_exits_non_zero() -> None:
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "APP_ENV": "testing", "PORT": "99999"}
    done = subprocess.run(
        ["bash", "startup.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "PORT must be a whole number from 0 to 65535" in done.stderr
    assert "Traceback" not in done.stderr


def test_azure_as_the_engine_of_captions_needs_its_address_and_its_key() -> None:
    asked = {"APP_ENV": "testing", "CAPTIONS_ENGINE": "Azure"}
    where = {"AZURE_SPEECH_ENDPOINT": "https://westeurope.api.cognitive.microsoft.com/"}
    for given in (asked, asked | where, asked | {"AZURE_SPEECH_KEY": "k"}):
        with pytest.raises(ConfigurationError, match="needs AZURE_SPEECH_ENDPOINT and AZURE_SPEECH_KEY"):
            read_settings(given)
    settings = read_settings(asked | where | {"AZURE_SPEECH_KEY": "a-key"})
    assert "a-key" not in repr(settings)
    for wrong in ("http://westeurope.api.cognitive.microsoft.com", "https://user@host", "westeurope"):
        with pytest.raises(ConfigurationError, match="AZURE_SPEECH_ENDPOINT"):
            read_settings(asked | {"AZURE_SPEECH_ENDPOINT": wrong, "AZURE_SPEECH_KEY": "k"})
    with pytest.raises(ConfigurationError, match="none, whisper, azure"):
        read_settings({"APP_ENV": "testing", "CAPTIONS_ENGINE": "other"})


def test_where_buckets_are_is_an_address_and_a_region() -> None:
    usual = {"APP_ENV": "testing"}
    settings = read_settings(usual | {"S3_ENDPOINT": "http://[::1]:9000/", "S3_REGION": "eu-central-1"})
    assert (settings.s3_endpoint, settings.s3_region) == ("http://[::1]:9000", "eu-central-1")
    assert read_settings(usual).s3_endpoint is None
    for wrong in ("minio:9000", "https://user@host", "https://host/path", "https://host?x=1", "s3://films"):
        with pytest.raises(ConfigurationError, match="S3_ENDPOINT"):
            read_settings(usual | {"S3_ENDPOINT": wrong})
    with pytest.raises(ConfigurationError, match="S3_REGION"):
        read_settings(usual | {"S3_REGION": "Frankfurt am Main"})


def test_the_example_documents_every_setting_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    documented = dict(re.findall(r"^#([A-Z][A-Z0-9_]*)=(.*)$", example, flags=re.MULTILINE))
    assert documented == {each.name.upper(): as_text(each.default) for each in fields(Settings)}
    missing = [each.name for each in fields(Settings) if f"# {each.metadata['description']}\n" not in example]
    assert missing == []


def test_the_readme_lists_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme == with_table(readme), "Run `.venv/bin/python -m scripts.settings_table`."
