"""Playing over HTTP: RFC 9110's ranges and preconditions, against the running server."""

import http.client
import json
import socket
from collections.abc import Iterator
from email.utils import formatdate, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from azure.storage.blob import ContentSettings

from tests.fault_proxy import Fault, running_fault_proxy
from tests.server import Server, running_server
from tests.videos import mp4
from utils.sizes import MIB

SIZE = 10_007
CONTENT = mp4(SIZE)


@pytest.fixture(scope="module")
def film(server: Server) -> dict[str, Any]:
    """A small film."""
    answer = requests.put(f"{server.url}/api/upload/Übung „1“.mp4", data=CONTENT, timeout=60)
    return dict(answer.json())


def play(film: dict[str, Any], method: str = "GET", query: str = "", **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, film["url"] + query, headers=named, timeout=60)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=0-9", 0, 9),
        ("bytes=1-1", 1, 1),
        ("bytes=9000-9999", 9000, 9999),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        (f"bytes={SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE - 1),
        (f"bytes=0-{SIZE - 1}", 0, SIZE - 1),
        (f"bytes=5-{SIZE}", 5, SIZE - 1),
        ("bytes=5-99999999999999999999", 5, SIZE - 1),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        ("bytes=-500", SIZE - 500, SIZE - 1),
        (f"bytes=-{SIZE}", 0, SIZE - 1),
        (f"bytes=-{SIZE + 1}", 0, SIZE - 1),
        ("bytes=-99999999999999999999", 0, SIZE - 1),
        ("bytes=007-0010", 7, 10),
        ("Bytes=2-3", 2, 3),
        ("bytes=0-4,5-9", 0, 9),
        ("bytes=5-9,0-4", 0, 9),
        ("bytes=0-9,5-14", 0, 14),
        ("bytes=, 3-4 ,", 3, 4),
        (f"bytes=2-3,{SIZE}-", 2, 3),
    ],
)
def test_a_range_is_answered_with_just_that(film: dict[str, Any], asked: str, start: int, end: int) -> None:
    answer = play(film, Range=asked)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start + 1)
    assert answer.content == CONTENT[start : end + 1]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=5-4",
        "bytes=1-2-3",
        "bytes=--5",
        "bytes=0x0-0x5",
        "bytes=1.5-2",
        "bytes=+1-2",
        "bytes=1 - 2",
        "bytes 0-5",
        "items=0-5",
        "bytes=0-1,9-10",
        "bytes=0-1,x",
        "bytes=" + ",".join(["0-1"] * 20),
        "bytes=" + "9" * 2000 + "-",
    ],
)
def test_what_is_no_single_range_is_answered_with_everything(film: dict[str, Any], asked: str) -> None:
    answer = play(film, Range=asked)
    assert answer.status_code == 200
    assert "Content-Range" not in answer.headers
    assert answer.content == CONTENT


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999999999999999999-", "bytes=-0", f"bytes={SIZE}-,-0"])
def test_a_range_outside_is_416_and_says_the_size(film: dict[str, Any], asked: str) -> None:
    answer = play(film, Range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.walk
def test_everything_comes_with_what_a_player_needs_to_know(film: dict[str, Any]) -> None:
    answer = play(film)
    assert answer.content == CONTENT
    headers = answer.headers
    assert (headers["Accept-Ranges"], headers["Content-Type"]) == ("bytes", "video/mp4")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("inline; ")
    assert "filename*=UTF-8''%C3%9Cbung%20%E2%80%9E1%E2%80%9C.mp4" in headers["Content-Disposition"]
    assert headers["ETag"].startswith('"')
    assert parsedate_to_datetime(headers["Last-Modified"]).tzinfo is not None


def test_head_says_the_same_and_sends_nothing(film: dict[str, Any]) -> None:
    full, head = play(film), play(film, "HEAD", Range="bytes=0-4")
    assert (head.status_code, head.content) == (200, b"")
    differing = {"Date", "X-Request-ID"}
    assert {**head.headers, **dict.fromkeys(differing)} == {**full.headers, **dict.fromkeys(differing)}


@pytest.mark.parametrize("query", ["?download", "?download=1"])
def test_a_download_is_named_and_saved(film: dict[str, Any], query: str) -> None:
    assert play(film, query=query).headers["Content-Disposition"].startswith('attachment; filename="Ubung 1.mp4"')


def test_if_range_decides_whether_the_range_counts(film: dict[str, Any]) -> None:
    headers = play(film, "HEAD").headers
    for same in (headers["ETag"], headers["Last-Modified"]):
        assert play(film, Range="bytes=0-4", If_Range=same).status_code == 206
    later = formatdate(parsedate_to_datetime(headers["Last-Modified"]).timestamp() + 60, usegmt=True)
    for other in ('"other"', f"W/{headers['ETag']}", later, "nonsense", headers["ETag"].strip('"')):
        answer = play(film, Range="bytes=0-4", If_Range=other)
        assert (answer.status_code, answer.content) == (200, CONTENT)
        # A range that does not count cannot be wrong either.
        assert play(film, Range=f"bytes={SIZE}-", If_Range=other).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_has_it_is_told_so(film: dict[str, Any], method: str) -> None:
    headers = play(film, "HEAD").headers
    etag, modified = headers["ETag"], headers["Last-Modified"]
    for has_it in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = play(film, method, If_None_Match=has_it, Range="bytes=0-4")
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert play(film, method, If_Modified_Since=modified).status_code == 304
    assert play(film, method, If_None_Match='"x"', If_Modified_Since=modified).status_code == 200
    assert play(film, method, If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT").status_code == 200
    assert play(film, method, If_Modified_Since="nonsense").status_code == 200


def test_if_match_asks_for_one_version(film: dict[str, Any]) -> None:
    etag = play(film, "HEAD").headers["ETag"]
    assert play(film, If_Match=etag, Range="bytes=0-4").status_code == 206
    assert play(film, If_Match="*").status_code == 200
    for other in ('"x"', f"W/{etag}", "nonsense"):
        assert play(film, If_Match=other).status_code == 412


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_if_unmodified_since_asks_for_nothing_newer(film: dict[str, Any], method: str) -> None:
    headers = play(film, "HEAD").headers
    etag, modified = headers["ETag"], headers["Last-Modified"]
    moment = parsedate_to_datetime(modified).timestamp()
    earlier, later = formatdate(moment - 1, usegmt=True), formatdate(moment + 1, usegmt=True)
    for holds in (modified, later):
        assert play(film, method, If_Unmodified_Since=holds).status_code == 200
    assert play(film, method, If_Unmodified_Since=earlier).status_code == 412
    # It comes before all that could be answered otherwise, and after If-Match, beside which it does not count.
    assert play(film, method, If_Unmodified_Since=earlier, If_None_Match=etag).status_code == 412
    assert play(film, method, If_Unmodified_Since=earlier, Range=f"bytes={SIZE}-").status_code == 412
    assert play(film, method, If_Unmodified_Since=earlier, If_Match=etag).status_code == 200
    assert play(film, method, If_Unmodified_Since=modified, If_Match='"x"').status_code == 412
    # What is no date does not count.
    assert play(film, method, If_Unmodified_Since="nonsense").status_code == 200


def test_an_unknown_or_deleted_video_cannot_be_played(server: Server) -> None:
    video = requests.put(f"{server.url}/api/upload/a.mp4", data=CONTENT, timeout=60).json()
    requests.delete(server.url + video["links"]["self"], timeout=60).raise_for_status()
    assert play(video).status_code == play(video, "HEAD").status_code == 404
    assert requests.get(f"{server.url}{video['links']['self']}/access-url", timeout=60).status_code == 404
    assert requests.get(f"{server.url}/api/videos/no-such.mp4/content", timeout=60).status_code == 404


def test_an_edit_behind_the_catalogue_does_not_disturb_a_player(server: Server) -> None:
    content = mp4(3 * MIB)
    video = requests.put(f"{server.url}/api/upload/a.mp4", data=content, timeout=60).json()
    before = play(video, "HEAD").headers["ETag"]
    with server.container() as container:
        blob = container.get_blob_client(video["id"])
        blob.set_blob_metadata(blob.get_blob_properties().metadata | {"title": "edited%20elsewhere"})
    answer = play(video, Range="bytes=5-", If_Range=before)
    assert (answer.status_code, answer.content) == (206, content[5:])
    assert answer.headers["ETag"] == before
    assert requests.get(server.url + video["links"]["self"], timeout=60).json()["title"] == "edited elsewhere"


@pytest.mark.parametrize(("metadata", "status"), [({}, 404), ({"content_etag": "another"}, 412)])
def test_a_replaced_content_is_never_mixed_in(server: Server, metadata: dict[str, str], status: int) -> None:
    video = requests.put(f"{server.url}/api/upload/a.mp4", data=CONTENT, timeout=60).json()
    with server.container() as container:
        container.upload_blob(video["id"], mp4(SIZE, seed=9), overwrite=True, metadata=metadata)
    assert play(video).status_code == status


def test_redirecting_sends_players_to_storage_or_to_the_cdn(azurite: str) -> None:
    with running_server(azurite, playback_mode="redirect") as server:
        video = requests.put(f"{server.url}/api/upload/a.mp4", data=CONTENT, timeout=60).json()
        answer = requests.get(video["url"], timeout=60, allow_redirects=False)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
        assert "sp=r&" in answer.headers["Location"]
        assert play(video, Range="bytes=1-5").content == CONTENT[1:6]
    with running_server(azurite, playback_mode="redirect", cdn_endpoint="https://cdn.example.org/") as server:
        video = requests.put(f"{server.url}/api/upload/a.mp4", data=CONTENT, timeout=60).json()
        location = requests.get(video["url"], timeout=60, allow_redirects=False).headers["Location"]
        assert location.startswith(f"https://cdn.example.org/devstoreaccount1/{server.container_name}/{video['id']}?")


@pytest.fixture
def faulty(azurite: str) -> Iterator[tuple[Server, Any, dict[str, Any], bytes]]:
    """A server behind a proxy that can break what it reads, and a film of three pieces."""
    content = mp4(40 * MIB)
    with running_fault_proxy(azurite) as proxy, running_server(proxy.connection_string) as server:
        video = requests.put(f"{server.url}/api/upload/long.mp4", data=content, timeout=120).json()
        proxy.requests.clear()
        yield server, proxy, video, content


def _once_at_the_second_piece(fault: Fault) -> Any:
    seen: list[str] = []

    def choose(method: str, path: str) -> Fault | None:
        if method == "GET" and "long.mp4" in path:
            seen.append(path)
            return fault if len(seen) == 2 else None
        return None

    return choose


@pytest.mark.parametrize("fault", ["503", "reset", "lost answer"])
def test_a_fault_of_storage_in_the_middle_is_not_noticed(faulty: Any, fault: Fault) -> None:
    _, proxy, video, content = faulty
    proxy.choose = _once_at_the_second_piece(fault)
    assert play(video).content == content


def test_a_film_that_cannot_be_read_on_breaks_off_and_does_not_end(faulty: Any) -> None:
    server, proxy, video, content = faulty
    reads: list[str] = []

    def choose(method: str, path: str) -> Fault | None:
        if method == "GET" and "long.mp4" in path:
            reads.append(path)
        return "503" if len(reads) > 1 else None

    proxy.choose = choose
    parts = urlsplit(video["url"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("GET", parts.path)
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)) as broken:
        connection.getresponse().read()
    connection.close()
    if isinstance(broken.value, http.client.IncompleteRead):
        assert content.startswith(broken.value.partial)
    assert "sig=" not in server.log


def test_storage_that_is_away_from_the_start_is_503(faulty: Any) -> None:
    _, proxy, video, _ = faulty
    proxy.choose = lambda method, _path: "503" if method == "GET" else None
    answer = play(video)
    assert (answer.status_code, json.loads(answer.text)["type"]) == (503, "/problems/storage-unavailable")


def test_a_client_that_leaves_stops_the_reading(faulty: Any) -> None:
    server, proxy, video, content = faulty
    parts = urlsplit(video["url"])
    for _ in range(3):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        # What the system takes in advance for a client that is slow to go could be a whole piece.
        connection.sock = socket.socket()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        connection.sock.connect((parts.hostname, parts.port))
        connection.request("GET", parts.path)
        connection.getresponse().read(1000)
        connection.close()
    # A whole film afterwards: by its end, whatever had gone on reading would have asked for more pieces.
    assert play(video).content == content
    # What is kept of it elsewhere is asked for in the background.
    read = [path for method, path in proxy.requests if method == "GET" and f"/{server.container_name}/" in path]
    assert len(read) <= 3 + 3, read


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/svg+xml", "video/mp4; charset=x", "application/javascript"]
)
def test_no_type_that_a_browser_would_run_is_served_whatever_storage_says(server: Server, content_type: str) -> None:
    film = requests.put(f"{server.url}/api/upload/film.mp4", data=CONTENT, timeout=60).json()
    with server.container() as container:
        settings = ContentSettings(content_type=content_type)
        container.get_blob_client(film["id"]).set_http_headers(settings)
    server.flask("catalogue", "drift")
    url = requests.get(f"{server.url}/api/videos/{film['id']}/access-url", timeout=60).json()["url"]
    for answer in (play(film), play(film, "HEAD"), requests.get(url, timeout=60)):
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert play(film).headers["X-Content-Type-Options"] == "nosniff"
    assert play(film).content == CONTENT
