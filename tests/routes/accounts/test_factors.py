"""Second factors over HTTP and by forms: set up, asked for, confirmed, demanded."""

import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from routes.accounts.demand import _NEEDED
from services.accounts.joining import NewAccount
from services.actors.actor import SYSTEM
from services.assembly import Services
from tests.accounts import PASSWORD, code_now
from tests.ageing import age_codes, age_sessions
from tests.authenticators import Authenticator

ORIGIN = "http://localhost"


@pytest.fixture
def mira(services: Services) -> str:
    wanted = NewAccount(username="mira", email=None, password=PASSWORD)
    return services.accounts.joining.register(wanted, by=SYSTEM).id


@pytest.fixture
def signed_in(client: FlaskClient, mira: str) -> FlaskClient:
    assert client.post("/login", data={"username": "mira", "password": PASSWORD}).status_code == 303
    assert mira
    return client


def with_app(client: FlaskClient, services: Services) -> tuple[str, list[str]]:
    """The secret of a new authenticator app, and the recovery codes."""
    secret: str = client.post("/api/auth/totp").get_json()["secret"]
    answer = client.post("/api/auth/totp/confirm", json={"code": code_now(secret)})
    age_codes(services)
    assert answer.status_code == 200, answer.get_json()
    return secret, answer.get_json()["recovery_codes"]


def with_passkey(client: FlaskClient) -> Authenticator:
    device = Authenticator(host="localhost", origin=ORIGIN)
    made = device.create_json(client.post("/api/auth/passkeys/options").get_json())
    answer = client.post("/api/auth/passkeys", json={"name": "phone", "credential": made})
    assert answer.status_code == 201, answer.get_json()
    return device


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page.get_data(as_text=True))
    assert found is not None
    return html.unescape(found[1])


def slug(answer: TestResponse) -> tuple[int, str]:
    problem: dict[str, Any] = answer.get_json()
    return answer.status_code, problem["type"].removeprefix("/problems/")


def test_an_app_is_set_up_and_asked_for(app: Flask, signed_in: FlaskClient) -> None:
    proposed = signed_in.post("/api/auth/totp")
    assert proposed.status_code == 201
    assert proposed.headers["Cache-Control"] == "no-store"
    said = proposed.get_json()
    assert said["uri"].startswith("otpauth://totp/")
    assert said["qr_svg"].startswith("<svg")
    assert slug(signed_in.post("/api/auth/totp/confirm", json={"code": "nonsense"})) == (401, "second-factor-wrong")
    used = code_now(said["secret"])
    answer = signed_in.post("/api/auth/totp/confirm", json={"code": used})
    assert len(answer.get_json()["recovery_codes"]) == 10
    assert signed_in.get("/api/auth/user").get_json()["two_factor"] is True
    assert slug(signed_in.post("/api/auth/totp")) == (409, "factor-exists")

    login = {"username": "mira", "password": PASSWORD}
    other = app.test_client()
    assert slug(other.post("/api/auth/login", json=login)) == (401, "second-factor-required")
    assert slug(other.post("/api/auth/login", json=login | {"code": used})) == (401, "second-factor-wrong")
    following = code_now(said["secret"], steps=1)
    assert other.post("/api/auth/login", json=login | {"code": following}).status_code == 200
    assert slug(other.post("/api/auth/login", json=login | {"code": following})) == (401, "second-factor-wrong")


def test_the_page_asks_in_a_second_step_and_leads_where_somebody_wanted_to_go(
    app: Flask, signed_in: FlaskClient, services: Services
) -> None:
    _, recovery = with_app(signed_in, services)
    other = app.test_client()
    first = {"username": "mira", "password": PASSWORD, "next": "/trash?cursor=x", "remember": "on"}
    page = other.post("/login", data=first)
    assert page.status_code == 401
    assert PASSWORD not in page.get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("next", "step", "remember")}
    wrong = other.post("/login", data=fields | {"code": "nonsense"})
    assert wrong.status_code == 401
    assert hidden(wrong, "step") == fields["step"]
    assert hidden(wrong, "next") == "/trash?cursor=x"
    answer = other.post("/login", data=fields | {"code": recovery[0]})
    assert (answer.status_code, answer.location) == (303, "/trash?cursor=x")
    assert "Expires=" in answer.headers["Set-Cookie"]
    assert signed_in.get("/api/auth/recovery").get_json() == {"left": 9}
    assert signed_in.post("/api/auth/recovery").status_code == 201
    assert signed_in.get("/api/auth/recovery").get_json() == {"left": 10}


def test_a_locked_page_takes_password_and_code_together(app: Flask, signed_in: FlaskClient, services: Services) -> None:
    secret, _ = with_app(signed_in, services)
    other = app.test_client()
    for _ in range(6):
        page = other.post("/login", data={"username": "mira", "password": "a wrong one"})
    assert page.status_code == 423
    assert 'name="code"' in page.get_data(as_text=True)
    both = {"username": "mira", "password": PASSWORD, "code": code_now(secret)}
    assert other.post("/login", data=both).status_code == 303


def test_removing_the_app_asks_for_the_password_or_a_code(signed_in: FlaskClient, services: Services) -> None:
    secret, _ = with_app(signed_in, services)
    assert slug(signed_in.delete("/api/auth/totp", json={})) == (403, "fresh-sign-in-needed")
    assert slug(signed_in.delete("/api/auth/totp", json={"password": "wrong one"})) == (401, "sign-in-failed")
    assert slug(signed_in.delete("/api/auth/totp", json={"code": "nonsense"})) == (401, "second-factor-wrong")
    assert signed_in.delete("/api/auth/totp", json={"code": code_now(secret)}).status_code == 204
    assert signed_in.get("/api/auth/user").get_json()["two_factor"] is False
    assert slug(signed_in.delete("/api/auth/totp", json={"password": PASSWORD})) == (404, "not-found")


def test_passkeys_are_kept_named_asked_and_removed(app: Flask, signed_in: FlaskClient) -> None:
    device = with_passkey(signed_in)
    [listed] = signed_in.get("/api/auth/passkeys").get_json()["passkeys"]
    assert (listed["name"], listed["host"], listed["last_used_at"]) == ("phone", "localhost", None)
    other = app.test_client()
    options = other.post("/api/auth/passkeys/sign-in/options", json={}).get_json()
    credential = device.get_json(options)
    pair = other.post("/api/auth/passkeys/sign-in", json={"credential": credential}).get_json()
    bearer = {"Authorization": f"Bearer {pair['access_token']}"}
    assert other.get("/api/auth/user", headers=bearer).get_json()["username"] == "mira"
    again = other.post("/api/auth/passkeys/sign-in", json={"credential": credential})
    assert slug(again) == (401, "passkey-refused")
    renamed = signed_in.patch(f"/api/auth/passkeys/{listed['id']}", json={"name": "old phone"})
    assert renamed.get_json()["name"] == "old phone"
    assert signed_in.delete(f"/api/auth/passkeys/{listed['id']}").status_code == 204
    assert slug(signed_in.delete(f"/api/auth/passkeys/{listed['id']}")) == (404, "not-found")


@pytest.mark.parametrize("wrong", ["{}", "x", "[]", '{"id": 1}', "{" * 5000])
def test_a_field_that_is_no_answer_of_a_passkey_is_told_on_the_page(client: FlaskClient, mira: str, wrong: str) -> None:
    answer = client.post("/login", data={"passkey": wrong})
    assert answer.status_code == 401
    assert mira


def test_a_passkey_signs_in_by_the_page(app: Flask, signed_in: FlaskClient) -> None:
    device, other = with_passkey(signed_in), app.test_client()

    options = other.post("/api/auth/passkeys/sign-in/options", json={}).get_json()
    answer = other.post("/login", data={"passkey": json.dumps(device.get_json(options)), "next": "/trash"})
    assert (answer.status_code, answer.location) == (303, "/trash")
    third = app.test_client()
    page = third.post("/login", data={"username": "mira", "password": PASSWORD})
    step = hidden(page, "step")
    options = third.post("/api/auth/passkeys/sign-in/options", json={"step": step}).get_json()
    assert len(options["allowCredentials"]) == 1
    answer = third.post("/login", data={"passkey": json.dumps(device.get_json(options)), "step": step})
    assert answer.status_code == 303


def test_a_site_without_a_name_has_no_passkeys(client: FlaskClient, mira: str) -> None:
    answer = client.post("/api/auth/passkeys/sign-in/options", json={}, base_url="http://127.0.0.1")
    assert slug(answer) == (400, "invalid-factor")
    assert mira


CHANGES = [
    ("POST", "/api/auth/totp", None),
    ("POST", "/api/auth/totp/confirm", {"code": "123456"}),
    ("POST", "/api/auth/recovery", None),
    ("POST", "/api/auth/passkeys/options", None),
    ("DELETE", "/api/auth/passkeys/3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f", None),
    ("POST", "/api/auth/tokens", {"name": "backup", "scopes": ["videos:read"]}),
    ("DELETE", "/api/auth/tokens/x", None),
]


def test_an_old_sign_in_changes_nothing_until_it_is_confirmed(signed_in: FlaskClient, services: Services) -> None:
    age_sessions(services, minutes=11)
    for method, path, body in CHANGES:
        assert slug(signed_in.open(path, method=method, json=body)) == (403, "fresh-sign-in-needed"), path
    moved = signed_in.post("/account/factors", data={"action": "new-app"})
    assert (moved.status_code, moved.location) == (303, "/account/confirm?next=/account/factors?next%3D/")
    moved = signed_in.post("/account", data={"action": "new-token", "name": "x", "scope": "videos:read"})
    assert (moved.status_code, moved.location) == (303, "/account/confirm?next=/account")
    before = signed_in.get_cookie("reelgate")
    assert slug(signed_in.post("/api/auth/confirm", json={"password": "a wrong one"})) == (401, "sign-in-failed")
    assert signed_in.post("/api/auth/confirm", json={"password": PASSWORD}).status_code == 204
    after = signed_in.get_cookie("reelgate")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert signed_in.post("/api/auth/totp").status_code == 201


def test_a_personal_token_makes_neither_factors_nor_tokens(signed_in: FlaskClient, app: Flask) -> None:
    made = signed_in.post("/api/auth/tokens", json={"name": "all", "scopes": ["admin"]}).get_json()
    bearer = {"Authorization": f"Bearer {made['token']}"}
    for method, path, body in CHANGES:
        answer = app.test_client().open(path, method=method, json=body, headers=bearer)
        assert slug(answer) == (403, "fresh-sign-in-needed"), path


def test_the_confirmation_page_leads_on_and_tells_what_is_wrong(signed_in: FlaskClient, services: Services) -> None:
    age_sessions(services, minutes=11)
    assert signed_in.get("/account/confirm?next=/account").status_code == 200
    assert signed_in.post("/account/confirm", data={"password": "a wrong one"}).status_code == 401
    assert signed_in.post("/account/confirm", data={}).status_code == 403
    answer = signed_in.post("/account/confirm", data={"password": PASSWORD, "next": "//evil.example"})
    assert (answer.status_code, answer.location) == (303, "/")


def test_forms_set_an_app_up_without_scripts(signed_in: FlaskClient) -> None:
    before = signed_in.get_cookie("reelgate")
    assert signed_in.post("/account/factors", data={"action": "new-app"}).status_code == 303
    page = signed_in.get("/account/factors").get_data(as_text=True)
    secret = re.search('<code class="secret">([A-Z2-7]+)</code>', page)
    assert secret is not None
    assert "<svg" in page
    wrong = signed_in.post("/account/factors", data={"action": "confirm-app", "code": "nonsense"})
    assert wrong.status_code == 401
    done = signed_in.post("/account/factors", data={"action": "confirm-app", "code": code_now(secret[1])})
    assert done.status_code == 200
    assert len(re.findall("<li><code>([A-Z2-7-]{19})</code>", done.get_data(as_text=True))) == 10
    after = signed_in.get_cookie("reelgate")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert secret[1] not in signed_in.get("/account").get_data(as_text=True)
    assert signed_in.post("/account/factors", data={"action": "new-recovery"}).status_code == 200
    assert signed_in.post("/account/factors", data={"action": "remove-app"}).status_code == 303
    assert signed_in.post("/account/factors", data={"action": "burn"}).status_code == 400


def test_who_must_have_a_second_factor_does_nothing_before_it_is_set_up(
    signed_in: FlaskClient, services: Services
) -> None:
    services.live_settings.put("two_factor_roles", ["ADMIN"], by=SYSTEM)
    for path in ("/api/videos", "/api/users", "/api/auth/tokens", "/api/settings"):
        assert slug(signed_in.get(path)) == (403, "second-factor-demanded"), path
    moved = signed_in.get("/trash?cursor=x", headers={"Accept": "text/html"})
    assert (moved.status_code, moved.location) == (303, "/account/factors?next=%2Ftrash%3Fcursor%3Dx")
    assert signed_in.get("/api/auth/user").status_code == 200
    page = signed_in.get(moved.location)
    assert page.status_code == 200
    assert hidden(page, "next") == "/trash?cursor=x"
    with_app(signed_in, services)
    assert signed_in.get("/api/videos").status_code == 200


def test_what_setting_up_needs_is_there(app: Flask) -> None:
    assert set(app.view_functions) >= _NEEDED


def test_an_administrator_removes_the_factors_of_others(signed_in: FlaskClient, mira: str, services: Services) -> None:
    with_app(signed_in, services)
    assert slug(signed_in.patch(f"/api/users/{mira}", json={"two_factor": True})) == (400, "invalid-account")
    changed = signed_in.patch(f"/api/users/{mira}", json={"two_factor": False}).get_json()
    assert changed["two_factor"] is False
