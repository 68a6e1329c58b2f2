"""What a hostile provider, or somebody in its place, can send: each answer that is not right lets nobody in."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import hostile_provider as hostile
from tests.hostile_provider import HostileProvider
from tests.routes.accounts.oidc.going import From, begun, come_back, is_signed_in, sign_in

pytestmark = pytest.mark.thorough


def test_a_right_token_lets_its_person_in(client: FlaskClient, provider: HostileProvider) -> None:
    asked = begun(client, next="/trash")
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert asked["redirect_uri"] == "http://localhost/auth/oidc/callback"
    access_hash = hostile.half_hash(provider.access_token or "")
    claims = provider.claims(asked["nonce"], preferred_username="noor", at_hash=access_hash)
    provider.id_token = provider.token(claims)
    answer = come_back(client, state=asked["state"], code="the code")
    assert (answer.status_code, answer.location) == (303, "/trash")
    assert client.get("/api/auth/user").get_json()["username"] == "noor"
    [(_, form, credentials)] = [each for each in provider.asked if each[0] == "/token"]
    assert form["code"] == ["the code"]
    assert hostile.b64(hashlib.sha256(form["code_verifier"][0].encode()).digest()) == asked["code_challenge"]
    assert credentials.startswith("Basic ")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [hostile.CLIENT_ID], "azp": hostile.CLIENT_ID},
        {"iat": From(-300), "nbf": From(30)},
        {"exp": From(-20)},
    ],
    ids=["a list of one", "clocks that differ", "just expired"],
)
def test_what_real_providers_say_is_believed(
    client: FlaskClient, provider: HostileProvider, claims: dict[str, object]
) -> None:
    assert sign_in(client, provider, **claims).status_code == 303
    assert is_signed_in(client)


def test_es256_is_believed_as_well(client: FlaskClient, provider: HostileProvider) -> None:
    asked = begun(client)
    header = {"alg": "ES256", "kid": "ec-1"}
    provider.id_token = provider.token(provider.claims(asked["nonce"]), header=header, sign=hostile.by_ec())
    assert come_back(client, state=asked["state"], code="code").status_code == 303


BAD_CLAIMS: dict[str, dict[str, object]] = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": None},
    "an issuer that is a list": {"iss": ["http://127.0.0.1"]},
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "no audience in a list": {"aud": []},
    "an audience besides us": {"aud": [hostile.CLIENT_ID, "somebody-else"], "azp": hostile.CLIENT_ID},
    "an audience that is a number": {"aud": 7},
    "made for another party": {"azp": "somebody-else"},
    "made for a party that is a list": {"azp": [hostile.CLIENT_ID]},
    "expired": {"exp": From(-3600)},
    "no expiry": {"exp": None},
    "an expiry in words": {"exp": "tomorrow"},
    "an expiry that is true": {"exp": True},
    "an expiry beyond all time": {"exp": 1e300},
    "an expiry that is negative": {"exp": -1},
    "from the future": {"iat": From(3600)},
    "from long ago": {"iat": From(-24 * 3600)},
    "no time of issue": {"iat": None},
    "a time of issue in words": {"iat": "1795682047"},
    "not valid yet": {"nbf": From(3600)},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "an empty nonce": {"nonce": ""},
    "a nonce that is a list": {"nonce": ["x"]},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 1},
    "a subject that is an object": {"sub": {"$ne": None}},
    "a huge subject": {"sub": "x" * 256},
    "the hash of another access token": {"at_hash": hostile.half_hash("another")},
    "a hash that is true": {"at_hash": True},
    "huge": {"padding": "x" * 20_000},
}


@pytest.mark.parametrize("name", BAD_CLAIMS)
def test_a_token_with_wrong_claims_lets_nobody_in(client: FlaskClient, provider: HostileProvider, name: str) -> None:
    answer = sign_in(client, provider, **BAD_CLAIMS[name])
    assert (answer.status_code, "cannot be believed" in answer.get_data(as_text=True)) == (403, True)
    assert not is_signed_in(client)


Forge = Callable[[HostileProvider, dict[str, Any]], str]
"""Makes a token of right claims that must not be believed."""


def key_of_its_own(provider: HostileProvider, claims: dict[str, Any]) -> str:
    """The token brings its own key along."""
    jwk = hostile.rsa_jwk(hostile.OTHER_RSA_KEY, kid="rsa-1")
    return provider.token(claims, header={"jwk": jwk}, sign=hostile.by_rsa(hostile.OTHER_RSA_KEY))


def key_elsewhere(provider: HostileProvider, claims: dict[str, Any]) -> str:
    """The token says where its key lies."""
    provider.pages["/mine"] = (200, {}, json.dumps({"keys": [hostile.rsa_jwk(hostile.OTHER_RSA_KEY)]}).encode())
    header = {"jku": f"{provider.issuer}/mine", "kid": "rsa-9"}
    return provider.token(claims, header=header, sign=hostile.by_rsa(hostile.OTHER_RSA_KEY))


def with_keys(*keys: object, header: dict[str, object] | None = None, sign: hostile.Sign | None = None) -> Forge:
    """The provider has these keys and no others."""

    def make(provider: HostileProvider, claims: dict[str, Any]) -> str:
        provider.keys = list(keys)
        return provider.token(claims, header=header, sign=sign)

    return make


def spoilt(change: Callable[[str], str]) -> Forge:
    """A right token that was changed on its way."""
    return lambda provider, claims: change(provider.token(claims))


def signed(header: dict[str, object], sign: hostile.Sign) -> Forge:
    return lambda provider, claims: provider.token(claims, header=header, sign=sign)


def other_claims(token: str) -> str:
    head, claims, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return ".".join([head, hostile.b64(json.dumps(said | {"sub": "somebody"}).encode()), signature])


HS_BY_PUBLIC = hostile.by_secret(hostile.public_pem())
OCT = {"kty": "oct", "kid": "oct-1", "k": hostile.b64(b"known to all" * 3)}
PRIVATE = hostile.rsa_jwk(hostile.RSA_KEY, d=hostile.number(hostile.RSA_KEY.private_numbers().d))
FORGERIES: dict[str, Forge] = {
    "signed by nobody": signed({"alg": "none"}, hostile.by_nobody),
    "signed by nobody, spelt otherwise": signed({"alg": "nOnE"}, hostile.by_nobody),
    "no algorithm": signed({"alg": None}, hostile.by_rsa()),
    "HS256 with the public key": signed({"alg": "HS256"}, HS_BY_PUBLIC),
    "HS256 with the client's secret": signed({"alg": "HS256"}, hostile.by_secret(hostile.CLIENT_SECRET.encode())),
    "HS256 with an empty key": signed({"alg": "HS256", "kid": ""}, hostile.by_secret(b"\0")),
    "HS256 with an oct key of the set": with_keys(
        OCT, header={"alg": "HS256", "kid": "oct-1"}, sign=hostile.by_secret(b"known to all" * 3)
    ),
    "RS256 said, HS256 done": signed({}, HS_BY_PUBLIC),
    "PS256": signed({"alg": "PS256"}, hostile.by_rsa()),
    "RS512": signed({"alg": "RS512"}, hostile.by_rsa()),
    "by somebody else's key": signed({}, hostile.by_rsa(hostile.OTHER_RSA_KEY)),
    "the EC key named for RS256": signed({"kid": "ec-1"}, hostile.by_ec()),
    "the RSA key named for ES256": signed({"alg": "ES256"}, hostile.by_ec()),
    "a key that is not there": signed({"kid": "rsa-2"}, hostile.by_rsa()),
    "a key's name that is a number": signed({"kid": 1}, hostile.by_rsa()),
    "a key's name that is a path": signed({"kid": "../../../../dev/null"}, hostile.by_secret(b"")),
    "a key that the token brings": key_of_its_own,
    "a key that lies elsewhere": key_elsewhere,
    "a key that shows its private part": with_keys(PRIVATE),
    "two keys of one name": with_keys(hostile.rsa_jwk(hostile.RSA_KEY), hostile.rsa_jwk(hostile.OTHER_RSA_KEY)),
    "no name, and two keys": with_keys(
        hostile.rsa_jwk(hostile.RSA_KEY),
        hostile.rsa_jwk(hostile.OTHER_RSA_KEY, kid="rsa-2"),
        header={"kid": None},
    ),
    "a key for encryption": with_keys(hostile.rsa_jwk(hostile.RSA_KEY, use="enc")),
    "a key for another algorithm": with_keys(hostile.rsa_jwk(hostile.RSA_KEY, alg="PS256")),
    "a key that may not verify": with_keys(hostile.rsa_jwk(hostile.RSA_KEY, key_ops=["encrypt"])),
    "a key that is too short": with_keys(
        hostile.rsa_jwk(hostile.WEAK_RSA_KEY), sign=hostile.by_rsa(hostile.WEAK_RSA_KEY)
    ),
    "a key on another curve": with_keys(
        hostile.ec_jwk(hostile.EC_384_KEY, curve="P-384"),
        header={"alg": "ES256", "kid": "ec-1"},
        sign=hostile.by_ec(hostile.EC_384_KEY),
    ),
    "a key whose point is on no curve": with_keys(
        hostile.ec_jwk(hostile.EC_KEY, x=hostile.number(5, 32)), header={"alg": "ES256", "kid": "ec-1"}
    ),
    "keys that are none": with_keys({}, {"kty": "RSA", "kid": "rsa-1"}, {"kty": "RSA", "kid": "rsa-1", "n": 7}),
    "an access token": signed({"typ": "at+jwt"}, hostile.by_rsa()),
    "something that must be understood": signed({"crit": ["exp"]}, hostile.by_rsa()),
    "a payload that is not encoded": signed({"b64": False, "crit": ["b64"]}, hostile.by_rsa()),
    "changed on its way": spoilt(other_claims),
    "without its signature": spoilt(lambda token: token.rpartition(".")[0] + "."),
    "of two parts": spoilt(lambda token: token.rpartition(".")[0]),
    "of four parts": spoilt(lambda token: token + ".x"),
    "empty": spoilt(lambda _: ""),
    "no token": spoilt(lambda _: "hello"),
    "claims that are a list": lambda provider, claims: provider.token([claims]),
    "claims that are no JSON": lambda provider, _: provider.token(b"{"),
    "claims that are not UTF-8": lambda provider, _: provider.token(b'{"sub":"\xff"}'),
    "claims without end": lambda provider, _: provider.token(b"[" * 9000),
    "a header without end": lambda provider, claims: (
        f"{hostile.b64(b'[' * 9000)}.{provider.token(claims).partition('.')[2]}"
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_token_that_is_forged_lets_nobody_in(client: FlaskClient, provider: HostileProvider, name: str) -> None:
    asked = begun(client)
    claims = provider.claims(asked["nonce"], roles=["ADMIN"])
    provider.id_token = FORGERIES[name](provider, claims)
    answer = come_back(client, state=asked["state"], code="code")
    assert (answer.status_code, "cannot be believed" in answer.get_data(as_text=True)) == (403, True)
    assert not is_signed_in(client)


def test_a_hash_without_an_access_token_is_not_believed(client: FlaskClient, provider: HostileProvider) -> None:
    provider.access_token = None
    assert sign_in(client, provider, at_hash=hostile.half_hash("")).status_code == 403
    assert not is_signed_in(client)
