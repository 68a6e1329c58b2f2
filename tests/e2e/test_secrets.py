"""A tour through everything the server answers: the account's key is nowhere, signatures only where they are issued."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
import requests

from scripts.azurite import ACCOUNT_KEY
from tests.fault_proxy import FaultProxy, running_fault_proxy
from tests.server import Server, eventually, running_server
from tests.tus import TusClient
from tests.videos import mp4

SIGNATURE = re.compile(r"sig=([^&\s\"'<>\\]+)")
# A client that is given a URL may send it to us by mistake, and it must not end up in our log.
PASTED = "UGFzdGVkU2lnbmF0dXJlT2ZBQ2xpZW50"
ACCEPTED = {"Accept": "text/html"}


@dataclass
class Tour:
    """A client that remembers all it was answered: what issues signatures apart from all else."""

    server: Server
    session: requests.Session = field(default_factory=requests.Session)
    answers: list[tuple[str, str]] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session.hooks["response"].append(self._remember)

    def ask(self, method: str, path: str, expected: int, **options: object) -> requests.Response:
        """Ask what may not issue a signature."""
        answer = self._send(method, path, **options)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer

    def ask_for_url(self, method: str, path: str, expected: int, **options: object) -> requests.Response:
        """Ask what is there to issue one; fails when it does not."""
        answer = self.ask(method, path, expected, **options)
        _, text = self.answers.pop()
        found = SIGNATURE.findall(text)
        assert found, f"{method} {path} issued nothing"
        self.issued += found
        return answer

    def _send(self, method: str, path: str, **options: object) -> requests.Response:
        url = path if "://" in path else self.server.url + path
        return self.session.request(method, url, timeout=60, allow_redirects=False, **options)  # type: ignore[arg-type]

    def _remember(self, answer: requests.Response, **_options: object) -> None:
        heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.answers.append((f"{answer.request.method} {answer.request.path_url}", f"{heads}\n\n{answer.text}"))


@pytest.fixture
def proxy(azurite: str) -> Iterator[FaultProxy]:
    with running_fault_proxy(azurite) as running:
        yield running


@pytest.mark.parametrize(("mode", "log_format"), [("proxy", "text"), ("redirect", "json")])
def test_no_answer_log_line_or_file_holds_a_credential(proxy: FaultProxy, mode: str, log_format: str) -> None:
    upload_mode = "direct" if mode == "redirect" else "proxy"
    settings = {"log_level": "DEBUG", "log_format": log_format, "storage_timeout_seconds": 2}
    with running_server(
        proxy.connection_string, playback_mode=mode, upload_mode=upload_mode, upload_block_mb=1, **settings
    ) as server:
        tour = Tour(server)
        video_id = upload_by_each_door(tour)
        read_all(tour, video_id, redirected=mode == "redirect")
        err(tour, video_id)
        lose_storage(tour, proxy, video_id)
        assert_clean(tour)


def upload_by_each_door(tour: Tour) -> str:
    """Upload a video in every way; return the id of one."""
    film = mp4(1_500_000)
    tour.ask("POST", "/api/upload", 201, files={"file": ("form.mp4", film)})
    tour.ask("POST", "/api/upload", 303, files={"file": ("page.mp4", film)}, headers=ACCEPTED)
    tus = TusClient(tour.server.url, session=tour.session)
    resumable = tus.begin(len(film))
    assert tus.patch(resumable, 0, film).status_code == 204
    assert tus.head(resumable).status_code == 200
    unfinished = tus.begin(len(film))
    assert tus.patch(unfinished, 0, film[:1000]).status_code == 204
    assert tus.delete(unfinished).status_code == 204
    upload_past_the_server(tour, film)
    return str(tour.ask("PUT", "/api/upload/raw.mp4", 201, data=film).json()["id"])


def upload_past_the_server(tour: Tour, film: bytes) -> None:
    """Upload by the direct door, its URL renewed on the way, and give another one up."""
    wanted = {"filename": "direct.mp4", "size": len(film), "content_type": "video/mp4"}
    for keep in (True, False):
        asked = tour.ask_for_url("POST", "/api/v1/videos/generate-upload-url", 201, json=wanted)
        base = f"/api/v1/videos/{asked.json()['id']}"
        renewed = tour.ask_for_url("POST", f"{base}/upload-url", 201).json()["upload_url"]
        if keep:
            headers = {"x-ms-blob-type": "BlockBlob"}
            # Storage itself is written to with a client of its own: the tour is about our answers.
            assert requests.put(renewed, data=film, headers=headers, timeout=60).status_code == 201
            tour.ask("POST", f"{base}/complete", 201, json={})
            tour.ask("POST", f"{base}/complete", 200, json={})
        else:
            tour.ask("DELETE", f"{base}/upload-url", 204)


def read_all(tour: Tour, video_id: str, *, redirected: bool) -> None:
    """Look at every page and every other answer, play, edit, delete and restore."""
    for path in ("/", "/docs", "/trash", "/metrics", "/health", "/health/ready", f"/videos/{video_id}"):
        tour.ask("GET", path, 200, headers=ACCEPTED)
    for path in ("/api/openapi.json", "/api/videos?limit=2&q=raw", "/api/trash", f"/api/videos/{video_id}"):
        tour.ask("GET", path, 200)
    content = f"/api/videos/{video_id}/content"
    if redirected:
        tour.ask_for_url("GET", content, 302)
    else:
        tour.ask("GET", content, 200)
        tour.ask("GET", content, 206, headers={"Range": "bytes=0-99"})
    tour.ask_for_url("GET", f"/api/videos/{video_id}/access-url", 200)
    tour.ask("PATCH", f"/api/videos/{video_id}", 200, json={"title": "Another", "tags": ["a"]})
    tour.ask("DELETE", f"/api/videos/{video_id}", 204)
    tour.ask("POST", f"/api/videos/{video_id}/restore", 200)


def err(tour: Tour, video_id: str) -> None:
    """Make mistakes of each kind, also with a signed URL where none belongs."""
    tour.ask("GET", "/api/videos/unknown.mp4", 404)
    tour.ask("GET", "/nothing", 404, headers=ACCEPTED)
    tour.ask("GET", f"/api/videos/{video_id}/access-url?expiry_hours=no", 400)
    tour.ask("PUT", "/api/upload/not-a-film.mp4", 400, data=b"no film")
    tour.ask("PUT", "/api/upload/film.exe", 400, data=b"no film")
    tour.ask("POST", "/api/v1/videos/generate-upload-url", 400, data="{", headers={"Content-Type": "application/json"})
    tour.ask("GET", f"/api/videos/nothing.mp4?sv=2025-11-05&sig={PASTED}", 404, headers={"Referer": f"x?sig={PASTED}"})
    tour.ask("GET", f"/nothing?sig={PASTED}", 404, headers=ACCEPTED)


def lose_storage(tour: Tour, proxy: FaultProxy, video_id: str) -> None:
    """Ask while storage answers with errors, until the circuit is open."""
    for fault in ("500", "reset"):
        proxy.choose = lambda _method, _path, fault=fault: fault  # type: ignore[misc]
        tour.ask("PUT", "/api/upload/late.mp4", 503, data=mp4(1000))
    eventually(
        lambda: "storage is away" in (tour.ask("DELETE", f"/api/videos/{video_id}", 503).text, tour.server.log)[1]
    )
    tour.ask("GET", "/health/ready", 503)
    tour.ask("GET", "/metrics", 200)


def assert_clean(tour: Tour) -> None:
    """Look for credentials in everything that was answered, logged or left on the disk."""
    folder = tour.server.log_path.parent
    files = [(str(path.relative_to(folder)), read(path)) for path in folder.rglob("*") if path.is_file()]
    signatures = {PASTED, *tour.issued, *(unquote(each) for each in tour.issued)}
    assert len(tour.answers) > 30
    assert len(tour.server.log.splitlines()) > 30
    for where, text in [*tour.answers, *files]:
        for key in (ACCOUNT_KEY, quote(ACCOUNT_KEY, safe=""), ACCOUNT_KEY.rstrip("="), "AccountKey=E"):
            assert key not in text, f"{where} holds the account's key"
        assert not [each for each in signatures if each in text], f"{where} holds a signature"
        assert [each for each in SIGNATURE.findall(text) if each != "…"] == [], f"{where} holds a signed URL"


def read(path: Path) -> str:
    return path.read_text(errors="replace")
