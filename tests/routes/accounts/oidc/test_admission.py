"""Whom the provider's word lets in, as whom, and with which role."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.accounts.joining import NewAccount
from services.accounts.people import AccountChange
from services.accounts.store import users
from services.accounts.user import User
from services.actors.actor import SYSTEM, Role
from services.assembly import Services
from services.audit.entry import AuditOutcome, AuditQuery
from tests.accounts import PASSWORD
from tests.hostile_provider import HostileProvider
from tests.routes.accounts.oidc.going import is_signed_in, sign_in

NOOR = "noor@harbour.example"


@pytest.fixture
def noor(services: Services) -> User:
    """Somebody who has an account with an address and a password."""
    return services.accounts.joining.register(NewAccount(username="noor", email=NOOR, password=PASSWORD), by=SYSTEM)


def me(client: FlaskClient) -> dict[str, object]:
    found: dict[str, object] = client.get("/api/auth/user").get_json()
    return found


def registration(services: Services, value: str) -> None:
    services.live_settings.put("registration", value, by=SYSTEM)


def test_the_same_person_has_the_same_account_whatever_the_address(
    client: FlaskClient, app: Flask, provider: HostileProvider
) -> None:
    assert sign_in(client, provider, email=NOOR, email_verified=True).status_code == 303
    first = me(client)
    assert first["email"] == NOOR
    other = app.test_client()
    assert sign_in(other, provider, email="another@harbour.example", email_verified=True).status_code == 303
    assert me(other)["id"] == first["id"]


def test_another_subject_is_another_person_even_of_the_same_name(
    client: FlaskClient, app: Flask, provider: HostileProvider
) -> None:
    assert sign_in(client, provider, preferred_username="noor@here").status_code == 303
    other = app.test_client()
    assert sign_in(other, provider, sub="person-2", preferred_username="noor@there").status_code == 303
    assert me(client)["username"] == "noor"
    assert re.fullmatch(r"noor-[0-9a-f]{8}", str(me(other)["username"]))


def test_an_address_that_is_not_verified_takes_no_account_over(
    client: FlaskClient, provider: HostileProvider, noor: User, services: Services
) -> None:
    for claims in (
        {},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": 1},
        {"email_verified": None},
        {"xms_edov": False},
        {"xms_edov": "0"},
    ):
        answer = sign_in(client, provider, email=NOOR.upper(), **claims)
        assert (answer.status_code, is_signed_in(client)) == (403, False), claims
    # Nor does it become the address of a new account.
    assert sign_in(client, provider, sub="p2", email="free@harbour.example").status_code == 303
    assert me(client)["email"] is None
    refused = AuditQuery(action="user.login", outcome=AuditOutcome.REFUSED)
    entry = services.audit.entries.read(refused, limit=10, by=SYSTEM)[0]
    assert (entry.details["subject"], entry.details["email"]) == ("person-1", NOOR.upper())
    assert noor.id != me(client)["id"]


@pytest.mark.parametrize("claims", [{"email_verified": True}, {"xms_edov": True}, {"xms_edov": "1"}], ids=str)
def test_a_verified_address_needs_the_owners_password(
    client: FlaskClient, provider: HostileProvider, noor: User, claims: dict[str, object]
) -> None:
    answer = sign_in(client, provider, email=NOOR, **claims)
    assert answer.location == "/auth/oidc/confirm"
    assert not is_signed_in(client)
    assert NOOR in client.get("/auth/oidc/confirm").get_data(as_text=True)
    assert client.post("/auth/oidc/confirm", data={"password": "wrong password"}).status_code == 401
    assert not is_signed_in(client)
    assert client.post("/auth/oidc/confirm", data={"password": PASSWORD}).status_code == 303
    assert me(client)["id"] == noor.id
    client.post("/logout")
    assert sign_in(client, provider).location == "/"
    assert me(client)["id"] == noor.id


def test_confirming_counts_as_trying_to_sign_in(client: FlaskClient, provider: HostileProvider, noor: User) -> None:
    sign_in(client, provider, email=NOOR, email_verified=True)
    said = [client.post("/auth/oidc/confirm", data={"password": "wrong one"}).status_code for _ in range(6)]
    assert said == [401] * 5 + [423]
    assert noor.active


def test_nothing_is_confirmed_that_was_not_asked(client: FlaskClient, provider: HostileProvider, noor: User) -> None:
    assert client.get("/auth/oidc/confirm").status_code == 400
    assert client.post("/auth/oidc/confirm", data={"password": PASSWORD}).status_code == 400
    # The cookie of a sign-in that has only begun is none of somebody whom the provider has named.
    client.get("/auth/oidc/login")
    assert client.post("/auth/oidc/confirm", data={"password": PASSWORD}).status_code == 400
    assert (provider.count("/token"), noor.email) == (0, NOOR)


def test_a_foreign_page_confirms_nothing(client: FlaskClient, provider: HostileProvider, noor: User) -> None:
    sign_in(client, provider, email=NOOR, email_verified=True)
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/auth/oidc/confirm", data={"password": PASSWORD}, headers=foreign).status_code == 403
    assert noor.active


@pytest.mark.parametrize("verified", [True, False])
def test_an_invitation_is_taken_by_who_has_its_address(
    client: FlaskClient, provider: HostileProvider, services: Services, *, verified: bool
) -> None:
    registration(services, "invitation")
    invited, address = services.accounts.joining.invite(username=None, email=NOOR, role=Role.MANAGER, by=SYSTEM)
    answer = sign_in(client, provider, email=NOOR, email_verified=verified)
    assert answer.status_code == (303 if verified else 403)
    if verified:
        assert (me(client)["id"], me(client)["role"]) == (invited.id, "MANAGER")
        # Whoever finds the letter now does not choose a password for it.
        assert client.get(f"/join?token={address.token}").status_code == 400


@pytest.mark.parametrize(
    ("setting", "claims", "role"),
    [
        ("invitation", {}, None),
        ("invitation", {"roles": ["USER"]}, "USER"),
        ("invitation", {"roles": "MANAGER"}, "MANAGER"),
        ("invitation", {"roles": ["Reader", 7, None, {"ADMIN": 1}]}, None),
        ("invitation", {"groups": ["ADMIN"]}, None),
        ("open", {}, "USER"),
        ("open", {"roles": ["readonly", "user"]}, "USER"),
        ("open", {"roles": ["ADMIN"]}, "ADMIN"),
        ("closed", {"roles": ["ADMIN"]}, None),
    ],
    ids=str,
)
def test_who_gets_an_account(
    client: FlaskClient,
    provider: HostileProvider,
    services: Services,
    setting: str,
    claims: dict[str, object],
    role: str | None,
) -> None:
    registration(services, setting)
    answer = sign_in(client, provider, **claims)
    assert answer.status_code == (403 if role is None else 303)
    assert me(client).get("role") == role


def test_open_registration_asks_for_a_verified_address_of_its_domains(
    client: FlaskClient, provider: HostileProvider, services: Services
) -> None:
    services.live_settings.put("registration_domains", ["harbour.example"], by=SYSTEM)
    for claims in ({}, {"email": NOOR}, {"email": "noor@elsewhere.example", "email_verified": True}):
        assert sign_in(client, provider, **claims).status_code == 403
    assert sign_in(client, provider, email=NOOR, email_verified=True).status_code == 303


def test_the_provider_decides_about_the_role_at_every_sign_in(
    client: FlaskClient, provider: HostileProvider, services: Services
) -> None:
    for given, role in (
        (["ADMIN"], "ADMIN"),
        (["USER"], "USER"),
        (["MANAGER"], "MANAGER"),
        ([], "READONLY"),
        (["USER"], "USER"),
    ):
        assert sign_in(client, provider, roles=given).status_code == 303
        assert me(client)["role"] == role
    # A role that was given here stays, where the provider has never named one.
    assert sign_in(client, provider, sub="person-2").status_code == 303
    services.accounts.people.change(str(me(client)["id"]), AccountChange(role=Role.MANAGER), by=SYSTEM)
    assert sign_in(client, provider, sub="person-2").status_code == 303
    assert me(client)["role"] == "MANAGER"


def test_the_last_administrator_stays_one(client: FlaskClient, provider: HostileProvider, services: Services) -> None:
    sign_in(client, provider, roles=["ADMIN"])
    [other] = [each.user for each in services.accounts.people.page(words="mira", after=None, limit=9, by=SYSTEM)]
    services.accounts.people.remove(other.id, by=SYSTEM)
    assert sign_in(client, provider, roles=["USER"]).status_code == 303
    assert me(client)["role"] == "ADMIN"


def test_the_first_account_is_an_administrators(
    client: FlaskClient, provider: HostileProvider, services: Services
) -> None:
    [other] = [each.user for each in services.accounts.people.page(words="mira", after=None, limit=9, by=SYSTEM)]
    with services.platform.databases.durable.writing() as connection:
        users.remove(connection, other.id)
    assert sign_in(client, provider, roles=["USER"]).status_code == 403
    assert sign_in(client, provider).status_code == 403
    assert sign_in(client, provider, roles=["ADMIN"]).status_code == 303


def test_who_is_not_active_stays_out(client: FlaskClient, provider: HostileProvider, services: Services) -> None:
    sign_in(client, provider)
    services.accounts.people.change(str(me(client)["id"]), AccountChange(active=False), by=SYSTEM)
    assert (sign_in(client, provider).status_code, is_signed_in(client)) == (403, False)


def test_an_administrator_connects_and_separates(
    client: FlaskClient, app: Flask, provider: HostileProvider, noor: User
) -> None:
    admin = app.test_client()
    sign_in(admin, provider, sub="boss", roles=["ADMIN"])
    path = f"/api/users/{noor.id}/identities"
    made = admin.post(path, json={"subject": "person-1"})
    assert (made.status_code, made.get_json()["issuer"]) == (201, provider.issuer)
    assert admin.post(path, json={"subject": "person-1"}).status_code == 409
    assert sign_in(client, provider).status_code == 303
    assert me(client)["id"] == noor.id
    [listed] = admin.get(path).get_json()["identities"]
    assert listed["last_used_at"] is not None
    assert client.get(path).status_code == 403
    assert client.post(path, json={"subject": "mine"}).status_code == 403
    assert client.delete(f"{path}/{listed['id']}").status_code == 403
    assert admin.delete(f"{path}/{listed['id']}").status_code == 204
    assert admin.delete(f"{path}/{listed['id']}").status_code == 404
    client.post("/logout")
    assert sign_in(client, provider, email=NOOR).status_code == 403
