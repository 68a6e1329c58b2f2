"""What is not let in, and that nothing of it stays."""

import base64
import hashlib
from collections.abc import Iterator

import pytest
import requests

from tests.server import Server, running_server
from tests.videos import mp4
from tests.wire import BOUNDARY, END, FORM_TYPE, answer_of, connect, exchange, file_part, form_head, request_head
from utils.sizes import MIB

PDF = b"%PDF-1.7\n" + b"x" * 5000
HTML = b"<!doctype html><script>alert(1)</script>" + b" " * 5000


@pytest.fixture(scope="module")
def server(azurite: str) -> Iterator[Server]:
    with running_server(azurite, upload_block_mb=1, max_upload_mb=3, upload_idle_seconds=1) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_stays(server: Server) -> Iterator[None]:
    """Whatever a test sends, storage must be empty afterwards: no blob, and no staged block."""
    yield
    assert server.blob_names(uncommitted=True) == []


def refused(server: Server, body: bytes, content_type: str = FORM_TYPE) -> dict[str, object]:
    answer = requests.post(f"{server.url}/api/upload", data=body, headers={"Content-Type": content_type}, timeout=60)
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.json()  # type: ignore[no-any-return]


@pytest.mark.parametrize("content", [PDF, HTML, b"MZ" + b"\0" * 5000, b"\0" * 5000, b"short"])
def test_a_file_that_is_not_what_its_name_says_is_refused_by_name(server: Server, content: bytes) -> None:
    problem = refused(server, file_part(content, filename="film.mp4") + END)
    assert problem["errors"][0]["file"] == "film.mp4"  # type: ignore[index]


def test_wrong_content_is_refused_before_a_second_block_is_read(server: Server) -> None:
    with connect(server.port) as connection:
        connection.sendall(request_head("PUT", "/api/upload/film.mp4", Content_Length=str(3 * MIB)) + PDF * 4)
        status, _ = answer_of(connection)  # The rest has not been sent, and the answer is there.
    assert status == 400


@pytest.mark.parametrize(
    "filename", ["film.exe", "film", "film.mp4.html", "CON.mp4", "..", "a/b/", "\u202egpj.mp4 .exe", "x" * 300 + ".mp4"]
)
def test_names_that_cannot_be_videos_are_refused(server: Server, filename: str) -> None:
    refused(server, file_part(mp4(5000), filename=filename) + END)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (END, FORM_TYPE),
        (b"", FORM_TYPE),
        (file_part(b"", filename="film.mp4") + END, FORM_TYPE),
        (file_part(b"", filename="") + END, FORM_TYPE),
        (file_part(b"content", filename="") + END, FORM_TYPE),
        (file_part(mp4(5000)) + END, "multipart/form-data"),
        (file_part(mp4(5000)) + END, "multipart/form-data; boundary="),
        (file_part(mp4(5000)) + END, f"multipart/form-data; boundary={BOUNDARY}; boundary=other"),
        (file_part(mp4(5000)) + END, f"multipart/form-data; boundary={'x' * 5000}"),
        (file_part(mp4(5000)) + END, "application/x-www-form-urlencoded"),
        (file_part(mp4(5000)) + END, "text/plain"),
        (b"no multipart at all", FORM_TYPE),
        (file_part(mp4(5000)), FORM_TYPE),
        (file_part(mp4(5000), headers=["X-Long: " + "x" * MIB]) + END, FORM_TYPE),
        (b"".join(file_part(mp4(50), filename=f"{i}.mp4", name="f") for i in range(3000)) + END, FORM_TYPE),
        (b"".join(file_part(b"", filename="", name="f") for _ in range(3000)) + END, FORM_TYPE),
        (file_part(mp4(5000), headers=["Content-Type: text/html"]) + END, FORM_TYPE),
        (file_part(mp4(5000), headers=["Content-Transfer-Encoding: base64"]) + END, FORM_TYPE),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(server: Server, body: bytes, content_type: str) -> None:
    refused(server, body, content_type)


def test_one_refused_file_spoils_the_whole_request(server: Server) -> None:
    good = file_part(mp4(2 * MIB), filename="good.mp4")
    problem = refused(server, good + file_part(PDF, filename="bad.mp4") + END)
    assert problem["errors"] == [{"file": "bad.mp4", "reason": '"bad.mp4" does not begin like a .mp4 video.'}]


def test_a_length_over_the_limit_is_refused_before_the_body(server: Server) -> None:
    head = request_head("PUT", "/api/upload/film.mp4", Content_Length=str(3 * MIB + 1))
    assert exchange(server.port, head + mp4(10_000))[0] == 413
    assert exchange(server.port, form_head(4 * MIB + 1) + file_part(mp4(10_000)))[0] == 413


def test_a_body_that_turns_out_too_large_is_refused_and_its_sender_can_read_why(server: Server) -> None:
    content = mp4(3 * MIB + 1)
    answer = requests.put(f"{server.url}/api/upload/film.mp4", data=iter([content]), timeout=60)
    assert answer.status_code == 413
    answer = requests.post(f"{server.url}/api/upload", files={"f": ("film.mp4", content)}, timeout=60)
    assert (answer.status_code, answer.json()["title"]) == (413, "Too large")


def test_many_files_in_one_chunked_form_cannot_pass_the_limit_together(server: Server) -> None:
    parts = (file_part(mp4(2 * MIB), filename=f"{index}.mp4") for index in range(40))
    answer = requests.post(f"{server.url}/api/upload", data=parts, headers={"Content-Type": FORM_TYPE}, timeout=60)
    assert answer.status_code == 413


def test_a_file_of_the_largest_size_is_let_in(server: Server) -> None:
    content = mp4(3 * MIB)
    for answer in (
        requests.put(f"{server.url}/api/upload/film.mp4", data=content, timeout=60),
        requests.post(f"{server.url}/api/upload", files={"f": ("film.mp4", content)}, timeout=60),
    ):
        assert answer.status_code == 201
    with server.container() as container:
        for name in server.blob_names():
            container.delete_blob(name)


@pytest.mark.parametrize("keep", [1, 500, 100_000, MIB, 2 * MIB + 77])
def test_a_body_cut_off_is_a_failed_upload(server: Server, keep: int) -> None:
    body = file_part(mp4(2 * MIB + 500)) + END
    for request in (
        form_head(len(body)) + body[:keep],
        request_head("PUT", "/api/upload/film.mp4", Content_Length=str(len(body))) + mp4(2 * MIB)[:keep],
        request_head("PUT", "/api/upload/film.mp4", Transfer_Encoding="chunked") + b"200000\r\n" + mp4(2 * MIB)[:keep],
    ):
        with connect(server.port) as connection:
            connection.sendall(request)
            connection.shutdown(1)  # No more will come, but the answer can still be read.
            status, problem = answer_of(connection)
        assert (status, problem["type"]) == (400, "/problems/truncated-body")


def test_a_stalled_body_is_ended(server: Server) -> None:
    request = request_head("PUT", "/api/upload/film.mp4", Content_Length=str(MIB)) + mp4(300_000)
    assert exchange(server.port, request)[0] == 408


def test_encoded_bodies_and_parts_of_files_are_refused(server: Server) -> None:
    url = f"{server.url}/api/upload/film.mp4"
    assert requests.put(url, data=mp4(5000), headers={"Content-Encoding": "gzip"}, timeout=60).status_code == 415
    partial = {"Content-Range": "bytes 0-4999/10000"}
    assert requests.put(url, data=mp4(5000), headers=partial, timeout=60).status_code == 400


def test_a_wrong_declared_type_is_refused_and_an_absent_one_is_not_needed(server: Server) -> None:
    url = f"{server.url}/api/upload/film.mp4"
    assert requests.put(url, data=mp4(5000), headers={"Content-Type": "text/html"}, timeout=60).status_code == 400
    digest = {"Content-MD5": base64.b64encode(hashlib.md5(b"").digest()).decode()}
    assert requests.put(url, data=PDF, headers=digest, timeout=60).status_code == 400
