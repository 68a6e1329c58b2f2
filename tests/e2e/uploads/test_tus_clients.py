"""tus clients that no one here wrote, against the real server."""

import asyncio
import io
import json
import subprocess
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiotus
import pytest
import tusclient.client
from playwright.sync_api import Browser

from tests.server import Server
from tests.tus import TusClient, metadata
from tests.videos import mp4
from utils.sizes import MIB

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(mp4(5 * MIB + 321, seed=5))
    return path


def arrived(server: Server, url: str) -> bytes:
    return server.content(TusClient(server.url).video_id(url))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"chunkSize": 700_000},
        {"chunkSize": 1000_000, "uploadDataDuringCreation": True},
        {"uploadDataDuringCreation": True},
        {"overridePatchMethod": True, "chunkSize": 2 * MIB},
        {"uploadLengthDeferred": True, "chunkSize": MIB},
        {"parallelUploads": 3},
    ],
    ids=lambda options: "-".join(options) or "plain",
)
def test_tus_js_client_in_node(server: Server, node: Path, film: Path, options: dict[str, object]) -> None:
    script = Path(__file__).with_name("tus_js_client.mjs")
    command = [str(node), str(script), endpoint(server), str(film), json.dumps(options)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert arrived(server, done.stdout.strip()) == film.read_bytes()


@pytest.mark.browser
@pytest.mark.parametrize("options", [{"chunkSize": MIB}, {"parallelUploads": 2}], ids=["chunks", "parallel"])
def test_tus_js_client_in_chromium(server: Server, browser: Browser, film: Path, options: dict[str, object]) -> None:
    page = browser.new_page(bypass_csp=True)  # The client is put into a page of ours from outside.
    page.goto(f"{server.url}/health")
    page.add_script_tag(path=ROOT / "node_modules/tus-js-client/dist/tus.min.js")
    page.set_content('<input type="file">')
    page.set_input_files("input", film)
    url = page.evaluate(
        """options => new Promise((resolve, reject) => {
            const [file] = document.querySelector("input").files;
            const upload = new tus.Upload(file, {
                endpoint: "/api/uploads", metadata: { filename: file.name, filetype: file.type }, ...options,
                onError: reject, onSuccess: () => resolve(upload.url),
            });
            upload.start();
        })""",
        options,
    )
    page.close()
    assert arrived(server, url) == film.read_bytes()


def test_tuspy(server: Server, film: Path) -> None:
    client = tusclient.client.TusClient(endpoint(server))
    with film.open("rb") as file:
        uploader = client.uploader(
            file_stream=file, chunk_size=MIB + 7, metadata={"filename": "film.mp4"}, upload_checksum=True
        )
        uploader.upload()
    assert arrived(server, str(uploader.url)) == film.read_bytes()


def test_aiotus(server: Server, film: Path) -> None:
    async def send() -> str:
        with film.open("rb") as file:
            url = await aiotus.upload(endpoint(server), file, {"filename": b"film.mp4"}, chunksize=MIB)
        return str(url)

    assert arrived(server, in_a_loop(send)) == film.read_bytes()


def test_aiotus_sends_pieces_side_by_side(server: Server, film: Path) -> None:
    async def send() -> str:
        content = film.read_bytes()
        pieces = [io.BytesIO(content[start : start + 2 * MIB]) for start in range(0, len(content), 2 * MIB)]
        url = await aiotus.upload_multiple(endpoint(server), pieces, {"filename": b"film.mp4"}, chunksize=MIB)
        return str(url)

    assert arrived(server, in_a_loop(send)) == film.read_bytes()


def in_a_loop(send: Callable[[], Coroutine[object, object, str]]) -> str:
    """Run it in a thread of its own: the browser's tests leave a running event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(send())).result()


def endpoint(server: Server) -> str:
    return f"{server.url}/api/uploads"


def test_curl(server: Server, film: Path) -> None:
    content = film.read_bytes()
    version = ["-H", "Tus-Resumable: 1.0.0"]
    creating = ["-H", f"Upload-Length: {len(content)}", "-H", f"Upload-Metadata: {metadata(filename='film.mp4')}"]
    location = ["-o", "/dev/null", "-w", "%header{location}"]
    url = curl("-X", "POST", *version, *creating, *location, endpoint(server))
    half = film.with_name("half")
    for offset, piece in ((0, content[: 2 * MIB]), (2 * MIB, content[2 * MIB :])):
        half.write_bytes(piece)
        bytes_from = ["-H", f"Upload-Offset: {offset}", "-H", "Content-Type: application/offset+octet-stream"]
        curl("-X", "PATCH", *version, *bytes_from, "--data-binary", f"@{half}", url)
    assert arrived(server, url) == content


def curl(*arguments: str) -> str:
    return subprocess.run(
        ["curl", "-sS", "--fail", *arguments], capture_output=True, text=True, timeout=60, check=True
    ).stdout
