"""A real OpenID provider, npm's oidc-provider, on a port of its own."""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from scripts.node import find_node
from scripts.processes import running

ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = ROOT / "tests/e2e/accounts/provider.mjs"
_LISTENING = re.compile(r"listening on (\d+)")


@dataclass(frozen=True, kw_only=True)
class RealProvider:
    """Where it answers."""

    port: int

    @property
    def issuer(self) -> str:
        """Its name."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What a server that believes it is given."""
        return {
            "oidc_issuer": self.issuer,
            "oidc_client_id": "reelgate",
            "oidc_client_secret": "a-secret+of:both%",
            "oidc_role_claim": "roles",
        }

    def know(self, url: str) -> None:
        """Have it send people back there."""
        self._tell({"redirects": [url]})

    def rotate(self) -> None:
        """Have it sign with another key, and forget the one before."""
        self._tell({"rotate": True})

    def _tell(self, said: dict[str, object]) -> None:
        requests.post(f"{self.issuer}/for-tests", json=said, timeout=30).raise_for_status()


@contextmanager
def running_provider(*, port: int = 0) -> Iterator[RealProvider]:
    """Run it for the length of the block."""
    command = [str(find_node(ROOT).node), str(_PROGRAM), str(port)]
    with tempfile.NamedTemporaryFile() as output, running(command, cwd=ROOT, output=output.file) as process:
        deadline, said = time.monotonic() + 60, ""
        while not (listening := _LISTENING.search(said)):
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
            said = Path(output.name).read_text()
        yield RealProvider(port=int(listening[1]))
