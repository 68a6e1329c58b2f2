"""The resumable protocol, request by request."""

import hashlib
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from tests.server import Server, eventually, running_server
from tests.tus import BYTES, VERSION, TusClient, metadata
from tests.videos import mp4
from tests.wire import connect, request_head
from utils.sizes import MIB

SIZE = 3 * MIB + 17
FILM = mp4(SIZE, seed=3)


@pytest.fixture
def tus(server: Server) -> TusClient:
    return TusClient(server.url)


@pytest.fixture(scope="module")
def any_file(azurite: str) -> Iterator[Server]:
    with running_server(azurite, allowed_extensions="*") as running:
        yield running


def test_options_tells_what_is_here(server: Server) -> None:
    answer = requests.options(f"{server.url}/api/uploads", timeout=30)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "creation-defer-length",
        "expiration",
        "checksum",
        "termination",
        "concatenation",
    }
    assert answer.headers["Tus-Max-Size"] == str(20480 * MIB)
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5,crc32"


@pytest.mark.walk
def test_an_upload_in_steps_becomes_a_video(server: Server, tus: TusClient) -> None:
    url = tus.begin(SIZE)
    for start in range(0, SIZE, MIB):
        answer = tus.patch(url, start, FILM[start : start + MIB])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(min(start + MIB, SIZE)))
        assert "Upload-Expires" in answer.headers
    video = tus.video_id(url)
    assert answer.headers["Content-Location"] == f"/api/videos/{video}"
    assert server.content(video) == FILM
    with server.container() as container:
        properties = container.get_blob_client(video).get_blob_properties()
    assert properties.metadata["sha256"] == hashlib.sha256(FILM).hexdigest()
    assert properties.content_settings.content_type == "video/mp4"


def test_tiny_chunks_are_put_together(server: Server, tus: TusClient) -> None:
    content = mp4(30_000)
    url = tus.begin(len(content))
    for start in range(0, len(content), 1000):
        assert tus.patch(url, start, content[start : start + 1000]).status_code == 204
    video = tus.video_id(url)
    assert server.content(video) == content
    with server.container() as container:
        blocks, _ = container.get_blob_client(video).get_block_list()
    assert len(blocks) == 1


def test_creation_takes_the_first_bytes(server: Server, tus: TusClient) -> None:
    answer = tus.create(SIZE, body=FILM[:MIB])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(MIB))
    url = answer.headers["Location"]
    assert tus.patch(url, MIB, FILM[MIB:]).status_code == 204
    assert server.content(tus.video_id(url)) == FILM


def test_creation_takes_all_bytes(server: Server, tus: TusClient) -> None:
    answer = tus.create(SIZE, body=FILM)
    assert answer.headers["Upload-Offset"] == str(SIZE)
    assert server.content(tus.video_id(answer.headers["Location"])) == FILM


def test_the_length_may_come_later(server: Server, tus: TusClient) -> None:
    url = tus.begin(None)
    assert tus.head(url).headers["Upload-Defer-Length"] == "1"
    tus.patch(url, 0, FILM[:100])
    assert tus.patch(url, 100, FILM[100:], Upload_Length=str(SIZE)).status_code == 204
    assert server.content(tus.video_id(url)) == FILM


@pytest.mark.parametrize("size", [5000, 2 * MIB])
def test_the_length_may_come_after_the_bytes(server: Server, tus: TusClient, size: int) -> None:
    url = tus.begin(None)
    tus.patch(url, 0, FILM[:size])
    assert tus.patch(url, size, b"", Upload_Length=str(size)).status_code == 204
    assert server.content(tus.video_id(url)) == FILM[:size]


def test_a_length_that_is_known_cannot_change(tus: TusClient) -> None:
    url = tus.begin(SIZE)
    assert tus.patch(url, 0, FILM[:10], Upload_Length="4000").status_code == 400
    assert tus.offset(url) == 0


def test_head_tells_all_about_an_upload(tus: TusClient) -> None:
    sent = metadata(filename="Ferien.mp4", title="Ferien")
    url = tus.begin(SIZE, Upload_Metadata=sent)
    tus.patch(url, 0, FILM[:MIB])
    headers = tus.head(url).headers
    assert (headers["Upload-Offset"], headers["Upload-Length"]) == (str(MIB), str(SIZE))
    assert headers["Upload-Metadata"] == sent
    assert headers["Cache-Control"] == "no-store"


def test_a_finished_upload_still_answers(server: Server, tus: TusClient) -> None:
    url = tus.begin(SIZE)
    tus.patch(url, 0, FILM)
    assert tus.offset(url) == SIZE
    # The answer to the last PATCH was lost, say, and the client sends what it thinks is left: nothing.
    assert tus.patch(url, SIZE, b"").status_code == 204
    assert tus.patch(url, 0, FILM).status_code == 409
    assert len([name for name in server.blob_names() if name == tus.video_id(url)]) == 1


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused(server: Server, tus: TusClient, method: str) -> None:
    url = tus.begin(SIZE) if method != "POST" else f"{server.url}/api/uploads"
    answer = requests.request(method, url, headers={"Tus-Resumable": "0.2.2"}, timeout=30)
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_another_offset_is_refused(tus: TusClient) -> None:
    url = tus.begin(SIZE)
    tus.patch(url, 0, FILM[:1000])
    answer = tus.patch(url, 500, FILM[500:600])
    assert (answer.status_code, answer.json()["upload_offset"]) == (409, 1000)
    assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Checksum": "sha3 AAAA"}, 400),
        ({"Upload-Checksum": "sha1 !"}, 400),
    ],
)
def test_bad_headers_of_a_patch_are_refused(tus: TusClient, headers: dict[str, str], status: int) -> None:
    url = tus.begin(SIZE)
    sent = {"Upload-Offset": "0", "Content-Type": BYTES} | headers
    assert tus.send("PATCH", url, data=FILM[:100], headers=sent).status_code == status
    assert tus.offset(url) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Length": str(20481 * MIB)}, 413),
        ({"Upload-Metadata": "filename !!"}, 400),
        ({"Upload-Metadata": "filename YQ==,filename Yg=="}, 400),
        ({"Upload-Metadata": "title YQ=="}, 400),
        ({"Upload-Metadata": metadata(filename="run.exe")}, 400),
        ({"Upload-Metadata": "filename " + "YWFh" * 10_000}, 400),
        ({"Upload-Concat": "half"}, 400),
    ],
)
def test_bad_creations_are_refused(server: Server, tus: TusClient, headers: dict[str, str], status: int) -> None:
    sent = {"Upload-Length": "1000", "Upload-Metadata": metadata(filename="film.mp4")} | headers
    answer = tus.send("POST", f"{server.url}/api/uploads", headers=sent)
    assert answer.status_code in {status, 431 if len(sent["Upload-Metadata"]) > 8000 else status}


def test_more_bytes_than_announced_are_refused(tus: TusClient) -> None:
    url = tus.begin(1000)
    assert tus.patch(url, 0, FILM[:1001]).status_code == 400
    assert tus.patch(url, 0, iter([FILM[:1001]])).status_code == 413
    assert tus.offset(url) <= 1000


def test_what_is_no_video_is_refused_at_its_first_bytes(server: Server, tus: TusClient) -> None:
    before = server.blob_names(uncommitted=True)
    url = tus.begin(SIZE)
    answer = tus.patch(url, 0, b"#!/bin/sh\n" * 1000)
    assert answer.status_code == 400
    assert "film.mp4" in answer.json()["detail"]
    assert tus.head(url).status_code == 404
    assert server.blob_names(uncommitted=True) == before


@pytest.mark.parametrize("upload_id", ["0" * 32, "%2e%2e", "a%2fb", "x" * 3000, "%00", "caf%C3%A9"])
def test_an_unknown_upload_is_not_found(server: Server, tus: TusClient, upload_id: str) -> None:
    url = f"{server.url}/api/uploads/{upload_id}"
    assert tus.head(url).status_code == 404
    assert tus.patch(url, 0, b"x").status_code == 404
    assert tus.delete(url).status_code == 404


@pytest.mark.walk
def test_an_upload_can_be_ended(server: Server, tus: TusClient) -> None:
    before = server.blob_names(uncommitted=True)
    url = tus.begin(SIZE)
    tus.patch(url, 0, FILM[: 2 * MIB])
    assert len(server.blob_names(uncommitted=True)) == len(before) + 1
    assert tus.delete(url).status_code == 204
    assert tus.head(url).status_code == 404
    assert server.blob_names(uncommitted=True) == before


def test_ending_a_finished_upload_leaves_the_video(server: Server, tus: TusClient) -> None:
    url = tus.begin(SIZE)
    tus.patch(url, 0, FILM)
    video = tus.video_id(url)
    assert tus.delete(url).status_code == 204
    assert server.content(video) == FILM


def test_an_unfinished_upload_leads_to_no_video(tus: TusClient) -> None:
    assert requests.get(tus.begin(SIZE), timeout=30).status_code == 409


def test_the_method_can_be_overridden(server: Server, tus: TusClient) -> None:
    url = tus.begin(SIZE)
    headers = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": BYTES}
    assert tus.send("POST", url, data=FILM, headers=headers).status_code == 204
    assert server.content(tus.video_id(url)) == FILM
    assert tus.send("POST", url, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert tus.send("POST", url, headers={"X-HTTP-Method-Override": "BREW"}).status_code == 400


def test_a_request_that_is_sending_keeps_others_out(server: Server, tus: TusClient) -> None:
    url = tus.begin(SIZE)
    path = url.removeprefix(server.url)
    sent = {"Content_Length": str(SIZE), "Content_Type": BYTES, "Upload_Offset": "0", "Tus_Resumable": "1.0.0"}
    over = threading.Event()
    with connect(server.port) as busy:
        busy.sendall(request_head("PATCH", path, **sent))

        def trickle() -> None:
            at = 0
            while not over.wait(0.05):
                busy.sendall(FILM[at : at + 20_000])
                at += 20_000

        sender = threading.Thread(target=trickle)
        sender.start()
        try:
            eventually(lambda: requests.head(url, headers=VERSION, timeout=30).ok)
            time.sleep(0.5)  # There is nothing to see until the request has taken hold.
            answer = tus.patch(url, 0, FILM)
            assert (answer.status_code, answer.headers["Retry-After"]) == (423, "2")
            assert tus.head(url).status_code == 200
        finally:
            over.set()
            sender.join()
    offset = settled_offset(tus, url)
    assert tus.patch(url, offset, FILM[offset:]).status_code == 204
    assert server.content(tus.video_id(url)) == FILM


def test_a_silent_connection_gives_way_and_loses_nothing(server: Server, tus: TusClient) -> None:
    url = tus.begin(SIZE)
    path = url.removeprefix(server.url)
    sent = {"Content_Length": str(SIZE), "Content_Type": BYTES, "Upload_Offset": "0", "Tus_Resumable": "1.0.0"}
    with connect(server.port) as half_dead:
        received = 2 * MIB + 64 * 1024
        half_dead.sendall(request_head("PATCH", path, **sent) + FILM[:received])
        eventually(lambda: tus.offset(url) >= MIB)
        started = time.monotonic()
        while (answer := tus.patch(url, offset := tus.offset(url), FILM[offset:])).status_code != 204:
            assert answer.status_code in {409, 423}
            assert time.monotonic() < started + 20
        assert offset >= received - MIB  # What the server reads in one step.
        assert server.content(tus.video_id(url)) == FILM
        half_dead.sendall(FILM[received : received + MIB])


def test_any_file_is_taken_where_any_file_is_allowed(any_file: Server) -> None:
    tus = TusClient(any_file.url)
    answer = tus.create(11, Upload_Metadata="")
    url = answer.headers["Location"]
    assert tus.patch(url, 0, b"hello world").status_code == 204
    assert any_file.content(tus.video_id(url)) == b"hello world"


def test_pages_of_other_origins_may_use_it(azurite: str) -> None:
    with running_server(azurite, cors_origins="https://example.org") as server:
        asked = {
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "tus-resumable,upload-offset,content-type",
        }
        answer = requests.options(f"{server.url}/api/uploads/x", headers=asked, timeout=30)
        assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
        assert "upload-offset" in answer.headers["Access-Control-Allow-Headers"]
        answer = TusClient(server.url).create(SIZE, Origin="https://example.org")
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert {"Location", "Upload-Offset", "Tus-Resumable"} <= set(exposed.split(", "))


def settled_offset(tus: TusClient, url: str) -> int:
    """The offset once the request whose connection broke has let go."""
    deadline = time.monotonic() + 20
    while True:
        offset = tus.offset(url)
        answer = tus.patch(url, offset, b"")
        if answer.status_code == 204:
            return offset
        assert time.monotonic() < deadline
