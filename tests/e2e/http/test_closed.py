"""Nothing lets anybody in by default: where the server listens, what it answers to, and what it shows of itself."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.server import ROOT, Server, running_server
from tests.videos import mp4

TOKEN = "a-token-of-the-tests-0123456789"
FORWARDED = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"},
    {"X-Real-IP": "127.0.0.1"},
    {"X-Forwarded-Proto": "https"},
    {"Via": "1.1 proxy"},
]
REBOUND = {"Host": "evil.example"}


def listening_on(server: Server) -> set[str]:
    found = psutil.Process(server.pid).net_connections()
    return {each.laddr.ip for each in found if each.status == psutil.CONN_LISTEN}


def refusal_of(**settings: str) -> str:
    """What the server says when it does not start with these settings."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        ["bash", "startup.sh"],
        cwd=ROOT,
        env={"PATH": path, "PORT": "0", **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "x" * 32,
    "ALLOWED_HOSTS": "videos.example",
    "AZURE_STORAGE_ACCOUNT_URL": "https://reelgate.blob.example.org",
}


def test_at_a_desk_only_this_machine_reaches_it(server: Server) -> None:
    assert listening_on(server) == {"127.0.0.1"}
    assert "nothing asks who comes" not in server.log


def test_a_host_that_others_reach_is_listened_on_with_a_warning(azurite: str) -> None:
    with running_server(azurite, host="0.0.0.0", auth_mode="none", open_to_everybody="true") as server:
        assert listening_on(server) == {"0.0.0.0"}
        assert "Whoever reaches 0.0.0.0:0 may upload and delete" in server.log


def test_a_page_that_has_rebound_its_name_changes_and_reads_nothing(server: Server) -> None:
    sent = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(50_000), timeout=30)
    video = sent.json()
    address = f"{server.url}/api/videos/{video['id']}"
    for method, url in (("DELETE", address), ("GET", address), ("GET", f"{server.url}/metrics")):
        answer = requests.request(method, url, headers=REBOUND, timeout=10)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unknown-host")
    assert requests.get(address, timeout=10).status_code == 200
    assert requests.get(f"{server.url}/health", headers=REBOUND, timeout=10).status_code == 200
    for host in ("localhost", f"127.0.0.1:{server.port}", "[::1]:8000"):
        assert requests.get(address, headers={"Host": host}, timeout=10).status_code == 200


def test_a_production_start_that_nothing_stands_in_front_of_is_refused() -> None:
    said = refusal_of(**PRODUCTION, AUTH_MODE="none")
    assert "nothing asks who comes" in said
    assert "OPEN_TO_EVERYBODY=true" in said


def test_the_sign_in_of_app_service_is_believed_there_alone() -> None:
    assert "AUTH_MODE can be easyauth on App Service alone" in refusal_of(**PRODUCTION, AUTH_MODE="easyauth")
    # Where its sign-in is off, it hands on what clients have made up.
    there = PRODUCTION | {"WEBSITE_SITE_NAME": "reelgate", "AUTH_MODE": "easyauth"}
    assert "anybody can forge who they are" in refusal_of(**there)


OPEN = {"auth_mode": "none", "open_to_everybody": "true", "allowed_hosts": "127.0.0.1"}


def test_production_that_is_meant_to_be_open_starts_and_says_so(azurite: str) -> None:
    production = {name.lower(): value for name, value in PRODUCTION.items() if "AZURE" not in name}
    with running_server(azurite, **production | OPEN) as server:
        assert listening_on(server) == {"0.0.0.0"}
        assert "nothing asks who comes" in server.log
        assert requests.get(f"{server.url}/api/videos", timeout=10).status_code == 200


def test_production_behind_app_services_sign_in_starts_without_a_warning(azurite: str) -> None:
    settings = {"app_env": "production", "secret_key": "x" * 32, "auth_mode": "easyauth"}
    there = {"website_hostname": "127.0.0.1", "website_auth_enabled": "True"}
    with running_server(azurite, **there, **settings) as server:
        assert "nothing asks who comes" not in server.log
        assert requests.get(f"{server.url}/api/videos", timeout=10).status_code == 401
        claims = [{"typ": "oid", "val": "1"}, {"typ": "name", "val": "Mira Okafor"}, {"typ": "roles", "val": "MANAGER"}]
        principal = base64.b64encode(json.dumps({"claims": claims}).encode()).decode()
        signed_in = {"X-MS-CLIENT-PRINCIPAL": principal}
        assert requests.get(f"{server.url}/api/videos", headers=signed_in, timeout=10).status_code == 200
        with_token = signed_in | {"Authorization": "Bearer one.of.entra"}
        assert requests.get(f"{server.url}/api/videos", headers=with_token, timeout=10).status_code == 200
        assert requests.get(f"{server.url}/api/auth/user", headers=signed_in, timeout=10).json()["role"] == "MANAGER"


@pytest.fixture(scope="module")
def guarded(azurite: str) -> Iterator[Server]:
    """A server whose figures ask for a token."""
    with running_server(azurite, metrics_token=TOKEN) as running:
        yield running


@pytest.mark.parametrize("headers", FORWARDED, ids=str)
def test_figures_stay_on_this_machine(server: Server, headers: dict[str, str]) -> None:
    assert requests.get(f"{server.url}/metrics", timeout=10).status_code == 200
    assert "checks" in requests.get(f"{server.url}/health/ready", timeout=10).json()
    refused = requests.get(f"{server.url}/metrics", headers=headers, timeout=10)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/local-only")
    ready = requests.get(f"{server.url}/health/ready", headers=headers, timeout=10)
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})


def test_a_rebound_page_learns_nothing_from_the_health_check(server: Server) -> None:
    ready = requests.get(f"{server.url}/health/ready", headers=REBOUND, timeout=10)
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "given", ["", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer", "Bearer é", TOKEN]
)
def test_figures_ask_for_their_token(guarded: Server, given: str) -> None:
    headers = {"Authorization": given.encode()} if given else {}
    refused = requests.get(f"{guarded.url}/metrics", headers=headers, timeout=10)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert TOKEN not in refused.text
    assert requests.get(f"{guarded.url}/health/ready", headers=headers, timeout=10).json() == {"status": "ok"}


@pytest.mark.parametrize("forwarded", [{}, *FORWARDED], ids=str)
def test_whoever_has_the_token_sees_them_from_anywhere(guarded: Server, forwarded: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"} | forwarded
    figures = requests.get(f"{guarded.url}/metrics", headers=headers, timeout=10)
    assert (figures.status_code, "reelgate_" in figures.text) == (200, True)
    assert "checks" in requests.get(f"{guarded.url}/health/ready", headers=headers, timeout=10).json()
