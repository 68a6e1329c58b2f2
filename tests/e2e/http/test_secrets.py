"""A whole run of the app, searched for what nobody may read: the account's key, and signatures of URLs."""

import re
from collections.abc import Iterator
from subprocess import CalledProcessError
from urllib.parse import quote, unquote

import pytest
import requests

from tests.fault_proxy import running_fault_proxy
from tests.server import Server, running_server
from tests.tus import BYTES, VERSION, metadata
from tests.videos import mp4

_SIGNATURE = re.compile(r"\bsig(=|%3D)", re.IGNORECASE)


class Tour:
    """Asks a server all sorts of things, and keeps what it says."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.said: dict[str, str] = {}

    def ask(self, method: str, path: str, **request: object) -> requests.Response:
        """Ask, and keep the answer's head and, where it is text, its body."""
        answer = requests.request(method, self.server.url + path, timeout=60, allow_redirects=False, **request)  # type: ignore[arg-type]
        body = "" if answer.headers.get("Content-Type", "").startswith("video/") else answer.text
        self.said[f"{method} {path} {answer.status_code}"] = f"{dict(answer.headers)}\n{body}"
        return answer

    def signed(self) -> list[str]:
        """Which answers hold a signature."""
        return [asked for asked, said in self.said.items() if _SIGNATURE.search(said)]


@pytest.fixture
def tour(azurite: str) -> Iterator[Tour]:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(
            proxy.connection_string, log_level="DEBUG", upload_mode="direct", storage_timeout_seconds=2
        ) as server,
    ):
        tour = Tour(server)
        _use_all_doors(tour)
        with pytest.raises(CalledProcessError) as unwell:  # There is no rule for other origins.
            server.flask("doctor")
        tour.said["flask doctor"] = unwell.value.stdout + unwell.value.stderr
        proxy.choose = lambda _method, _path: "reset"
        for video in tour.ask("GET", "/api/videos").json()["videos"]:
            tour.ask("GET", video["links"]["content"])
        tour.ask("PUT", "/api/upload/away.mp4", data=mp4(1000))
        tour.ask("GET", "/health/ready")
        yield tour


def test_no_answer_no_page_no_figure_and_no_log_line_tells_a_secret(tour: Tour, azurite: str) -> None:
    [key] = re.findall("AccountKey=([^;]+)", azurite)
    told = {"the log": tour.server.log} | tour.said
    for secret in (key, quote(key), quote(key, safe="")):
        assert [where for where, text in told.items() if secret in text] == []
    assert not _SIGNATURE.search(tour.server.log)
    purposes = ("/access-url", "/generate-upload-url", "/upload-url")
    assert tour.signed()
    assert [asked for asked in tour.signed() if not asked.split(" ")[1].partition("?")[0].endswith(purposes)] == []


def test_a_redirected_player_alone_is_given_a_signature_and_what_clients_paste_is_not_logged(azurite: str) -> None:
    pasted = "UGFzdGVkU2lnbmF0dXJl"
    with running_server(azurite, log_level="DEBUG", log_format="json", playback_mode="redirect") as server:
        tour = Tour(server)
        links = tour.ask("PUT", "/api/upload/film.mp4", data=mp4(5000)).json()["links"]
        content = tour.ask("GET", links["content"])
        assert content.status_code == 302
        tour.ask("GET", links["page"])
        tour.ask("GET", f"/nothing?sig={pasted}", headers={"Accept": "text/html", "Referer": f"x?sig={pasted}"})
        tour.ask("GET", f"/api/videos/nothing.mp4?sig={pasted}")
        assert tour.signed() == [f"GET {links['content']} 302"]
        assert [asked for asked, said in tour.said.items() if pasted in said] == []
        [signature] = re.findall("sig=([^&]+)", content.headers["Location"])
        assert not any(secret in server.log for secret in (signature, unquote(signature), pasted))


def _use_all_doors(tour: Tour) -> None:
    content = mp4(5000)
    video = tour.ask("PUT", "/api/upload/film.mp4", data=content).json()
    tour.ask("POST", "/api/upload", files={"file": ("film.mp4", content)})
    tour.ask("POST", "/api/upload", files={"file": ("film.txt", b"text")})
    headers = VERSION | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(filename="film.mp4")}
    begun = tour.ask("POST", "/api/uploads", headers=headers)
    address = begun.headers["Location"].removeprefix(tour.server.url)
    headers = VERSION | {"Upload-Offset": "0", "Content-Type": BYTES}
    tour.ask("PATCH", address, data=content, headers=headers)
    tour.ask("GET", address)
    wanted = {"filename": "film.mp4", "size": len(content), "content_type": "video/mp4"}
    permit = tour.ask("POST", "/api/v1/videos/generate-upload-url", json=wanted).json()
    requests.put(permit["upload_url"], data=content, headers={"x-ms-blob-type": "BlockBlob"}, timeout=60)
    tour.ask("POST", f"/api/v1/videos/{permit['id']}/upload-url")
    tour.ask("POST", f"/api/v1/videos/{permit['id']}/complete", json={})
    for path in ("content", "content?download", "access-url?expiry_hours=1"):
        tour.ask("GET", f"/api/videos/{video['id']}/{path}")
    tour.ask("GET", f"/api/videos/{video['id']}/content", headers={"Range": "bytes=9-1"})
    for path in (
        "/",
        video["links"]["page"],
        "/trash",
        "/docs",
        "/nothing",
        "/metrics",
        "/health",
        "/api/openapi.json",
    ):
        tour.ask("GET", path, headers={"Accept": "text/html"})
    tour.ask("PATCH", video["links"]["self"], json={"title": 7})
    tour.ask("DELETE", video["links"]["self"])
    tour.ask("GET", "/api/trash")
