"""The templates for Azure are Bicep, fit together, and name settings that exist.

Azure itself is not asked here: what its resource providers accept, only a deployment tells.
"""

import json
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from config import Settings, read_settings
from tests.bicep import Bicep

ROOT = Path(__file__).resolve().parent.parent
INFRA = ROOT / "infra"
TEMPLATES = [Bicep(path) for path in sorted(INFRA.rglob("*.bicep"))]
MAIN = Bicep(INFRA / "main.bicep")
APP = Bicep(INFRA / "modules/app.bicep")

each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.path.name)


@each_template
def test_it_is_bicep(template: Bicep) -> None:
    assert template.faults == []


def test_what_is_not_bicep_is_found(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bicep"
    broken.write_text("param name string\nresource plan 'Microsoft.Web/serverfarms@2023-12-01' = {\n  name: \n")
    assert Bicep(broken).faults


@each_template
def test_every_name_that_is_used_is_declared(template: Bicep) -> None:
    assert template.used() - template.names() == set()


@each_template
def test_every_parameter_is_used(template: Bicep) -> None:
    assert template.parameters.keys() - template.used() == set()


@pytest.mark.parametrize("name", sorted(MAIN.modules))
def test_a_module_is_given_what_it_asks_for(name: str) -> None:
    call = MAIN.modules[name]
    parameters = Bicep(call.path).parameters
    assert call.given <= parameters.keys()
    assert {each for each, required in parameters.items() if required} <= call.given


def test_only_outputs_that_exist_are_used() -> None:
    used = MAIN.used_outputs()
    assert used
    assert {each for each in used if each[1] not in Bicep(MAIN.modules[each[0]].path).outputs} == set()


def test_the_parameters_of_azd_are_those_of_the_template() -> None:
    given = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
    assert given.keys() == MAIN.parameters.keys()


def test_every_setting_of_the_app_exists() -> None:
    named = APP.variable("appSettings")
    assert named.keys() <= {each.name.upper() for each in fields(Settings)}
    assert {"APP_ENV", "SECRET_KEY", "TRUSTED_PROXIES", "AZURE_STORAGE_ACCOUNT_URL"} <= named.keys()


def test_the_settings_of_the_app_start_a_production_process() -> None:
    literal = {name: value.strip("'") for name, value in APP.variable("appSettings").items() if value[0] == "'"}
    computed = {
        "SECRET_KEY": "x" * 64,
        "WEB_CONCURRENCY": "2",
        "DATABASE_URL": "postgresql://reelgate:0a1b@reelgate-db.example.org/reelgate?sslmode=require",
        "AZURE_STORAGE_ACCOUNT_URL": "https://reelgate.blob.example.org",
        "AZURE_STORAGE_CONTAINER_NAME": "videos",
        "AZURE_CLIENT_ID": "00000000-0000-0000-0000-000000000000",
    }
    assert literal.keys() | computed.keys() == APP.variable("appSettings").keys()
    settings = read_settings(literal | computed)
    assert settings.production
    assert settings.trusted_proxies == 1


def test_the_records_container_of_the_template_is_the_one_that_the_app_derives() -> None:
    source = (INFRA / "modules/storage.bicep").read_text()
    [records] = re.findall(r"^var records = '(.*)'$", source, re.MULTILINE)
    assert Settings(azure_storage_container_name="videos").records_container_name == records


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("storage", "allowSharedKeyAccess: false"),
        ("storage", "allowBlobPublicAccess: false"),
        ("storage", "minimumTlsVersion: 'TLS1_2'"),
        ("storage", "properties: { publicAccess: 'None' }"),
        ("app", "httpsOnly: true"),
        ("app", "healthCheckPath: '/health'"),
        ("app", "appCommandLine: 'startup.sh'"),
        ("app", "alwaysOn: true"),
        ("app", "WEBSITES_CONTAINER_STOP_TIME_LIMIT: '120'"),
        ("authentication", "requireAuthentication: required"),
    ],
)
def test_what_keeps_it_safe_and_alive_stands(module: str, line: str) -> None:
    assert line in [each.strip() for each in (INFRA / f"modules/{module}.bicep").read_text().splitlines()]


def test_signing_in_is_required_unless_somebody_says_otherwise() -> None:
    assert "param requireSignIn bool = true" in (INFRA / "main.bicep").read_text().splitlines()
    assert '"${REQUIRE_SIGN_IN=true}"' in (INFRA / "main.parameters.json").read_text()


def test_azd_finds_its_template_its_hooks_and_the_service() -> None:
    plan = yaml.safe_load((ROOT / "azure.yaml").read_text())
    assert (ROOT / plan["infra"]["path"] / f"{plan['infra']['module']}.bicep").exists()
    hooks = [ROOT / hook["run"] for hook in plan["hooks"].values()]
    for hook in hooks:
        subprocess.run([plan["hooks"]["preprovision"]["shell"], "-n", str(hook)], check=True)
        assert hook.stat().st_mode & 0o111
    for service in plan["services"]:
        assert f"'azd-service-name': '{service}'" in MAIN.path.read_text()


def test_the_workflow_runs_commands_that_exist() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/check-and-deploy.yml").read_text())["jobs"]
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    targets = {run.removeprefix("make ") for run in runs if run.startswith("make ")}
    assert targets == {"check", "package"}
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
