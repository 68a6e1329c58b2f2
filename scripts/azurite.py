"""Azurite, Microsoft's emulator of Azure Storage, on a free port, for as long as a `with` block lasts."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scripts.node import find_node
from scripts.processes import running

ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = ROOT / "node_modules/azurite/dist/src/blob/main.js"
# After some gigabytes of blocks V8 would collect the whole heap again and again, for ever, because of buffers that died
# long ago: a quarter of the speed (docs/benchmarks-azurite.md). So its heap may grow to four times what survived.
HEALTHY = ("--heap-growing-percent=300",)
_LISTENING = re.compile(rb"successfully listens on https?://127\.0\.0\.1:(\d+)")

# The account that every Azurite has; Microsoft publishes the key in its documentation, so it is no secret.
ACCOUNT_NAME = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class AzuriteError(Exception):
    """Azurite did not start; the text says why."""


@dataclass(frozen=True)
class Azurite:
    """A running Azurite."""

    port: int
    pid: int
    scheme: str = "http"

    @property
    def endpoint(self) -> str:
        """The URL of the blob service of the well-known account."""
        return f"{self.scheme}://127.0.0.1:{self.port}/{ACCOUNT_NAME}"

    @property
    def connection_string(self) -> str:
        """What goes into AZURE_STORAGE_CONNECTION_STRING."""
        return (
            f"DefaultEndpointsProtocol={self.scheme};AccountName={ACCOUNT_NAME};AccountKey={ACCOUNT_KEY};"
            f"BlobEndpoint={self.endpoint};"
        )


@contextmanager
def running_azurite(
    *,
    location: Path | None = None,
    extent_memory_mb: int | None = None,
    certificate: Path | None = None,
    port: int = 0,
    v8: Sequence[str] = HEALTHY,
    patience: float = 30,
) -> Iterator[Azurite]:
    """Run Azurite's blob service for the length of the block; it answers when the block begins.

    Its data stay in the folder `location`, or in memory when there is none. In memory it refuses writes with
    a 409 once `extent_memory_mb` are stored (Azurite's default: half of the machine's memory). Port 0 lets
    the system choose, so that two starts can never meet on one port. With a `certificate` and its key, in one file,
    it is spoken to by https only, and lets in who brings a token. Node.js gets the flags `v8`.
    """
    command = _command(v8, location=location, extent_memory_mb=extent_memory_mb, port=port)
    if certificate is not None:
        command += ["--cert", str(certificate), "--key", str(certificate), "--oauth", "basic"]
    with tempfile.TemporaryFile() as output, running(command, output=output) as process:
        port = _wait_until_it_listens(process, output=output, patience=patience)
        yield Azurite(port=port, pid=process.pid, scheme="https" if certificate else "http")


def _command(v8: Sequence[str], *, location: Path | None, extent_memory_mb: int | None, port: int) -> list[str]:
    if not _PROGRAM.exists():
        raise AzuriteError("Azurite is not installed. Run `make install`.")
    command = [str(find_node(ROOT).node), *v8, str(_PROGRAM)]
    command += ["--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    command += ["--blobHost", "127.0.0.1", "--blobPort", str(port)]
    if location is not None:
        location.mkdir(parents=True, exist_ok=True)
        return [*command, "--location", str(location.resolve())]
    command += ["--inMemoryPersistence"]
    if extent_memory_mb is not None:
        command += ["--extentMemoryLimit", str(extent_memory_mb)]
    return command


def _wait_until_it_listens(process: subprocess.Popen[bytes], *, output: IO[bytes], patience: float) -> int:
    """Return the port that Azurite names in its output once it accepts connections."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        # Azurite writes through the same open file: reading must not move its position.
        said = os.pread(output.fileno(), 64 * 1024, 0)
        if listening := _LISTENING.search(said):
            return int(listening[1])
        if ended:
            raise AzuriteError(f"Azurite ended with status {process.returncode}: {said.decode(errors='replace')}")
        time.sleep(0.02)
    raise AzuriteError(f"Azurite did not answer within {patience:.0f} s.")
