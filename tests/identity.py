"""A managed identity, and storage that knows it, as far as signing URLs goes: a token and a user-delegation key."""

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scripts.certificates import write_certificate

DELEGATION_KEY = base64.b64encode(b"the key that signs in the identity's name").decode()
OBJECT_ID, TENANT_ID = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


def _token() -> str:
    """What Azurite believes to be a token of Entra: it looks at the claims, not at the signature."""
    now = int(time.time())
    claims = {
        "iss": "https://sts.windows.net/x/",
        "aud": "https://storage.azure.com",
        "nbf": now - 600,
        "iat": now - 600,
    }
    parts = ({"alg": "RS256", "typ": "JWT"}, claims | {"exp": now + 24 * 3600}, "unsigned")
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


TOKEN = _token()


@dataclass(frozen=True)
class Cloud:
    """Where the two answer, and whom to trust for that."""

    account_url: str
    identity_endpoint: str
    certificate: Path


class _Cloud(BaseHTTPRequestHandler):
    """Answers for both: the identity's endpoint and the storage account."""

    def do_GET(self) -> None:
        expires = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
        self._answer("application/json", f'{{"access_token":"{TOKEN}","expires_on":"{expires}","token_type":"Bearer"}}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" or "comp=userdelegationkey" not in self.path:
            self.send_error(403)
            return
        now = datetime.now(UTC)
        times = (
            f"<SignedStart>{now:%Y-%m-%dT%H:%M:%SZ}</SignedStart><SignedExpiry>{now:%Y-%m-%dT%H:%M:%SZ}</SignedExpiry>"
        )
        self._answer(
            "application/xml",
            '<?xml version="1.0" encoding="utf-8"?><UserDelegationKey>'
            f"<SignedOid>{OBJECT_ID}</SignedOid><SignedTid>{TENANT_ID}</SignedTid>{times}"
            f"<SignedService>b</SignedService><SignedVersion>2026-06-06</SignedVersion><Value>{DELEGATION_KEY}</Value>"
            "</UserDelegationKey>",
        )

    def _answer(self, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002 - the name in the base class
        """Say nothing."""


@contextmanager
def running_cloud(folder: Path) -> Iterator[Cloud]:
    """Run both for the length of the block."""
    certificate = write_certificate(folder / "cloud.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    plain, secure = (ThreadingHTTPServer(("127.0.0.1", 0), _Cloud) for _ in range(2))
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in (plain, secure)]
    for thread in threads:
        thread.start()
    try:
        yield Cloud(
            account_url=f"https://127.0.0.1:{secure.server_port}/devstoreaccount1",
            identity_endpoint=f"http://127.0.0.1:{plain.server_port}/identity",
            certificate=certificate,
        )
    finally:
        for server in (plain, secure):
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
