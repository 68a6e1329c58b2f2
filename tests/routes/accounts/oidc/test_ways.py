"""The way to the provider and back: once, in one browser, from the provider that was asked, and to a page of ours."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.accounts.oidc import flow
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.audit.entry import AuditOutcome, AuditQuery
from tests import hostile_provider as hostile
from tests.hostile_provider import HostileProvider
from tests.routes.accounts.oidc.going import begun, come_back, is_signed_in, sign_in

DISCOVERY = "/.well-known/openid-configuration"
HUGE = b" " * (600 * 1024)


def waiting(client: FlaskClient, provider: HostileProvider) -> dict[str, str]:
    """Somebody is at the provider, which is about to say a right thing."""
    asked = begun(client)
    provider.id_token = provider.token(provider.claims(asked["nonce"]))
    return asked


def test_a_sign_in_comes_back_once(client: FlaskClient, app: Flask, provider: HostileProvider) -> None:
    asked = waiting(client, provider)
    cookie = client.get_cookie("reelgate-elsewhere")
    assert cookie is not None
    assert come_back(client, state=asked["state"], code="code").status_code == 303
    again = app.test_client()
    again.set_cookie("reelgate-elsewhere", cookie.value)
    assert come_back(again, state=asked["state"], code="code").status_code == 400
    assert not is_signed_in(again)
    assert provider.count("/token") == 1


def test_a_foreign_browser_cannot_be_sent_to_finish_it(app: Flask, provider: HostileProvider) -> None:
    asked = waiting(app.test_client(), provider)
    victim = app.test_client()
    assert come_back(victim, state=asked["state"], code="code").status_code == 400
    begun(victim)
    assert come_back(victim, state=asked["state"], code="code").status_code == 400
    assert not is_signed_in(victim)
    assert provider.count("/token") == 0


@pytest.mark.parametrize("parameters", [{}, {"state": ""}, {"state": "x" * 5000}, {"state": "\u2603"}], ids=len)
def test_a_state_that_is_none_is_refused(
    client: FlaskClient, provider: HostileProvider, parameters: dict[str, str]
) -> None:
    waiting(client, provider)
    assert come_back(client, code="code", **parameters).status_code == 400


def test_what_is_said_twice_is_refused(client: FlaskClient, provider: HostileProvider) -> None:
    asked = waiting(client, provider)
    query = [("state", asked["state"]), ("code", "one"), ("code", "two")]
    assert client.get("/auth/oidc/callback", query_string=query).status_code == 400
    assert not is_signed_in(client)


def test_after_ten_minutes_it_is_too_late(
    client: FlaskClient, provider: HostileProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = waiting(client, provider)
    monkeypatch.setattr(flow, "LASTING_SECONDS", 0)
    assert come_back(client, state=asked["state"], code="code").status_code == 400


def test_a_cookie_that_was_made_up_is_none(client: FlaskClient, app: Flask, provider: HostileProvider) -> None:
    asked = waiting(client, provider)
    cookie = client.get_cookie("reelgate-elsewhere")
    assert cookie is not None
    for made_up in ("x", cookie.value[:-4] + "AAAA", "", asked["state"]):
        other = app.test_client()
        other.set_cookie("reelgate-elsewhere", made_up)
        assert come_back(other, state=asked["state"], code="code").status_code == 400


def test_the_cookie_is_for_this_browser_and_host_alone(client: FlaskClient, provider: HostileProvider) -> None:
    answer = client.get("/auth/oidc/login", base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-reelgate-elsewhere=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert word in cookie
    # What is carried tells nobody what the provider is to say, or what the code needs.
    asked = waiting(client, provider)
    assert asked["nonce"] not in cookie
    assert asked["state"] not in cookie


@pytest.mark.parametrize("said", ["https://elsewhere.example", ""])
def test_the_answer_of_another_provider_is_refused(client: FlaskClient, provider: HostileProvider, said: str) -> None:
    asked = waiting(client, provider)
    assert come_back(client, state=asked["state"], code="code", iss=said).status_code == 403
    assert provider.count("/token") == 0
    asked = waiting(client, provider)
    assert come_back(client, state=asked["state"], code="code", iss=provider.issuer).status_code == 303


def test_a_provider_that_says_its_name_always_says_it(client: FlaskClient, provider: HostileProvider) -> None:
    provider.discovery = {"authorization_response_iss_parameter_supported": True}
    asked = waiting(client, provider)
    assert come_back(client, state=asked["state"], code="code").status_code == 403
    assert provider.count("/token") == 0


def test_what_the_provider_refuses_is_told_in_our_words(client: FlaskClient, provider: HostileProvider) -> None:
    asked = waiting(client, provider)
    text = "<b>Call 555-1234</b>"
    answer = come_back(client, state=asked["state"], error="access_denied", error_description=text)
    assert answer.status_code == 403
    assert "555-1234" not in answer.get_data(as_text=True)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere(client: FlaskClient, provider: HostileProvider, address: str) -> None:
    asked = begun(client, next=address)
    provider.id_token = provider.token(provider.claims(asked["nonce"]))
    assert come_back(client, state=asked["state"], code="code", next=address).location == "/"


def test_over_plain_http_from_elsewhere_nobody_signs_in(client: FlaskClient, provider: HostileProvider) -> None:
    answer = client.get("/auth/oidc/login", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.status_code == 400
    assert provider.asked == []


def test_signing_in_begins_another_session(client: FlaskClient, app: Flask, provider: HostileProvider) -> None:
    assert sign_in(client, provider).status_code == 303
    before = client.get_cookie("reelgate")
    assert before is not None
    assert sign_in(client, provider, sub="person-2").status_code == 303
    old = app.test_client()
    old.set_cookie("reelgate", before.value)
    assert not is_signed_in(old)


def test_refusals_stand_in_the_audit_with_what_was_wrong(
    client: FlaskClient, provider: HostileProvider, services: Services
) -> None:
    sign_in(client, provider, aud="somebody-else")
    refused = AuditQuery(action="user.login", outcome=AuditOutcome.REFUSED)
    [entry] = services.audit.entries.read(refused, limit=10, by=SYSTEM)
    assert entry.details == {"method": "oidc", "reason": "provider-not-believed", "what": "aud"}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        (DISCOVERY, (500, {}, b"")),
        (DISCOVERY, (302, {"Location": "http://127.0.0.1:1/"}, b"")),
        (DISCOVERY, (200, {}, b"<html>")),
        (DISCOVERY, (200, {}, b"{}")),
        (DISCOVERY, (200, {}, HUGE)),
        (DISCOVERY, (200, {"Content-Encoding": "gzip"}, b"x")),
        ("/jwks", (500, {}, b"")),
        ("/jwks", (200, {}, b"[]")),
        ("/jwks", (200, {}, HUGE)),
        ("/jwks", (200, {}, json.dumps({"keys": [{"kid": str(each)} for each in range(200)]}).encode())),
        ("/token", (503, {}, b"")),
        ("/token", (200, {}, HUGE)),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]} {value[2][:9]!r} {len(value[2])}",
)
def test_a_provider_that_is_away_is_said_to_be_and_other_ways_stay_open(
    client: FlaskClient, provider: HostileProvider, path: str, page: tuple[int, dict[str, str], bytes]
) -> None:
    provider.pages[path] = page
    answer = client.get("/auth/oidc/login")
    if path != DISCOVERY:
        asked = waiting(client, provider)
        answer = come_back(client, state=asked["state"], code="code")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    text = answer.get_data(as_text=True)
    assert "does not answer" in text
    assert 'name="password"' in text
    assert "Sign in with 127.0.0.1" in text
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "https://user:secret@elsewhere.example/"},
        {"end_session_endpoint": "http://elsewhere.example/"},
    ],
    ids=str,
)
def test_a_provider_that_sends_us_elsewhere_is_not_followed(
    client: FlaskClient, provider: HostileProvider, discovery: dict[str, object]
) -> None:
    provider.discovery = discovery
    assert client.get("/auth/oidc/login").status_code == 503


def test_a_code_that_is_not_taken_lets_nobody_in(client: FlaskClient, provider: HostileProvider) -> None:
    asked = waiting(client, provider)
    provider.pages["/token"] = (400, {}, b'{"error":"invalid_grant"}')
    assert come_back(client, state=asked["state"], code="code").status_code == 403


def test_keys_are_asked_for_anew_when_they_change_but_not_at_every_try(
    client: FlaskClient, provider: HostileProvider
) -> None:
    assert sign_in(client, provider).status_code == 303
    provider.keys = [hostile.rsa_jwk(hostile.OTHER_RSA_KEY, kid="rsa-2")]

    def with_new_key(kid: str) -> int:
        asked = begun(client)
        claims = provider.claims(asked["nonce"])
        provider.id_token = provider.token(claims, header={"kid": kid}, sign=hostile.by_rsa(hostile.OTHER_RSA_KEY))
        return come_back(client, state=asked["state"], code="code").status_code

    assert with_new_key("rsa-2") == 303
    assert provider.count("/jwks") == 2
    for number in range(5):
        assert with_new_key(f"made-up-{number}") == 403
    assert provider.count("/jwks") == 2


def test_a_secret_goes_into_the_form_where_the_provider_wants_it_there(
    client: FlaskClient, provider: HostileProvider
) -> None:
    provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert sign_in(client, provider).status_code == 303
    [(_, form, credentials)] = [each for each in provider.asked if each[0] == "/token"]
    assert (form["client_secret"], credentials) == ([hostile.CLIENT_SECRET], "")


def test_signing_out_leads_to_the_provider_only_who_came_from_there(
    client: FlaskClient, provider: HostileProvider
) -> None:
    assert sign_in(client, provider).status_code == 303
    answer = client.post("/logout")
    assert answer.location == "/auth/oidc/logout"
    page = client.get(answer.location)
    address = f"{provider.issuer}/end?client_id=reelgate&post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Flogin"
    assert page.headers["Refresh"] == f"0; url={address}"
    assert not is_signed_in(client)
    assert client.post("/logout").location == "/login"
