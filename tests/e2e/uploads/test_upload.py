"""Uploads of whole files, through real sockets into real storage."""

import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.server import Server
from tests.videos import crlf_dense, mp4
from tests.wire import BOUNDARY, END, FORM_TYPE, field_part, file_part
from utils.sizes import MIB

# With 1 MiB blocks: below, at and above one block, and several.
AWKWARD_SIZES = [2047, 2048, 16 * 1024, MIB - 1, MIB, MIB + 1, 2 * MIB, 5 * MIB + 3]


def post(server: Server, *parts: bytes, **headers: str) -> requests.Response:
    body = b"".join([*parts, END])
    return requests.post(
        f"{server.url}/api/upload", data=body, headers={"Content-Type": FORM_TYPE} | headers, timeout=60
    )


def put(server: Server, name: str, content: object, **options: object) -> requests.Response:
    return requests.put(f"{server.url}/api/upload/{name}", data=content, timeout=60, **options)  # type: ignore[arg-type]


@pytest.mark.walk
@pytest.mark.parametrize("size", AWKWARD_SIZES)
def test_a_put_file_arrives_byte_for_byte(server: Server, size: int) -> None:
    content = mp4(size)
    answer = put(server, "film.mp4", content)
    assert answer.status_code == 201
    video = answer.json()
    assert (video["size"], video["sha256"]) == (size, hashlib.sha256(content).hexdigest())
    assert server.content(video["id"]) == content


def test_a_put_file_may_have_a_line_break_in_its_name(server: Server) -> None:
    answer = put(server, "my%0Afilm.mp4", mp4(5000))
    assert answer.status_code == 201
    assert answer.json()["original_name"] == "my film.mp4"


@pytest.mark.walk
@pytest.mark.parametrize("size", AWKWARD_SIZES)
def test_a_form_file_arrives_byte_for_byte(server: Server, size: int) -> None:
    content = mp4(size)
    answer = post(server, file_part(content))
    assert answer.status_code == 201
    [video] = answer.json()["videos"]
    assert (video["size"], video["sha256"]) == (size, hashlib.sha256(content).hexdigest())
    assert server.content(video["id"]) == content


def test_a_body_of_unknown_length_arrives_byte_for_byte(server: Server) -> None:
    content = mp4(3 * MIB + 17)
    pieces = (content[start : start + 70_001] for start in range(0, len(content), 70_001))
    answer = put(server, "film.mp4", pieces)
    assert answer.status_code == 201
    assert server.content(answer.json()["id"]) == content


def test_a_file_as_small_as_its_signature_is_a_video(server: Server) -> None:
    content = mp4(32)
    assert put(server, "tiny.mp4", content).json()["size"] == 32


def test_one_request_stores_many_files_with_fields_before_and_after(server: Server) -> None:
    contents = [mp4(300_000 + index, seed=index) for index in range(8)]
    parts = [file_part(content, name=f"any{index}", filename=f"{index}.mp4") for index, content in enumerate(contents)]
    answer = post(server, field_part("x", name="before"), *parts, field_part("y", name="after"))
    assert answer.status_code == 201
    videos = answer.json()["videos"]
    assert [server.content(video["id"]) for video in videos] == contents


def test_a_title_field_names_the_file_that_follows_it(server: Server) -> None:
    answer = post(server, field_part("Grüße aus Köln"), file_part(mp4(5000)), file_part(mp4(5000), filename="b_c.mp4"))
    assert [video["title"] for video in answer.json()["videos"]] == ["Grüße aus Köln", "b c"]


def test_content_that_looks_like_boundaries_arrives_unchanged(server: Server) -> None:
    tricky = mp4(2000) + f"\r\n--{BOUNDARY[:-1]}\r\n\r\n--{BOUNDARY}".replace(BOUNDARY, BOUNDARY[:-2]).encode() * 3000
    for content in (tricky, crlf_dense(2 * MIB)):
        [video] = post(server, file_part(content)).json()["videos"]
        assert server.content(video["id"]) == content


def test_the_commit_carries_all_that_makes_it_a_video(server: Server) -> None:
    content = mp4(10_000)
    video = put(server, "Ho%CC%88hlen%20%F0%9F%8E%AC.MP4", content).json()
    with server.container() as container:
        properties = container.get_blob_client(video["id"]).get_blob_properties()
    assert properties.content_settings.content_type == "video/mp4"
    assert properties.metadata["original_name"] == "H%C3%B6hlen%20%F0%9F%8E%AC.MP4"
    assert properties.metadata["title"] == "H%C3%B6hlen%20%F0%9F%8E%AC"
    assert properties.metadata["sha256"] == hashlib.sha256(content).hexdigest()
    assert video["original_name"] == "Höhlen 🎬.MP4"
    assert video["id"].endswith("_hohlen.mp4")


@pytest.mark.walk
def test_curl_uploads_as_the_readme_says(server: Server, tmp_path: object) -> None:
    path = f"{tmp_path}/field notes.mp4"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(mp4(3 * MIB))
    for arguments in (["-T", path, f"{server.url}/api/upload/"], ["-F", f"file=@{path}", f"{server.url}/api/upload"]):
        done = subprocess.run(["curl", "-sS", "--fail-with-body", *arguments], capture_output=True, check=False)
        assert done.returncode == 0, done.stdout
        assert b'"original_name":"field notes.mp4"' in done.stdout


def test_curl_waits_for_100_continue_and_gets_it(server: Server, tmp_path: object) -> None:
    path = f"{tmp_path}/film.mp4"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(mp4(2 * MIB))
    done = subprocess.run(
        ["curl", "-sSv", "-H", "Expect: 100-continue", "-T", path, f"{server.url}/api/upload/"],
        capture_output=True,
        check=True,
    )
    assert b"HTTP/1.1 100 Continue" in done.stderr
    assert b"HTTP/1.1 201" in done.stderr


def test_a_browser_form_is_led_back_to_the_page(server: Server) -> None:
    answer = requests.post(
        f"{server.url}/api/upload",
        files={"files": ("film.mp4", mp4(5000))},
        headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        allow_redirects=False,
        timeout=60,
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_digest_that_fits_is_accepted_and_one_that_does_not_leaves_nothing(server: Server) -> None:
    content = mp4(MIB + 5)
    right = {"Content-Digest": f"sha-256=:{_base64(hashlib.sha256(content).digest())}:"}
    assert put(server, "film.mp4", content, headers=right).status_code == 201
    before = set(server.blob_names(uncommitted=True))
    for wrong in (
        {"Content-MD5": _base64(hashlib.md5(b"").digest())},
        {"Content-Digest": f"sha-512=:{_base64(hashlib.sha512(b'').digest())}:"},
        {"Repr-Digest": f"sha-256=:{_base64(hashlib.sha256(b'').digest())}:"},
    ):
        answer = put(server, "film.mp4", content, headers=wrong)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/checksum-mismatch")
    assert put(server, "film.mp4", content, headers={"Content-MD5": "nonsense"}).status_code == 400
    assert set(server.blob_names(uncommitted=True)) <= before


def test_digests_of_a_form_and_of_its_parts_are_checked(server: Server) -> None:
    content = mp4(9000)
    fits = f"Content-MD5: {_base64(hashlib.md5(content).digest())}"
    wrong = f"Content-MD5: {_base64(hashlib.md5(b'').digest())}"
    assert post(server, file_part(content, headers=[fits])).status_code == 201
    assert post(server, file_part(content, headers=[wrong])).status_code == 400
    body = file_part(content) + END
    whole = {"Content-Digest": f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"}
    assert post(server, file_part(content), **whole).status_code == 201
    assert post(server, file_part(content + b"!"), **whole).status_code == 400


def test_same_named_uploads_at_once_never_overwrite_each_other(server: Server) -> None:
    contents = [mp4(200_000, seed=seed) for seed in range(12)]
    with ThreadPoolExecutor(12) as pool:
        videos = list(pool.map(lambda content: put(server, "film.mp4", content).json(), contents))
    assert len({video["id"] for video in videos}) == 12
    assert [server.content(video["id"]) for video in videos] == contents


def _base64(digest: bytes) -> str:
    import base64  # noqa: PLC0415

    return base64.b64encode(digest).decode()
