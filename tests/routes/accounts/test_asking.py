"""Who a request is from: a desk, a session, a token; and never a foreign page by what browsers add by themselves."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from routes.accounts.next_page import inside
from services.accounts.joining import NewAccount
from services.accounts.people import AccountChange
from services.actors.actor import SYSTEM
from services.assembly import Services
from tests.accounts import PASSWORD
from tests.server import eventually
from tests.videos import mp4

FORWARDED = [{"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"}, {"Via": "1.1 proxy"}]
FOREIGN = [{"Origin": "https://friend.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]


def sign_in(client: FlaskClient, **fields: str) -> int:
    said = {"username": "mira", "password": PASSWORD} | fields
    return client.post("/login", data=said).status_code


@pytest.fixture
def mira(services: Services) -> str:
    wanted = NewAccount(username="mira", email=None, password=PASSWORD)
    return services.accounts.joining.register(wanted, by=SYSTEM).id


def test_a_desk_without_accounts_lets_its_user_in(client: FlaskClient) -> None:
    assert client.get("/api/auth/user").get_json()["role"] == "ADMIN"
    page = client.get("/account").get_data(as_text=True)
    assert "Make the first account" in page


def test_where_no_database_could_be_made_yet_the_desk_goes_on_uploading(client: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "reelgate.sqlite3"
    file.rename(tmp_path / "later")
    for content in (None, b""):
        if content is not None:
            file.write_bytes(content)
        answer = client.put("/api/upload/film.mp4", data=mp4(3000))
        assert answer.status_code == 201
        video = answer.get_json()["links"]["self"]
        assert client.get(video).status_code == 200
        assert client.get(f"{video}/content").data == mp4(3000)
    # Of one that cannot be read, nobody knows whom it lets in; that there was none is believed for a moment.
    file.write_bytes(b"no database" * 1000)
    eventually(lambda: client.get(video).status_code == 503)
    (tmp_path / "later").replace(file)
    said = {"username": "mira", "password": PASSWORD}
    assert client.post("/api/auth/register", json=said).status_code == 201
    assert client.get("/api/auth/user").status_code == 401


@pytest.mark.parametrize("headers", [*FORWARDED, *FOREIGN, {"Host": "192.0.2.1"}], ids=str)
def test_nobody_else_is_taken_for_the_desk(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/api/auth/user", headers=headers).status_code in {400, 401}


def test_with_the_first_account_everybody_is_asked(app: Flask, client: FlaskClient) -> None:
    said = {"username": "mira", "password": PASSWORD}
    assert client.post("/api/auth/register", json=said).status_code == 201
    assert client.get("/api/auth/user").status_code == 401
    page = app.test_client().get("/trash?cursor=x", headers={"Accept": "text/html"})
    assert (page.status_code, page.location) == (303, "/login?next=%2Ftrash%3Fcursor%3Dx")


def test_signing_in_leads_back_to_the_page_and_out_again(client: FlaskClient, mira: str) -> None:
    assert client.post("/login", data={"username": "mira", "password": "wrong password"}).status_code == 401
    answer = client.post("/login", data={"username": "mira", "password": PASSWORD, "next": "/trash"})
    assert (answer.status_code, answer.location) == (303, "/trash")
    cookie = answer.headers["Set-Cookie"]
    assert re.match(r"reelgate=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax$", cookie)
    assert client.get("/api/auth/user").get_json()["id"] == mira
    assert client.post("/logout").status_code == 303
    assert client.get("/api/auth/user").status_code == 401
    # The cookie of before is worth nothing any more.
    client.set_cookie("reelgate", cookie.split(";")[0].partition("=")[2])
    assert client.get("/api/auth/user").status_code == 401


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_foreign_page_does_not_have_the_cookie(client: FlaskClient, mira: str, headers: dict[str, str]) -> None:
    assert sign_in(client) == 303
    assert client.get("/api/auth/user", headers=headers).status_code == 401
    follows = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/account", headers=follows).status_code == 200
    assert mira


def test_over_https_the_cookie_is_for_this_host_alone(client: FlaskClient, mira: str) -> None:
    answer = client.post("/login", data={"username": "mira", "password": PASSWORD}, base_url="https://localhost")
    assert re.match(r"__Host-reelgate=[\w-]+; Secure; HttpOnly; Path=/; SameSite=Lax$", answer.headers["Set-Cookie"])
    assert client.get("/api/auth/user", base_url="https://localhost").get_json()["id"] == mira


def test_signing_in_over_plain_http_from_elsewhere_is_refused(client: FlaskClient, mira: str) -> None:
    said = {"username": "mira", "password": PASSWORD}
    away = {"REMOTE_ADDR": "192.0.2.1"}
    answer = client.post("/api/auth/login", json=said, environ_overrides=away)
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/https-needed")
    assert mira


def test_tokens_are_refreshed_and_revoked(client: FlaskClient, mira: str) -> None:
    pair = client.post("/api/auth/login", json={"email": "MIRA", "password": PASSWORD}).get_json()
    assert (pair["expires_in"], pair["token_type"]) == (900, "Bearer")
    following = client.post("/api/auth/refresh", json={"refresh_token": pair["refresh_token"]}).get_json()
    bearer = {"Authorization": f"Bearer {following['access_token']}"}
    assert client.get("/api/auth/user", headers=bearer).get_json()["id"] == mira
    said = {"refresh_token": following["refresh_token"]}
    assert client.post("/api/auth/logout", json=said).status_code == 204
    assert client.get("/api/auth/user", headers=bearer).status_code == 401
    assert client.post("/api/auth/refresh", json=said).status_code == 401


@pytest.mark.parametrize("told", [True, False], ids=["with a length", "in chunks"])
def test_signing_out_takes_a_refresh_token_however_its_length_is_told(
    client: FlaskClient, mira: str, *, told: bool
) -> None:
    pair = client.post("/api/auth/login", json={"username": "mira", "password": PASSWORD}).get_json()
    said = json.dumps({"refresh_token": pair["refresh_token"]}).encode()
    length = {"CONTENT_LENGTH": str(len(said))} if told else {"HTTP_TRANSFER_ENCODING": "chunked"}
    environ = {"wsgi.input": BytesIO(said), "wsgi.input_terminated": not told, "CONTENT_TYPE": "application/json"}
    assert client.post("/api/auth/logout", environ_overrides=environ | length).status_code == 204
    bearer = {"Authorization": f"Bearer {pair['access_token']}"}
    assert client.get("/api/auth/user", headers=bearer).status_code == 401
    assert mira


def test_too_many_tries_are_423_with_the_seconds_to_wait(client: FlaskClient, mira: str) -> None:
    for name in ("mira", "nobody-has-this"):
        answers = [client.post("/api/auth/login", json={"username": name, "password": "wrong one"}) for _ in range(6)]
        assert [each.status_code for each in answers] == [401] * 5 + [423]
        assert int(answers[-1].headers["Retry-After"]) == answers[-1].get_json()["retry_after"] > 0
    assert mira


def test_a_part_of_the_site_that_is_not_theirs_is_refused(client: FlaskClient, services: Services, mira: str) -> None:
    services.accounts.people.change(mira, AccountChange(authorized_modules=("library",)), by=SYSTEM)
    assert sign_in(client) == 303
    assert client.get("/api/videos").status_code == 200
    assert client.post("/api/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "1"}).status_code == 403
    assert client.get("/account").status_code == 200


def test_a_visitor_of_the_desk_keeps_preferences_in_a_cookie(client: FlaskClient) -> None:
    answer = client.patch("/api/auth/user", json={"preferences": {"theme": "dark", "visual_density": 5}})
    assert answer.status_code == 200
    assert client.get("/api/auth/user").get_json()["preferences"]["theme"] == "dark"
    for wrong in ({"theme": "pink"}, {"visual_density": 6}, {"visual_density": True}, {"nothing": 1}):
        assert client.patch("/api/auth/user", json={"preferences": wrong}).status_code == 400, wrong


def test_a_cookie_keeps_what_another_version_has_put_into_it(client: FlaskClient) -> None:
    client.set_cookie("reelgate-preferences", '{"moon":true,"theme":"dark"}')
    client.patch("/api/auth/user", json={"preferences": {"visual_density": 5}})
    cookie = client.get_cookie("reelgate-preferences")
    assert cookie is not None
    assert json.loads(cookie.decoded_value) == {"moon": True, "theme": "dark", "visual_density": 5}


@pytest.mark.parametrize(
    "address",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"),
        *("evil.example", "", "/" + "x" * 3000, " /trash", "/\n", "\\\\evil.example", "/%0a\x00"),
    ],
)
def test_after_signing_in_nobody_is_led_elsewhere(client: FlaskClient, mira: str, address: str) -> None:
    assert inside(address) == "/"
    answer = client.post("/login", data={"username": "mira", "password": PASSWORD, "next": address})
    assert answer.location == "/"
    assert mira


def test_where_no_provider_is_set_nobody_signs_in_by_one(client: FlaskClient, mira: str) -> None:
    assert "/auth/oidc/" not in client.get("/login").get_data(as_text=True)
    for path in ("login", "callback?code=x&state=y", "confirm", "logout"):
        assert client.get(f"/auth/oidc/{path}").status_code == 404, path
    assert mira


def test_where_no_mail_server_is_set_that_is_said_whoever_asks(client: FlaskClient, mira: str) -> None:
    for address in ("mira@harbour.example", "nobody@harbour.example"):
        assert client.post("/api/auth/password/forgotten", json={"email": address}).status_code == 409
    assert "/forgotten" not in client.get("/login").get_data(as_text=True)
    assert mira
