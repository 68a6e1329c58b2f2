"""An OpenID provider that says whatever a test has it say, right or wrong."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CLIENT_ID, CLIENT_SECRET = "reelgate", "a secret of both"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WEAK_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
EC_384_KEY = ec.generate_private_key(ec.SECP384R1())

Sign = Callable[[bytes], bytes]
Json = dict[str, Any]


def b64(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def number(value: int, length: int | None = None) -> str:
    """A number as keys have it."""
    return b64(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


def rsa_jwk(key: rsa.RSAPrivateKey, **members: object) -> Json:
    """The public half."""
    public = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": "rsa-1", "use": "sig", "n": number(public.n), "e": number(public.e)} | members


def ec_jwk(key: ec.EllipticCurvePrivateKey, *, curve: str = "P-256", **members: object) -> Json:
    """The public half."""
    public, length = key.public_key().public_numbers(), (key.curve.key_size + 7) // 8
    point = {"x": number(public.x, length), "y": number(public.y, length)}
    return {"kty": "EC", "kid": "ec-1", "use": "sig", "crv": curve} | point | members


def by_rsa(key: rsa.RSAPrivateKey = RSA_KEY) -> Sign:
    """Signs as RS256 has it."""
    return lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def by_ec(key: ec.EllipticCurvePrivateKey = EC_KEY) -> Sign:
    """Signs as ES256 has it."""

    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        length = (key.curve.key_size + 7) // 8
        return r.to_bytes(length, "big") + s.to_bytes(length, "big")

    return sign


def by_secret(secret: bytes) -> Sign:
    """Signs as HS256 has it."""
    return lambda text: hmac.digest(secret, text, hashlib.sha256)


def by_nobody(_text: bytes) -> bytes:
    """Does not sign."""
    return b""


def public_pem(key: rsa.RSAPrivateKey = RSA_KEY) -> bytes:
    """What everybody knows of the key."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


def half_hash(text: str) -> str:
    """What `at_hash` is of a text."""
    return b64(hashlib.sha256(text.encode()).digest()[:16])


@dataclass
class HostileProvider:
    """What it says; tests change it."""

    issuer: str = ""
    keys: list[Any] = field(default_factory=lambda: [rsa_jwk(RSA_KEY), ec_jwk(EC_KEY)])
    id_token: str = ""
    access_token: str | None = "an access token"
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """What is answered at some addresses instead of what belongs there."""
    discovery: Json = field(default_factory=dict)
    """What the discovery document says besides, or instead."""
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)
    """Address, form and Authorization of each request."""

    def claims(self, nonce: str, /, **members: object) -> Json:
        """Claims that are right, but for `members`; a claim that is None is left out."""
        now = int(time.time())
        right: dict[str, object] = {"iss": self.issuer, "sub": "person-1", "aud": CLIENT_ID, "nonce": nonce}
        claims = {**right, "iat": now, "exp": now + 300, **members}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, claims: object, *, header: Json | None = None, sign: Sign | None = None) -> str:
        """A token that says this, signed as usual unless told otherwise."""
        said: dict[str, object] = {"alg": "RS256", "kid": "rsa-1", "typ": "JWT", **(header or {})}
        parts = [{name: value for name, value in said.items() if value is not None}, claims]
        texts = [b64(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in parts]
        signed = ".".join(texts)
        return f"{signed}.{b64((sign or by_rsa())(signed.encode()))}"

    def count(self, path: str) -> int:
        """How often it was asked there."""
        return sum(each[0] == path for each in self.asked)

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """What it says at an address."""
        if path in self.pages:
            return self.pages[path]
        said: Json
        match path:
            case "/.well-known/openid-configuration":
                said = {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/auth",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/jwks",
                    "end_session_endpoint": f"{self.issuer}/end",
                } | self.discovery
            case "/jwks":
                said = {"keys": self.keys}
            case "/token":
                said = {"token_type": "Bearer", "access_token": self.access_token, "id_token": self.id_token}
                said = {name: value for name, value in said.items() if value is not None}
            case _:
                return 404, {}, b"{}"
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()


@contextmanager
def running_hostile_provider() -> Iterator[HostileProvider]:
    """Run it for the length of the block."""
    provider = HostileProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond({})

        def do_POST(self) -> None:
            self._respond(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def _respond(self, form: dict[str, list[str]]) -> None:
            path = self.path.partition("?")[0]
            provider.asked.append((path, form, self.headers.get("Authorization", "")))
            status, headers, body = provider.answer(path)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002 - the name in the base class
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
