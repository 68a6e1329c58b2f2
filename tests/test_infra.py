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
from services.actors.actor import Role
from tests.bicep import Bicep
from tests.described import standard_app
from utils.container_names import derived_beside, tracks_beside

ROOT = Path(__file__).resolve().parent.parent
INFRA = ROOT / "infra"
TEMPLATES = [Bicep(path) for path in sorted(INFRA.rglob("*.bicep"))]
MAIN = Bicep(INFRA / "main.bicep")
APP = Bicep(INFRA / "modules/app.bicep")
POSTGRES = Bicep(INFRA / "modules/postgres.bicep")
VAULT = Bicep(INFRA / "modules/vault.bicep")
DELIVERY = Bicep(INFRA / "modules/frontdoor.bicep")
ALERTS = Bicep(INFRA / "modules/alerts.bicep")
AUTOSCALE = Bicep(INFRA / "modules/autoscale.bicep")

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


@pytest.mark.parametrize("sign_in", [True, False])
def test_the_settings_of_the_app_start_a_production_process(*, sign_in: bool) -> None:
    literal = {name: value.strip("'") for name, value in APP.variable("appSettings").items() if value[0] == "'"}
    computed = {
        "SECRET_KEY": "x" * 64,
        "AUTH_MODE": _chosen("AUTH_MODE", yes=sign_in),
        "OPEN_TO_EVERYBODY": _chosen("OPEN_TO_EVERYBODY", yes=sign_in),
        "OIDC_ISSUER": _issuer(),
        "OIDC_CLIENT_ID": "11111111-1111-1111-1111-111111111111",
        "OIDC_CLIENT_SECRET": "chosen.by~Entra",
        "WEB_CONCURRENCY": "2",
        "DATABASE_URL": "postgresql://reelgate:0a1b@reelgate-db.example.org/reelgate?sslmode=require",
        "AZURE_STORAGE_ACCOUNT_URL": "https://reelgate.blob.example.org",
        "AZURE_STORAGE_CONTAINER_NAME": "videos",
        "STORAGE_LAYOUT": "per-owner",
        "AZURE_CLIENT_ID": "00000000-0000-0000-0000-000000000000",
        "CORS_ORIGINS": "https://harbour.example,https://docs.harbour.example",
        "CDN_ENDPOINT": "https://reelgate-abc.z01.azurefd.net",
        "PLAYBACK_MODE": "redirect",
        "PRICES_REGION": "westeurope",
        "PRICES_REDUNDANCY": "RA-GZRS",
    }
    assert literal.keys() | computed.keys() == APP.variable("appSettings").keys()
    by_app_service = {"WEBSITE_HOSTNAME": "reelgate.azurewebsites.net", "WEBSITE_SITE_NAME": "reelgate"}
    settings = read_settings(literal | computed | by_app_service)
    assert settings.production
    assert (settings.asks_who_comes, settings.open_to_everybody) == (sign_in, not sign_in)
    assert settings.trusted_proxies == 1
    assert settings.oidc_issuer == "https://login.microsoftonline.com/22222222-2222-2222-2222-222222222222/v2.0"
    # Without a registration people have accounts of the app alone.
    without = {"OIDC_ISSUER": "", "OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": ""}
    given = {name: value for name, value in (literal | computed | by_app_service | without).items() if value}
    assert read_settings(given).oidc_issuer is None


def _issuer() -> str:
    """What the template makes of a tenant, for the name that Entra ID's own document says."""
    found = re.fullmatch(r"empty\(authClientId\) \? '' : '(.+)'", APP.variable("appSettings")["OIDC_ISSUER"])
    assert found is not None
    text = found[1].replace("${environment().authentication.loginEndpoint}", "https://login.microsoftonline.com/")
    return text.replace("${tenant().tenantId}", "22222222-2222-2222-2222-222222222222")


def test_the_app_itself_asks_who_comes_and_entra_sends_people_back_to_it() -> None:
    assert APP.variable("appSettings")["AUTH_MODE"] == "signIn ? 'accounts' : 'none'"
    back = standard_app().url_map.bind("localhost").build("oidc.callback")
    assert f'"$APP_URL{back}"' in (INFRA / "hooks/postprovision.sh").read_text()
    assert f"azurewebsites.net{back}" in (ROOT / "docs/deploy.md").read_text()


def test_entra_knows_the_roles_of_the_app() -> None:
    roles = json.loads((INFRA / "hooks/app-roles.json").read_text())
    assert {each["value"] for each in roles} == set(Role)
    assert len({each["id"] for each in roles}) == len(roles)


def test_no_secret_stands_open_in_the_templates() -> None:
    for template, names in (
        (MAIN, ("authClientSecret", "secretKey", "postgresPassword")),
        (VAULT, ("authClientSecret", "secretKey", "databaseUrl")),
        (POSTGRES, ("password",)),
    ):
        source = template.path.read_text()
        for name in names:
            assert re.search(rf"@secure\(\)\n(@\w+\(.*\)\n)*param {name} string", source), (template.path, name)


def test_the_app_is_told_where_its_secrets_lie_and_never_what_they_are() -> None:
    source = MAIN.path.read_text()
    for module in ("app", "worker"):
        body = source.partition(f"module {module} ")[2].partition("\n}\n")[0]
        for name in ("secretKey", "databaseUrl") + (("authClientSecret",) if module == "app" else ()):
            assert f"    {name}: vault.outputs.{name}\n" in body
    for output in VAULT.outputs:
        [line] = re.findall(rf"^output {output} string = (.*)$", VAULT.path.read_text(), re.MULTILINE)
        assert re.search(r"'@Microsoft\.KeyVault\(SecretUri=\$\{vault\.properties\.vaultUri\}secrets/[a-z-]+\)'$", line)
    assert APP.resource("app")["properties"]["keyVaultReferenceIdentity"] == "identityId"


def test_the_vault_lets_in_the_app_alone_and_loses_nothing_for_a_week() -> None:
    vault = VAULT.resource("vault")["properties"]
    assert vault["networkAcls"]["defaultAction"] == "Deny"
    assert vault["networkAcls"]["virtualNetworkRules"] == [{"id": "appSubnetId"}]
    assert (vault["enableRbacAuthorization"], vault["enablePurgeProtection"]) == ("true", "true")
    # Key Vault Secrets User: it reads secrets, and can list or write none.
    assert VAULT.path.read_text().count("4633458b-17de-408a-875b-0445c86b69e6") == 1
    assert VAULT.resource("reader")["scope"] == "vault"


def _chosen(name: str, *, yes: bool) -> str:
    """What a setting becomes that depends on whether people sign in."""
    choice = re.fullmatch(r"signIn \? '(\w+)' : '(\w+)'", APP.variable("appSettings")[name])
    assert choice is not None
    return choice[1 if yes else 2]


def test_the_records_container_of_the_template_is_the_one_that_the_app_derives() -> None:
    source = (INFRA / "modules/storage.bicep").read_text()
    [records] = re.findall(r"^var records = '(.*)'$", source, re.MULTILINE)
    assert Settings(azure_storage_container_name="videos").records_container_name == records


def test_the_template_makes_every_container_that_the_app_derives_and_lets_it_in() -> None:
    storage = (ROOT / "infra/modules/storage.bicep").read_text()
    [names] = re.findall(r"^var containerNames = \[(.*)\]$", storage, re.MULTILINE)
    assert names == "videos, records, '${videos}-tracks', '${videos}-derived'"
    assert (tracks_beside("videos"), derived_beside("videos")) == ("videos-tracks", "videos-derived")
    assert "output containerNames array = containerNames" in storage
    guide = (ROOT / "docs/deploy.md").read_text()
    assert guide.count("for container in videos uploads videos-tracks videos-derived; do") == 2


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
        ("authentication", "platform: { enabled: false }"),
    ],
)
def test_what_keeps_it_safe_and_alive_stands(module: str, line: str) -> None:
    assert line in [each.strip() for each in (INFRA / f"modules/{module}.bicep").read_text().splitlines()]


STORAGE = Bicep(INFRA / "modules/storage.bicep")
ROLES = Bicep(INFRA / "modules/roles.bicep")
NETWORK = Bicep(INFRA / "modules/network.bicep")
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


def test_storage_lets_in_the_network_of_the_app_alone() -> None:
    account = STORAGE.resource("account")["properties"]
    assert account["networkAcls"]["defaultAction"] == "openToBrowsers ? 'Allow' : 'Deny'"
    assert account["networkAcls"]["virtualNetworkRules"] == [{"id": "appSubnetId", "action": "Allow"}]
    assert "param storageOpenToBrowsers bool = false" in MAIN.path.read_text().splitlines()
    assert '"${STORAGE_OPEN_TO_BROWSERS=false}"' in (INFRA / "main.parameters.json").read_text()


def test_the_app_is_in_that_network() -> None:
    subnets = {each["name"]: each["properties"] for each in NETWORK.resource("network")["properties"]["subnets"]}
    assert subnets["app"]["serviceEndpoints"] == [
        {"service": "Microsoft.Storage"},
        {"service": "Microsoft.KeyVault"},
    ]
    assert subnets["app"]["delegations"][0]["properties"] == {"serviceName": "Microsoft.Web/serverFarms"}
    assert "delegations" not in subnets["database"]
    assert APP.resource("app")["properties"]["virtualNetworkSubnetId"] == "subnetId"


def test_the_database_can_be_reached_from_that_network_alone() -> None:
    assert POSTGRES.resource("server")["properties"]["network"] == {"publicNetworkAccess": "Disabled"}
    way = POSTGRES.resource("way")["properties"]
    assert way["subnet"] == {"id": "subnetId"}
    assert way["privateLinkServiceConnections"][0]["properties"]["groupIds"] == ["postgresqlServer"]
    assert POSTGRES.resource("link")["properties"]["virtualNetwork"] == {"id": "networkId"}
    types = {each for template in TEMPLATES for each in template.types.values()}
    assert not [each for each in types if each.endswith("/firewallRules")]


def test_the_database_shows_who_it_is() -> None:
    [url] = re.findall(r"^var databaseUrl = '(.*)'$", MAIN.path.read_text(), re.MULTILINE)
    assert url.endswith("?sslmode=verify-full")


_APP_LOGS = {"AppServiceConsoleLogs", "AppServiceHTTPLogs", "AppServicePlatformLogs", "AppServiceAuditLogs"}


@pytest.mark.parametrize(
    ("template", "scope", "categories"),
    [
        (STORAGE, "blobs", {"StorageRead", "StorageWrite", "StorageDelete"}),
        (POSTGRES, "server", {"PostgreSQLLogs"}),
        (APP, "app", _APP_LOGS),
        (VAULT, "vault", {"AuditEvent"}),
    ],
    ids=["storage", "database", "app", "vault"],
)
def test_who_reads_writes_and_deletes_is_logged(template: Bicep, scope: str, categories: set[str]) -> None:
    settings = template.resource("diagnostics")
    assert settings["scope"] == scope
    assert settings["properties"]["workspaceId"] == "workspaceId"
    assert {each["category"] for each in settings["properties"]["logs"] if each["enabled"] == "true"} == categories


def test_what_is_deleted_or_written_over_is_kept_for_a_while() -> None:
    kept = STORAGE.resource("blobs")["properties"]
    for policy in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        assert kept[policy] == {"enabled": "true", "days": "7"}


def test_whoever_may_delete_may_do_no_more_than_the_app_does() -> None:
    [granted] = ROLES.resource("blobKeeper")["properties"]["permissions"]
    assert granted["actions"] == ["Microsoft.Storage/storageAccounts/blobServices/containers/read"]
    needed = {f"{BLOBS}/{each}" for each in ("read", "add/action", "write", "delete")}
    assert set(granted["dataActions"]) == needed
    sources = "".join(template.path.read_text() for template in TEMPLATES)
    # Storage Blob Data Contributor and Owner, and Contributor and Owner of everything.
    for role in ("ba92f5b4", "b7e6dc6d", "b24988ac", "8e3af657"):
        assert role not in sources


def test_the_app_makes_containers_only_where_persons_have_their_own() -> None:
    [granted] = ROLES.resource("containerMaker")["properties"]["permissions"]
    containers = BLOBS.removesuffix("/blobs")
    assert granted["actions"] == [f"{containers}/read", f"{containers}/write"]
    assert granted["dataActions"] == ROLES.resource("blobKeeper")["properties"]["permissions"][0]["dataActions"]
    assert ROLES.path.read_text().count("if (makesContainers)") == 2
    assert "makesContainers: storageLayout == 'per-owner'" in MAIN.path.read_text()


def test_origins_reach_the_app_and_the_rule_of_storage() -> None:
    source = MAIN.path.read_text()
    assert "var origins = empty(corsOrigins) ? [] : split(replace(corsOrigins, ' ', ''), ',')" in source
    assert "    origins: union([appUrl], origins)\n" in source
    assert source.count("    corsOrigins: join(origins, ',')\n") == 2
    [rule] = STORAGE.resource("blobs")["properties"]["cors"]["corsRules"]
    assert rule["allowedOrigins"] == "origins"


@pytest.mark.parametrize(
    ("sku", "spelt"),
    [
        ("Standard_LRS", "LRS"),
        ("Standard_ZRS", "ZRS"),
        ("Standard_GRS", "GRS"),
        ("Standard_RAGRS", "RA-GRS"),
        ("Standard_GZRS", "GZRS"),
        ("Standard_RAGZRS", "RA-GZRS"),
    ],
)
def test_each_redundancy_is_one_that_prices_are_known_by(sku: str, spelt: str) -> None:
    source = MAIN.path.read_text()
    assert f"'{sku}'" in source
    assert "var redundancy = replace(replace(storageSku, 'Standard_', ''), 'RAG', 'RA-G')" in source
    assert sku.replace("Standard_", "").replace("RAG", "RA-G") == spelt
    assert read_settings({"PRICES_REDUNDANCY": spelt}).prices_redundancy == spelt


def test_front_door_leaves_no_signature_out_and_storage_shut_where_it_can() -> None:
    route = DELIVERY.resource("route")["properties"]
    assert route["cacheConfiguration"]["queryStringCachingBehavior"] == "UseQueryString"
    assert (route["supportedProtocols"], route["forwardingProtocol"]) == (["Https"], "HttpsOnly")
    # The cache knows nothing of who asked first, so no answer of storage to one page may be what another is told.
    assert route["ruleSets"] == [{"id": "rules.id"}]
    [allows] = DELIVERY.resource("forPages")["properties"]["actions"]
    said = allows["parameters"]
    assert (said["headerAction"], said["headerName"], said["value"]) == (
        "Overwrite",
        "Access-Control-Allow-Origin",
        "*",
    )
    assert "privateLinkLocation: location" in DELIVERY.path.read_text()
    source = MAIN.path.read_text()
    assert "openToBrowsers: storageOpenToBrowsers || frontDoor == 'Standard'" in source
    assert "param frontDoor string = ''" in source
    assert APP.variable("appSettings")["PLAYBACK_MODE"] == "empty(cdnEndpoint) ? 'proxy' : 'redirect'"


def test_more_instances_come_only_where_they_share_a_database() -> None:
    assert "= if (usePostgres && mostInstances > instances && !startsWith(planSize, 'B')) {" in MAIN.path.read_text()
    [profile] = AUTOSCALE.resource("rule")["properties"]["profiles"]
    assert profile["capacity"] == {"minimum": "string(least)", "maximum": "string(most)", "default": "string(least)"}
    up, down = profile["rules"]
    assert (up["scaleAction"]["direction"], down["scaleAction"]["direction"]) == ("Increase", "Decrease")
    assert int(up["metricTrigger"]["threshold"]) > 2 * int(down["metricTrigger"]["threshold"])


def test_somebody_is_told_of_errors_requests_bytes_and_costs() -> None:
    source = ALERTS.path.read_text()
    names = set(re.findall(r"^    name: '(\w+)'$", source, re.MULTILINE))
    assert names >= {"errors", "requests", "health", "memory", "storage", "capacity"}
    assert "ScStatus >= 500" in ALERTS.resource("errorRate")["properties"]["criteria"]["allOf"][0]["query"]
    assert "= if (monthlyBudget > 0 && !empty(alertEmail)) {" in MAIN.path.read_text()
    assert 'azd env set BUDGET_SINCE "$(date -u +%Y-%m-01)"' in (INFRA / "hooks/preprovision.sh").read_text()


def test_whatever_checkov_may_find_is_there_and_has_a_reason() -> None:
    known = {f"{each.path.stem}.{name}" for each in TEMPLATES for name in each.types}
    for rule, each in json.loads((INFRA / "checkov.json").read_text()).items():
        assert re.fullmatch(r"CKV2?_AZURE_\d+", rule)
        assert set(each["resources"]) <= known, rule
        assert len(each["why"].split()) > 3, rule


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
