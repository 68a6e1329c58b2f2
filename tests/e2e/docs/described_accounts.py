"""Accounts, live settings and the audit, held to their description on a real server."""

from typing import Any

import requests

from routes.accounts.device_api import GRANT
from tests.accounts import PASSWORD, code_now
from tests.authenticators import Authenticator
from tests.described_answers import Described
from tests.server import Server

_ADMIN, _MIRA = "root@harbour.example", "mira@harbour.example"
_ANOTHER = "another long password"
_UNKNOWN = "0" * 32


def meet_accounts(server: Server) -> Described:
    """Meet what is said of accounts; returns an administrator's client."""
    named = ("--email", _ADMIN, "--username", "root", "--password-stdin")
    server.flask("accounts", "create-admin", *named, given=f"{PASSWORD}\n")
    # Passkeys need a name.
    url = f"http://localhost:{server.port}"
    said = {"username": "root", "password": PASSWORD}
    pair = requests.post(f"{url}/api/auth/login", json=said, timeout=30).json()
    admin = Described(url, token=pair["access_token"])
    nobody = admin.of("")
    person = _registration(admin, nobody)
    _signing_in(nobody)
    _preferences_and_tokens(_signed_in(nobody))
    _factors(_signed_in(nobody), nobody)
    _device(nobody)
    _passwords(admin, nobody, person)
    _sessions(nobody)
    _people(admin, person)
    return admin


def meet_settings(admin: Described) -> None:
    """Meet what is said of live settings."""
    tries, unknown = {"key": "lockout_tries"}, {"key": "nothing"}
    admin.ask("GET /api/settings", 200)
    admin.ask("PUT /api/settings/{key}", 200, names=tries, json={"value": 3})
    admin.ask("PUT /api/settings/{key}", 400, names=tries, json={"value": "many"})
    admin.ask("PUT /api/settings/{key}", 404, names=unknown, json={"value": 3})
    admin.ask("PUT /api/settings/{key}", 415, names=tries, data="3")
    admin.ask("GET /api/settings/{key}", 200, names=tries)
    admin.ask("GET /api/settings/{key}", 404, names=unknown)
    admin.ask("DELETE /api/settings/{key}", 204, names=tries)
    admin.ask("DELETE /api/settings/{key}", 404, names=unknown)


def meet_audit(admin: Described) -> None:
    """Meet what is said of the audit."""
    admin.ask("GET /api/audit", 200, query="?limit=5")
    admin.ask("GET /api/audit", 200, query="?format=jsonl&action=user.*")
    admin.ask("GET /api/audit", 400, query="?outcome=perhaps")
    admin.of("").ask("GET /api/audit", 401)
    admin.of("").ask("GET /api/storage", 401)


def _registration(admin: Described, nobody: Described) -> dict[str, str]:
    said = {"username": "mira", "email": _MIRA, "password": PASSWORD}
    nobody.ask("POST /api/auth/register", 403, json=said)
    requests.put(
        f"{admin.url}/api/settings/registration", json={"value": "open"}, headers=admin.as_me, timeout=30
    ).raise_for_status()
    user = nobody.ask("POST /api/auth/register", 201, json=said).json()
    nobody.ask("POST /api/auth/register", 409, json=said)
    nobody.ask("POST /api/auth/register", 400, json=said | {"password": "short"})
    return {"user_id": user["id"]}


def _signed_in(nobody: Described, **said: str) -> Described:
    """Mira, by a new sign-in."""
    wanted = {"username": "mira", "password": PASSWORD} | said
    return nobody.of(nobody.ask("POST /api/auth/login", 200, json=wanted).json()["access_token"])


def _signing_in(nobody: Described) -> None:
    wanted = {"username": "mira", "password": PASSWORD}
    nobody.ask("POST /api/auth/login", 401, json=wanted | {"password": "a wrong one"})
    nobody.ask("POST /api/auth/login", 400, json={"password": PASSWORD})
    nobody.ask("POST /api/auth/login", 415, data="x")
    first = nobody.ask("POST /api/auth/login", 200, json=wanted).json()["refresh_token"]
    second = nobody.ask("POST /api/auth/refresh", 200, json={"refresh_token": first}).json()["refresh_token"]
    nobody.ask("POST /api/auth/logout", 204, json={"refresh_token": second})
    nobody.ask("POST /api/auth/logout", 400, json={"token": second})
    nobody.ask("POST /api/auth/refresh", 401, json={"refresh_token": second})
    nobody.ask("POST /api/auth/refresh", 400, json={})


def _preferences_and_tokens(mira: Described) -> None:
    mira.ask("GET /api/auth/user", 200)
    mira.ask("PATCH /api/auth/user", 200, json={"preferences": {"theme": "dark"}})
    mira.ask("PATCH /api/auth/user", 400, json={"preferences": {"theme": "pink"}})
    made = mira.ask("POST /api/auth/tokens", 201, json={"name": "backup", "scopes": ["videos:read"]}).json()
    mira.ask("POST /api/auth/tokens", 400, json={"name": "backup", "scopes": ["everything"]})
    mira.ask("GET /api/auth/tokens", 200)
    # A token is no proof that somebody has just signed in.
    mira.of(made["token"]).ask("POST /api/auth/tokens", 403, json={"name": "more", "scopes": ["videos:read"]})
    mira.ask("DELETE /api/auth/tokens/{token_id}", 204, names={"token_id": made["id"]})
    mira.ask("DELETE /api/auth/tokens/{token_id}", 404, names={"token_id": _UNKNOWN})


def _factors(mira: Described, nobody: Described) -> None:
    mira.ask("POST /api/auth/confirm", 204, json={"password": PASSWORD})
    mira.ask("POST /api/auth/confirm", 401, json={"password": "a wrong one"})
    mira.ask("POST /api/auth/recovery", 400)
    secret = mira.ask("POST /api/auth/totp", 201).json()["secret"]
    mira.ask("POST /api/auth/totp/confirm", 400, json={})
    mira.ask("POST /api/auth/totp/confirm", 200, json={"code": code_now(secret)})
    mira.ask("POST /api/auth/totp", 409)
    mira.ask("GET /api/auth/recovery", 200)
    mira.ask("POST /api/auth/recovery", 201)
    nobody.ask("POST /api/auth/login", 401, json={"username": "mira", "password": PASSWORD})
    _passkeys(mira, nobody)
    mira.ask("DELETE /api/auth/totp", 401, json={"password": "a wrong one"})
    mira.ask("DELETE /api/auth/totp", 204, json={"password": PASSWORD})
    mira.ask("DELETE /api/auth/totp", 404, json={"password": PASSWORD})


def _passkeys(mira: Described, nobody: Described) -> None:
    device = Authenticator(host="localhost", origin=nobody.url)
    options = mira.ask("POST /api/auth/passkeys/options", 200).json()
    wanted: dict[str, Any] = {"name": "phone", "credential": device.create_json(options)}
    passkey = {"passkey_id": mira.ask("POST /api/auth/passkeys", 201, json=wanted).json()["id"]}
    mira.ask("POST /api/auth/passkeys", 401, json=wanted)
    mira.ask("GET /api/auth/passkeys", 200)
    begin, sign_in = "POST /api/auth/passkeys/sign-in/options", "POST /api/auth/passkeys/sign-in"
    answer = device.get_json(nobody.ask(begin, 200, json={}).json())
    nobody.ask(begin, 400, json={"step": 1})
    nobody.ask(sign_in, 200, json={"credential": answer})
    nobody.ask(sign_in, 401, json={"credential": answer})
    mira.ask("PATCH /api/auth/passkeys/{passkey_id}", 200, names=passkey, json={"name": "old phone"})
    mira.ask("PATCH /api/auth/passkeys/{passkey_id}", 404, names={"passkey_id": _UNKNOWN}, json={"name": "x"})
    mira.ask("DELETE /api/auth/passkeys/{passkey_id}", 204, names=passkey)
    mira.ask("DELETE /api/auth/passkeys/{passkey_id}", 404, names=passkey)


def _device(nobody: Described) -> None:
    begin, take = "POST /api/auth/device", "POST /api/auth/device/token"
    said = {"client_id": "Living room", "scope": "videos:read"}
    waiting, begun = (nobody.ask(begin, 200, json=said).json() for _ in range(2))
    nobody.ask(begin, 400, json={"scope": "everything"})
    nobody.ask(take, 400, json={"grant_type": GRANT, "device_code": waiting["device_code"]})
    with requests.Session() as browser:
        person = {"username": "mira", "password": PASSWORD}
        browser.post(f"{nobody.url}/login", data=person, timeout=30).raise_for_status()
        approval = {"user_code": begun["user_code"], "action": "approve"}
        browser.post(f"{nobody.url}/device", data=approval, timeout=30).raise_for_status()
    nobody.ask(take, 200, json={"grant_type": GRANT, "device_code": begun["device_code"]})


def _passwords(admin: Described, nobody: Described, person: dict[str, str]) -> None:
    mira = _signed_in(nobody)
    mira.ask("POST /api/auth/password", 401, json={"old": "a wrong one", "new": _ANOTHER})
    mira.ask("POST /api/auth/password", 400, json={"old": PASSWORD, "new": "short"})
    mira.ask("POST /api/auth/password", 204, json={"old": PASSWORD, "new": _ANOTHER})
    token = admin.ask("POST /api/users/{user_id}/reset", 201, names=person).json()["token"]
    admin.ask("POST /api/users/{user_id}/reset", 404, names={"user_id": _UNKNOWN})
    nobody.ask("POST /api/auth/password/reset", 204, json={"token": token, "new": PASSWORD})
    nobody.ask("POST /api/auth/password/reset", 400, json={"token": token, "new": PASSWORD})
    # Last, as its letter's address takes the place of those before.
    nobody.ask("POST /api/auth/password/forgotten", 202, json={"email": _MIRA})
    nobody.ask("POST /api/auth/password/forgotten", 400, json={})


def _sessions(nobody: Described) -> None:
    one, other = _signed_in(nobody), _signed_in(nobody)
    known = one.ask("GET /api/auth/sessions", 200).json()["sessions"]
    gone = {"session_id": next(each["id"] for each in known if not each["current"])}
    one.ask("DELETE /api/auth/sessions/{session_id}", 204, names=gone)
    one.ask("DELETE /api/auth/sessions/{session_id}", 404, names={"session_id": _UNKNOWN})
    one.ask("DELETE /api/auth/sessions", 204)
    one.ask("GET /api/auth/sessions", 401)
    other.ask("DELETE /api/auth/sessions", 401)


def _people(admin: Described, person: dict[str, str]) -> None:
    unknown = {"user_id": _UNKNOWN}
    found = admin.ask("GET /api/users", 200, query="?q=root").json()["users"]
    admin.ask("GET /api/users", 400, query="?limit=0")
    root = {"user_id": found[0]["id"]}
    admin.ask("POST /api/users", 201, json={"email": "noor@harbour.example", "role": "USER"})
    admin.ask("POST /api/users", 409, json={"email": _MIRA})
    admin.ask("POST /api/users", 400, json={"role": "KING"})
    admin.ask("GET /api/users/{user_id}", 200, names=person)
    admin.ask("GET /api/users/{user_id}", 404, names=unknown)
    admin.ask("PATCH /api/users/{user_id}", 200, names=person, json={"role": "MANAGER"})
    admin.ask("PATCH /api/users/{user_id}", 400, names=person, json={"role": "KING"})
    admin.ask("PATCH /api/users/{user_id}", 404, names=unknown, json={"role": "MANAGER"})
    admin.ask("PATCH /api/users/{user_id}", 409, names=root, json={"role": "USER"})
    _identities(admin, person, root)
    admin.ask("POST /api/users/{user_id}/sign-out", 204, names=person)
    admin.ask("POST /api/users/{user_id}/sign-out", 404, names=unknown)
    admin.ask("DELETE /api/users/{user_id}", 204, names=person)
    admin.ask("DELETE /api/users/{user_id}", 404, names=unknown)
    admin.ask("DELETE /api/users/{user_id}", 409, names=root)


def _identities(admin: Described, person: dict[str, str], other: dict[str, str]) -> None:
    all_of, one = "/api/users/{user_id}/identities", "DELETE /api/users/{user_id}/identities/{identity_id}"
    linked = admin.ask(f"POST {all_of}", 201, names=person, json={"subject": "5f0c9d1e"}).json()
    admin.ask(f"POST {all_of}", 409, names=other, json={"subject": "5f0c9d1e"})
    admin.ask(f"POST {all_of}", 400, names=other, json={"subject": ""})
    admin.ask(f"GET {all_of}", 200, names=person)
    admin.ask(f"GET {all_of}", 404, names={"user_id": _UNKNOWN})
    admin.ask(one, 204, names=person | {"identity_id": linked["id"]})
    admin.ask(one, 404, names=person | {"identity_id": linked["id"]})
