"""The image and the composition run as production does: the settings they give start a server that is closed.

No container is built here; the settings, the start and the health check are the real ones.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config import ConfigurationError, read_settings
from tests.server import running_server

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
APP = COMPOSE["services"]["app"]
CHOSEN = {"SECRET_KEY": "x" * 64}


def of_the_image() -> dict[str, str]:
    """What the image sets."""
    [line] = re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)
    return dict(pair.split("=", 1) for pair in line.split())


def of_the_composition(service: str = "app", **chosen: str) -> dict[str, str]:
    """What the composition sets when its user has chosen these; raises KeyError where it insists on a choice."""
    environment = COMPOSE["services"][service]["environment"]

    def fill(found: re.Match[str]) -> str:
        name, how, default = found.groups()
        return chosen[name] if name in chosen or how == ":?" else default

    return {name: re.sub(r"\$\{(\w+)(:[-?])([^}]*)\}", fill, str(value)) for name, value in environment.items()}


def test_the_image_is_production_and_asks_for_what_production_needs() -> None:
    image = of_the_image()
    assert (image["APP_ENV"], image["HOST"]) == ("production", "0.0.0.0")
    with pytest.raises(ConfigurationError) as refused:
        read_settings(image)
    for needed in ("SECRET_KEY", "ALLOWED_HOSTS", "AZURE_STORAGE_ACCOUNT_URL"):
        assert f"- {needed} " in str(refused.value)


def test_nothing_of_the_image_runs_as_root() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1].isdecimal()
    assert int(users[-1]) > 0
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")


@pytest.mark.parametrize("missing", CHOSEN)
def test_the_composition_insists_on_what_nobody_else_can_choose(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        of_the_composition(**{name: value for name, value in CHOSEN.items() if name != missing})


def test_the_composition_is_not_open_unless_somebody_says_so() -> None:
    settings = of_the_image() | {name: text for name, text in of_the_composition(**CHOSEN).items() if text}
    assert read_settings(settings).asks_who_comes
    with pytest.raises(ConfigurationError, match="nothing asks who comes"):
        read_settings(settings | {"AUTH_MODE": "none"})


def test_the_composition_can_be_reached_from_this_machine_alone() -> None:
    published = {name: each["ports"] for name, each in COMPOSE["services"].items() if "ports" in each}
    assert published == {
        "app": ["127.0.0.1:${PORT:-8000}:8000"],
        "nginx": ["127.0.0.1:${HTTP_PORT:-8080}:8080", "127.0.0.1:${HTTPS_PORT:-8443}:8443"],
    }
    assert APP["cap_drop"] == ["ALL"]
    assert APP["security_opt"] == ["no-new-privileges:true"]


def test_a_server_with_these_settings_is_healthy_by_the_image_s_own_check(azurite: str) -> None:
    settings = of_the_image() | of_the_composition(**CHOSEN)
    # Where this differs from a container, which has a network, a disk and storage of its own.
    here = {"HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": None, "AZURE_STORAGE_CONNECTION_STRING": azurite}
    given = {name.lower(): value for name, value in (settings | here).items() if value is not None}
    [check] = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    program, *arguments = json.loads(check)
    assert program == "python"
    with running_server(given.pop("azure_storage_connection_string"), **given) as server:
        healthy = subprocess.run([sys.executable, *arguments], env={"PORT": str(server.port)}, check=False)
        assert healthy.returncode == 0
    gone = subprocess.run(
        [sys.executable, *arguments], env={"PORT": str(server.port)}, capture_output=True, check=False
    )
    assert gone.returncode != 0


MANY = {name: each for name, each in COMPOSE["services"].items() if each.get("profiles") == ["many"]}
LANES = {"quick", "media", "speech", "fetch"}


def test_without_the_profile_there_is_the_app_and_its_storage_alone() -> None:
    assert COMPOSE["services"].keys() - MANY.keys() == {"app", "azurite"}
    assert MANY.keys() == {"web", "worker", "celery", "nginx", "postgres", "redis"}


@pytest.mark.parametrize("service", ["web", "worker", "celery"])
def test_the_settings_of_each_process_of_the_profile_are_good(service: str) -> None:
    chosen = CHOSEN | {"POSTGRES_PASSWORD": "a%40b"}
    given = of_the_image() | of_the_composition(service, **chosen)
    settings = read_settings({name: value for name, value in given.items() if value})
    assert settings.trusted_proxies == 1
    assert settings.celery_broker_url is not None
    assert settings.effective_worker_concurrency == (2 if service == "worker" else 0)
    assert MANY[service]["cap_drop"] == ["ALL"]


def test_every_lane_has_one_kind_of_worker_in_the_profile() -> None:
    quick, long = (of_the_composition(each, **CHOSEN)["WORKER_LANES"].split(",") for each in ("worker", "celery"))
    assert sorted(quick + long) == sorted(LANES)


def test_nginx_ends_tls_sends_http_there_and_says_who_comes() -> None:
    http, https = (ROOT / "infra/nginx/reelgate.conf.template").read_text().split("\nserver {")[1:]
    assert "return 301 https://" in http
    assert "proxy_pass" not in http
    assert "listen 8443 ssl;" in https
    # What a client says of itself must not get through to an app that believes one proxy.
    for header in ("X-Forwarded-For $remote_addr", "X-Forwarded-Proto https", 'X-MS-CLIENT-PRINCIPAL ""'):
        assert f"proxy_set_header {header};" in https
    for needed in ("client_max_body_size 0;", "proxy_request_buffering off;", "proxy_buffering off;"):
        assert needed in https
