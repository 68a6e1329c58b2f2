"""Videos that clients write into storage by themselves, with the URL that they are given."""

import base64
import platform
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from azure.storage.blob import BlobClient

from tests.direct import PUT_BLOB, block_id, complete, generate, listed, permit, records, stage, stage_all
from tests.server import ROOT, Server, running_server
from tests.videos import mp4
from utils.sizes import MIB


@pytest.mark.walk
def test_blocks_written_past_the_server_become_a_video(server: Server) -> None:
    content = mp4(3 * MIB + 7)
    permitted = permit(server, len(content), title="A film")
    blocks = stage_all(permitted["upload_url"], content)
    assert permitted["id"] not in listed(server)
    answer = complete(permitted, blocks)
    assert answer.status_code == 201, answer.text
    video = answer.json()
    assert (video["title"], video["size"]) == ("A film", len(content))
    assert (video["content_type"], video["sha256"], video["status"]) == ("video/mp4", None, "ready")
    assert requests.get(video["url"], timeout=30).content == content
    # The name that the URL covers is not the one that is served; its record remembers which video it became.
    assert video["id"] in listed(server)
    assert permitted["id"] not in server.blob_names(uncommitted=True)
    assert f"direct/{permitted['id']}" in records(server)


def test_blocks_are_put_together_in_the_order_they_are_named(server: Server) -> None:
    content = mp4(3 * MIB)
    permitted = permit(server, len(content))
    for number in (2, 0, 1):
        assert stage(permitted["upload_url"], block_id(9 - number), content[number * MIB : (number + 1) * MIB]) == 201
    answer = complete(permitted, [block_id(9), block_id(8), block_id(7)])
    assert answer.status_code == 201
    assert server.content(answer.json()["id"]) == content


@pytest.mark.parametrize("raw", [b"\x00\x00\x00\x80", b"\xff\xfe\xfd", b"gIA=", "ä".encode()])
def test_ids_of_blocks_may_be_any_bytes(server: Server, raw: bytes) -> None:
    content, id_ = mp4(5000), base64.b64encode(raw).decode()
    permitted = permit(server, len(content))
    assert stage(permitted["upload_url"], id_, content) == 201
    assert complete(permitted, [id_]).status_code == 201


def test_completing_again_gives_the_same_video(server: Server) -> None:
    content = mp4(5000)
    permitted = permit(server, len(content))
    blocks = stage_all(permitted["upload_url"], content)
    first = complete(permitted, blocks)
    again = complete(permitted, blocks)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_completing_many_times_at_once_gives_one_video(server: Server) -> None:
    content = mp4(2 * MIB)
    permitted = permit(server, len(content), filename="film.mkv", content_type=None)
    content = b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska" + content[16:]
    blocks = stage_all(permitted["upload_url"], content)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: complete(permitted, blocks), range(4)))
    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_curl_puts_the_whole_file_to_the_url(server: Server, tmp_path: Path) -> None:
    path, content = tmp_path / "film.mp4", mp4(3 * MIB)
    path.write_bytes(content)
    permitted = permit(server, len(content))
    headers = ["-H", "x-ms-blob-type: BlockBlob", "-H", "Content-Type: text/html"]
    subprocess.run(["curl", "-sS", "--fail", *headers, "-T", path, permitted["upload_url"]], check=True)
    assert permitted["id"] not in listed(server)
    answer = requests.post(permitted["complete_url"], timeout=30)
    assert answer.status_code == 201, answer.text
    assert answer.json()["content_type"] == "video/mp4"
    assert requests.get(answer.json()["url"], timeout=30).content == content


def test_a_client_that_commits_its_blocks_itself_is_checked_all_the_same(server: Server) -> None:
    content = mp4(2 * MIB + 1)
    permitted = permit(server, len(content))
    with BlobClient.from_blob_url(permitted["upload_url"], api_version="2025-11-05", max_single_put_size=MIB) as blob:
        blob.upload_blob(content, metadata={"content_etag": "forged", "upload_id": "forged"})
    answer = complete(permitted)
    assert answer.status_code == 201
    assert server.content(answer.json()["id"]) == content


def test_azcopy_uploads_to_the_url(server: Server, tmp_path: Path) -> None:
    path, content = tmp_path / "film.mp4", mp4(9 * MIB + 5)
    path.write_bytes(content)
    permitted = permit(server, len(content))
    # It would read the blob's length back, which the URL does not let it.
    options = ["--from-to=LocalBlob", "--check-length=false", "--block-size-mb=4", "--skip-version-check"]
    environment = {
        "HOME": str(tmp_path),
        "AZCOPY_LOG_LOCATION": str(tmp_path),
        "AZCOPY_JOB_PLAN_LOCATION": str(tmp_path),
        "AZCOPY_DISABLE_SYSLOG": "true",
    }
    command = [azcopy(tmp_path), "copy", str(path), permitted["upload_url"], *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
    answer = complete(permitted)
    assert answer.status_code == 201
    assert server.content(answer.json()["id"]) == content


def azcopy(folder: Path) -> str:
    """A copy of npm's azcopy that may be executed; skips where it does not run."""
    shipped = ROOT / "node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64"
    if not shipped.exists() or platform.machine() != "x86_64":
        pytest.skip("There is no azcopy for this machine.")
    program = folder / "azcopy"
    shutil.copy(shipped, program)
    program.chmod(0o755)
    if subprocess.run([program, "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("azcopy does not run here; on Debian it needs libsecret-1-0.")
    return str(program)


# What is not a video yet, and never becomes one.


def test_nothing_there_yet_is_a_conflict_and_nothing_is_lost(server: Server) -> None:
    content = mp4(2 * MIB)
    permitted = permit(server, len(content))
    assert complete(permitted).status_code == 409
    assert stage(permitted["upload_url"], block_id(0), content[:MIB]) == 201
    answer = complete(permitted, [block_id(0), block_id(1)])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/incomplete-upload")
    assert answer.json()["errors"] == [{"field": "blocks", "reason": f"Block {block_id(1)} is not there."}]
    assert stage(permitted["upload_url"], block_id(1), content[MIB:]) == 201
    assert complete(permitted, [block_id(0), block_id(1)]).status_code == 201


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("content", [mp4(4999), mp4(5001), b"<!doctype html>" + bytes(4985)])
def test_wrong_size_or_content_is_refused_and_gone(server: Server, content: bytes, *, whole: bool) -> None:
    permitted = permit(server, 5000)
    if whole:
        assert requests.put(permitted["upload_url"], data=content, headers=PUT_BLOB, timeout=30).ok
        answer = complete(permitted)
    else:
        answer = complete(permitted, stage_all(permitted["upload_url"], content))
    assert answer.status_code == 400
    assert permitted["id"] not in server.blob_names(uncommitted=True)
    assert complete(permitted).status_code == 410
    assert requests.get(f"{server.url}/api/videos/{permitted['id']}", timeout=30).status_code == 404


def test_what_is_written_after_a_refusal_is_no_video(server: Server) -> None:
    permitted = permit(server, 5000)
    for _ in range(2):
        assert requests.put(permitted["upload_url"], data=b"nonsense", headers=PUT_BLOB, timeout=30).ok
        assert complete(permitted).status_code in {400, 410}
    assert permitted["id"] not in listed(server)
    assert requests.get(f"{server.url}/api/videos/{permitted['id']}/content", timeout=30).status_code == 404


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [
        (["?"], "not base64"),
        (["QUFB", "QQ=="], None),
        (["QQ==", "QUFBQQ=="], "one length"),
        (["QQ==", "QQ=="], "twice"),
        (["Q" * 88], "not base64"),
        ([block_id(number) for number in range(50_001)], "at most 50000"),
        ("QQ==", "Expected `array | null`"),
        ([7], "Expected `str`, got `int`"),
        ([[]] * 1000, "Expected `str`, got `array`"),
    ],
)
def test_bad_lists_of_blocks_are_refused_by_field(server: Server, blocks: list[str], reason: str | None) -> None:
    permitted = permit(server, 5000)
    answer = complete(permitted, blocks)
    if reason is None:
        assert answer.status_code == 409
        return
    assert answer.status_code == 400
    [fault] = answer.json()["errors"]
    assert fault["field"] == "blocks"
    assert reason in fault["reason"]


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"filename": None}, 400, "filename"),
        ({"filename": 7}, 400, "filename"),
        ({"filename": ""}, 400, "filename"),
        ({"filename": "notes.pdf"}, 400, "filename"),
        ({"filename": "..."}, 400, "filename"),
        ({"content_type": "image/png"}, 400, "content_type"),
        ({"content_type": 7}, 400, "content_type"),
        ({"size": "5000"}, 400, "size"),
        ({"size": 5000.5}, 400, "size"),
        ({"size": True}, 400, "size"),
        ({"size": 0}, 400, "size"),
        ({"size": -1}, 400, "size"),
        ({"size": 20480 * MIB + 1}, 413, "size"),
        ({"title": "x" * 300}, 400, "title"),
        ({"client_ip": "example.org"}, 400, "client_ip"),
    ],
)
def test_a_bad_request_is_refused_by_field(server: Server, fields: dict[str, object], status: int, field: str) -> None:
    answer = generate(server, **({"size": 5000} | fields))  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_byte_order_mark_is_no_part_of_a_request(server: Server) -> None:
    url, headers = f"{server.url}/api/v1/videos/generate-upload-url", {"Content-Type": "application/json"}
    body = b'\xef\xbb\xbf{"filename": "film.mp4", "size": 5000, "client_ip": null, "title": "\\u00fc"}'
    assert requests.post(url, data=body, headers=headers, timeout=30).status_code == 201


def test_all_faulty_fields_are_named(server: Server) -> None:
    answer = generate(server, size=0, filename="", client_ip="::1", unknown=1)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["filename", "size", "client_ip"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"size": 1, "filename": ' + b"[" * 100_000,
        b'{"size": 1, "filename": "\\ud800"}',
        b'{"size": 1, "filename": "\xff"}',
        b'{"size": 1, "filename": "a.mp4", "\xed\x9f": 1}',
        b'{"size": 1, "filename": "a.mp4", "\\ud800": 1}',
        b'{"size": 1e400, "filename": "a.mp4"}',
    ],
)
def test_a_body_that_is_no_json_object_is_refused(server: Server, body: bytes) -> None:
    url, headers = f"{server.url}/api/v1/videos/generate-upload-url", {"Content-Type": "application/json"}
    answer = requests.post(url, data=body, headers=headers, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_unknown_uploads_are_unknown(server: Server) -> None:
    unknown = "20260101T000000000Z_" + "0" * 32 + "_film.mp4"
    for name in (unknown, "film.mp4", "..", "%2e%2e%2ffilm.mp4"):
        url = f"{server.url}/api/v1/videos/{name}"
        assert requests.post(f"{url}/complete", timeout=30).status_code == 404
        assert requests.post(f"{url}/upload-url", timeout=30).status_code == 404
        assert requests.delete(f"{url}/upload-url", timeout=30).status_code == 404


def test_a_renewed_url_goes_on_and_knows_what_is_there(server: Server) -> None:
    content = mp4(2 * MIB)
    permitted = permit(server, len(content))
    assert stage(permitted["upload_url"], block_id(0), content[:MIB]) == 201
    renewed = requests.post(permitted["renew_url"], timeout=30).json()
    assert (renewed["id"], renewed["staged"]) == (permitted["id"], {block_id(0): MIB})
    assert stage(renewed["upload_url"], block_id(1), content[MIB:]) == 201
    assert len(requests.post(permitted["renew_url"], timeout=30).json()["staged"]) == 2
    assert complete(permitted, [block_id(0), block_id(1)]).status_code == 201


def test_urls_renewed_at_once_end_no_upload_and_cancelling_ends_it_all_the_same(server: Server) -> None:
    permitted = permit(server, 3 * MIB)
    with ThreadPoolExecutor(3) as pool:
        renewals = [pool.submit(requests.post, permitted["renew_url"], timeout=60) for _ in range(6)]
        assert [each.result().status_code for each in renewals] == [201] * 6
        renewals = [pool.submit(requests.post, permitted["renew_url"], timeout=60) for _ in range(6)]
        assert requests.delete(permitted["renew_url"], timeout=60).status_code == 204
        assert {each.result().status_code for each in renewals} <= {201, 410}
    assert requests.post(permitted["renew_url"], timeout=30).status_code == 410


def test_a_cancelled_upload_leaves_nothing(server: Server) -> None:
    permitted = permit(server, 5000)
    stage_all(permitted["upload_url"], mp4(5000))
    assert requests.delete(permitted["renew_url"], timeout=30).status_code == 204
    assert permitted["id"] not in server.blob_names(uncommitted=True)
    assert complete(permitted, [block_id(0)]).status_code == 410
    assert requests.post(permitted["renew_url"], timeout=30).status_code == 410


# What the URL is not good for.


def attempt(method: str, url: str, **options: object) -> int:
    return requests.request(method, url, timeout=30, **options).status_code  # type: ignore[arg-type]


@pytest.mark.parametrize("finished", [False, True])
def test_the_url_reads_lists_and_deletes_nothing(server: Server, *, finished: bool) -> None:
    content = mp4(5000)
    permitted = permit(server, len(content))
    url = permitted["upload_url"]
    blocks = stage_all(url, content)
    if finished:
        assert complete(permitted, blocks).status_code == 201
    container = url.replace(f"/{permitted['id']}", "")
    refused = {403, 404}
    assert attempt("GET", url) in refused
    assert attempt("HEAD", url) in refused
    assert attempt("GET", f"{url}&comp=metadata") in refused
    assert attempt("GET", f"{url}&comp=blocklist&blocklisttype=all") in refused
    assert attempt("DELETE", url) in refused
    assert attempt("GET", f"{container}&restype=container&comp=list") in refused
    assert attempt("DELETE", f"{container}&restype=container") in refused


def test_the_url_touches_no_other_blob(server: Server) -> None:
    content = mp4(5000)
    other = requests.put(f"{server.url}/api/upload/other.mp4", data=content, timeout=30).json()["id"]
    permitted = permit(server, len(content))
    for name in (other, "new.mp4", permitted["id"] + "x"):
        url = permitted["upload_url"].replace(permitted["id"], name)
        assert attempt("PUT", url, data=content, headers=PUT_BLOB) == 403
        assert attempt("PUT", f"{url}&comp=block&blockid=QQ==", data=content) == 403
    assert attempt("PUT", permitted["upload_url"].replace("sp=cw", "sp=rcwd"), data=content, headers=PUT_BLOB) == 403
    assert server.content(other) == content


def test_the_url_says_what_it_is_for(server: Server) -> None:
    permitted = permit(server, 5000, client_ip="203.0.113.7")
    signed = {name: values[0] for name, values in parse_qs(urlsplit(permitted["upload_url"]).query).items()}
    assert (signed["sr"], signed["sp"], signed["sip"]) == ("b", "cw", "203.0.113.7")
    assert signed["se"] == permitted["expires_at"].replace(".000Z", "Z")
    assert "sig=" not in server.log


def test_a_title_can_be_edited_and_the_video_still_plays(server: Server) -> None:
    content = mp4(5000)
    permitted = permit(server, len(content))
    video = complete(permitted, stage_all(permitted["upload_url"], content)).json()
    assert requests.patch(f"{server.url}/api/videos/{video['id']}", json={"title": "New"}, timeout=30).ok
    assert requests.get(video["url"], timeout=30).content == content


def test_a_door_that_is_shut_is_not_there(azurite: str) -> None:
    with running_server(azurite, direct_uploads="false") as server:
        assert generate(server, 5000).status_code == 404
        url = f"{server.url}/api/v1/videos/20260101T000000000Z_{'0' * 32}_film.mp4"
        assert requests.post(f"{url}/complete", timeout=30).status_code == 404
        assert requests.post(f"{url}/upload-url", timeout=30).status_code == 404
        described = requests.get(f"{server.url}/api/openapi.json", timeout=30).json()["paths"]
        assert not [path for path in described if path.startswith("/api/v1/")]
        assert requests.get(f"{server.url}/docs", timeout=30).ok
