"""A device without a browser is let in by a person who has one: once, in ten minutes, and for no more than it asked."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from routes.accounts.device_api import GRANT
from services.accounts.device.tables import device_codes
from services.accounts.own_account import NewToken
from services.accounts.people import AccountChange
from services.accounts.store import users
from services.accounts.user import User
from services.actors.actor import SYSTEM, Role, Scope
from services.assembly import Services
from tests.accounts import as_actor


@pytest.fixture
def mira(services: Services) -> User:
    """Somebody with an account; it needs no password here."""
    user, _ = services.accounts.joining.invite(username="mira", email=None, role=Role.ADMIN, by=SYSTEM)
    with services.platform.databases.durable.writing() as connection:
        users.change(connection, user.id, {"activated_at": 1})
    return user


@pytest.fixture
def browser(app: Flask, services: Services, mira: User) -> FlaskClient:
    """A browser in which she is signed in."""
    with services.platform.databases.durable.writing() as connection:
        cookie = services.accounts.credentials.begin_session(connection, mira.id, address=None, device="a browser")
    client = app.test_client()
    client.set_cookie("reelgate", cookie)
    return client


@pytest.fixture
def begun(app: Flask, mira: User) -> dict[str, str]:
    """A device that waits."""
    said = {"client_id": "Living room", "scope": "videos:read"}
    answer = app.test_client().post("/api/auth/device", json=said)
    assert (answer.status_code, mira.active) == (200, True)
    found: dict[str, str] = answer.get_json()
    return found


def ask(app: Flask, device_code: str, /, **fields: str) -> TestResponse:
    """The device asks, as RFC 8628 has it."""
    return app.test_client().post(
        "/api/auth/device/token", data={"grant_type": GRANT, "device_code": device_code} | fields
    )


def change(services: Services, **values: int | None) -> None:
    """Let time pass for every device."""
    with services.platform.databases.durable.writing() as connection:
        connection.execute(device_codes.update().values(values))


def answered(browser: FlaskClient, action: str, code: str) -> int:
    return browser.post("/device", data={"user_code": code, "action": action}).status_code


def test_the_codes_are_what_the_device_can_show(begun: dict[str, object]) -> None:
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", str(begun["user_code"]))
    assert (begun["expires_in"], begun["interval"]) == (600, 5)
    assert begun["verification_uri"] == "http://localhost/device"
    assert begun["verification_uri_complete"] == f"http://localhost/device?user_code={begun['user_code']}"


def test_a_device_waits_is_approved_and_gets_its_tokens_once(
    app: Flask, services: Services, browser: FlaskClient, begun: dict[str, str], mira: User
) -> None:
    code = begun["device_code"]
    waits = ask(app, code)
    assert (waits.status_code, waits.mimetype, waits.get_json()["error"]) == (
        400,
        "application/json",
        "authorization_pending",
    )
    page = browser.get(f"/device?user_code={begun['user_code'].lower().replace('-', ' ')}").get_data(as_text=True)
    for known in ("Living room", "127.0.0.1", "see and play videos", "Werkzeug"):
        assert known in page, known
    assert answered(browser, "approve", begun["user_code"]) == 200
    assert ask(app, code).get_json()["error"] == "slow_down"
    change(services, asked_at=None)
    pair = ask(app, code)
    assert (pair.status_code, pair.headers["Cache-Control"]) == (200, "no-store")
    bearer = {"Authorization": f"Bearer {pair.get_json()['access_token']}"}
    assert app.test_client().get("/api/auth/user", headers=bearer).get_json()["id"] == mira.id
    # It may do what the page said, although its person may do more; so may what it is given next.
    assert app.test_client().get("/api/users", headers=bearer).status_code == 403
    said = {"refresh_token": pair.get_json()["refresh_token"]}
    following = app.test_client().post("/api/auth/refresh", json=said).get_json()
    bearer = {"Authorization": f"Bearer {following['access_token']}"}
    assert app.test_client().get("/api/videos", headers=bearer).status_code == 200
    assert app.test_client().get("/api/users", headers=bearer).status_code == 403
    change(services, asked_at=None)
    assert ask(app, code).get_json()["error"] == "invalid_grant"
    assert "Living room" in browser.get("/account").get_data(as_text=True)


def test_without_scopes_it_may_do_what_its_person_may(
    app: Flask, services: Services, browser: FlaskClient, mira: User
) -> None:
    begun = app.test_client().post("/api/auth/device", data={"client_id": "curl"}).get_json()
    page = browser.get(f"/device?user_code={begun['user_code']}").get_data(as_text=True)
    assert "all that you may do, as Administrator" in page
    assert answered(browser, "approve", begun["user_code"]) == 200
    bearer = {"Authorization": f"Bearer {ask(app, begun['device_code']).get_json()['access_token']}"}
    assert app.test_client().get("/api/users", headers=bearer).status_code == 200
    services.accounts.people.change(mira.id, AccountChange(unlock=True), by=SYSTEM)


def test_what_is_denied_is_told_so_once(
    app: Flask, services: Services, browser: FlaskClient, begun: dict[str, str]
) -> None:
    assert answered(browser, "deny", begun["user_code"]) == 200
    assert ask(app, begun["device_code"]).get_json()["error"] == "access_denied"
    change(services, asked_at=None)
    assert ask(app, begun["device_code"]).get_json()["error"] == "invalid_grant"


def test_after_ten_minutes_it_is_too_late(
    app: Flask, services: Services, browser: FlaskClient, begun: dict[str, str]
) -> None:
    change(services, expires_at=1)
    assert answered(browser, "approve", begun["user_code"]) == 404
    assert ask(app, begun["device_code"]).get_json()["error"] == "expired_token"


def test_who_asks_too_often_waits_longer_each_time(app: Flask, begun: dict[str, str]) -> None:
    said = [ask(app, begun["device_code"]) for _ in range(3)]
    assert [each.get_json()["error"] for each in said] == ["authorization_pending", "slow_down", "slow_down"]
    assert [each.headers["Retry-After"] for each in said] == ["5", "10", "15"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"device_code": "rgd_nothing"}, "invalid_grant"),
        ({"device_code": "x" * 300}, "invalid_request"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_named_as_oauth_names_it(
    app: Flask, mira: User, fields: dict[str, str], error: str
) -> None:
    answer = ask(app, "rgd_x", **fields)
    assert (answer.status_code, answer.get_json()["error"], mira.active) == (400, error, True)
    client = app.test_client()
    assert client.post("/api/auth/device/token", data={}).get_json()["error"] == "invalid_request"
    twice = f"grant_type={GRANT}&device_code=a&device_code=b"
    form = "application/x-www-form-urlencoded"
    answer = client.post("/api/auth/device/token", data=twice, content_type=form)
    assert answer.get_json()["error"] == "invalid_request"
    assert client.post("/api/auth/device", data={"scope": "everything"}).get_json()["error"] == "invalid_scope"
    # Who speaks JSON is told in our own way, with the same word in it.
    problem = client.post("/api/auth/device/token", json={"grant_type": GRANT, "device_code": "rgd_x"})
    assert (problem.mimetype, problem.get_json()["error"]) == ("application/problem+json", "invalid_grant")
    assert problem.get_json()["type"] == "/problems/device-code-unknown"


def test_codes_cannot_be_guessed(browser: FlaskClient, begun: dict[str, str]) -> None:
    said = [browser.get("/device?user_code=BBBB-BBBB").status_code for _ in range(6)]
    assert said == [404] * 5 + [423]
    assert answered(browser, "approve", begun["user_code"]) == 423


def test_two_answers_are_one(app: Flask, browser: FlaskClient, begun: dict[str, str]) -> None:
    assert answered(browser, "deny", begun["user_code"]) == 200
    assert answered(browser, "approve", begun["user_code"]) == 404
    assert ask(app, begun["device_code"]).get_json()["error"] == "access_denied"


def test_only_who_is_signed_in_on_a_page_lets_a_device_in(
    app: Flask, services: Services, browser: FlaskClient, begun: dict[str, str], mira: User
) -> None:
    nobody = app.test_client().get(f"/device?user_code={begun['user_code']}", headers={"Accept": "text/html"})
    assert (nobody.status_code, nobody.location) == (303, f"/login?next=%2Fdevice%3Fuser_code%3D{begun['user_code']}")
    wanted = NewToken(name="all", scopes=frozenset({Scope.ADMIN}), expires_at=None)
    _, text = services.accounts.own.new_token(mira, wanted, by=as_actor(mira))
    fields = {"user_code": begun["user_code"], "action": "approve"}
    program = app.test_client()
    assert program.post("/device", data=fields, headers={"Authorization": f"Bearer {text}"}).status_code == 403
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/device", data=fields, headers=foreign).status_code in {401, 403}
    assert ask(app, begun["device_code"]).get_json()["error"] == "authorization_pending"


def test_who_is_not_active_any_more_has_let_nothing_in(
    app: Flask, services: Services, browser: FlaskClient, begun: dict[str, str], mira: User
) -> None:
    other, _ = services.accounts.joining.invite(username="noor", email=None, role=Role.ADMIN, by=SYSTEM)
    with services.platform.databases.durable.writing() as connection:
        users.change(connection, other.id, {"activated_at": 1})
    assert answered(browser, "approve", begun["user_code"]) == 200
    services.accounts.people.change(mira.id, AccountChange(active=False), by=SYSTEM)
    assert ask(app, begun["device_code"]).get_json()["error"] == "access_denied"


def test_one_address_has_few_devices_waiting(app: Flask, mira: User) -> None:
    said = [app.test_client().post("/api/auth/device", data={}).status_code for _ in range(21)]
    assert said == [200] * 20 + [429]
    assert mira.active
