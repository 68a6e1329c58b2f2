"""What the resumable protocol has beyond its core: checksums, uploads that are joined, and those that expire."""

import base64
import hashlib
import itertools
import zlib
from collections.abc import Iterable, Iterator

import pytest
import requests

from tests.fault_proxy import running_fault_proxy
from tests.server import Server, eventually, running_server
from tests.tus import TusClient, metadata
from tests.videos import mp4
from utils.sizes import MIB

SIZE = 3 * MIB + 17
FILM = mp4(SIZE, seed=3)


@pytest.fixture
def tus(server: Server) -> TusClient:
    return TusClient(server.url)


@pytest.fixture(scope="module")
def short_lived(azurite: str) -> Iterator[Server]:
    with running_server(azurite, upload_expiry_hours=1 / 3600, max_upload_mb=4) as running:
        yield running


def digest_of(algorithm: str, data: bytes) -> bytes:
    if algorithm == "crc32":
        return zlib.crc32(data).to_bytes(4, "big")
    return hashlib.new(algorithm, data).digest()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5", "crc32"])
def test_checksums_are_verified(server: Server, tus: TusClient, algorithm: str) -> None:
    def checksum(data: bytes) -> str:
        return f"{algorithm} {base64.b64encode(digest_of(algorithm, data)).decode()}"

    url = tus.begin(SIZE)
    first, rest = FILM[: 2 * MIB + 5], FILM[2 * MIB + 5 :]
    assert tus.patch(url, 0, first, Upload_Checksum=checksum(first)).status_code == 204
    answer = tus.patch(url, len(first), bytes(len(rest)), Upload_Checksum=checksum(rest))
    assert (answer.status_code, answer.reason) == (460, "Checksum Mismatch") or answer.status_code == 460
    assert tus.offset(url) == len(first)
    assert tus.patch(url, len(first), rest, Upload_Checksum=checksum(rest)).status_code == 204
    assert server.content(tus.video_id(url)) == FILM


def test_pieces_are_joined(server: Server, tus: TusClient) -> None:
    cuts = [0, 1000, MIB + 3, SIZE]
    pieces = []
    for start, end in itertools.pairwise(cuts):
        answer = tus.create(end - start, Upload_Concat="partial", Upload_Metadata="")
        pieces.append(answer.headers["Location"])
        assert tus.patch(pieces[-1], 0, FILM[start:end]).status_code == 204
        assert tus.head(pieces[-1]).headers["Upload-Concat"] == "partial"
        assert requests.get(pieces[-1], timeout=30).status_code == 409
    answer = tus.send(
        "POST",
        f"{server.url}/api/uploads",
        headers={"Upload-Concat": "final;" + " ".join(pieces), "Upload-Metadata": metadata(filename="film.mp4")},
    )
    assert answer.status_code == 201
    url = answer.headers["Location"]
    head = tus.head(url).headers
    assert (head["Upload-Offset"], head["Upload-Length"]) == (str(SIZE), str(SIZE))
    assert head["Upload-Concat"].startswith("final;/api/uploads/")
    assert tus.patch(url, SIZE, b"").status_code == 403
    assert server.content(tus.video_id(url)) == FILM


def test_unfinished_pieces_are_not_joined(server: Server, tus: TusClient) -> None:
    piece = tus.create(1000, Upload_Concat="partial").headers["Location"]
    headers = {"Upload-Concat": f"final;{piece}", "Upload-Metadata": metadata(filename="film.mp4")}
    assert tus.send("POST", f"{server.url}/api/uploads", headers=headers).status_code == 400
    headers["Upload-Concat"] = f"final;/api/uploads/{'0' * 32}"
    assert tus.send("POST", f"{server.url}/api/uploads", headers=headers).status_code == 404


def joined(tus: TusClient, pieces: Iterable[str], name: str = "film.mp4") -> requests.Response:
    headers = {"Upload-Concat": "final;" + " ".join(pieces), "Upload-Metadata": metadata(filename=name)}
    return tus.send("POST", f"{tus.server_url}/api/uploads", headers=headers)


def piece_of(tus: TusClient, data: bytes) -> str:
    url = tus.begin(len(data), Upload_Concat="partial")
    assert tus.patch(url, 0, data).status_code == 204
    return url


def test_a_piece_counts_once(server: Server, tus: TusClient) -> None:
    first, second = piece_of(tus, FILM[:MIB]), piece_of(tus, FILM[MIB:])
    before = set(server.blob_names(uncommitted=True))
    refused = joined(tus, [first, second, first])
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/invalid-upload")
    assert set(server.blob_names(uncommitted=True)) == before
    video = tus.video_id(joined(tus, [first, second]).headers["Location"])
    assert joined(tus, [second, first]).status_code == 400
    assert joined(tus, [first]).status_code == 400
    assert set(server.blob_names(uncommitted=True)) == before | {video}


def test_a_client_that_lost_the_answer_to_its_joining_gets_the_same_video_again(server: Server, tus: TusClient) -> None:
    pieces = [piece_of(tus, FILM[:MIB]), piece_of(tus, FILM[MIB:])]
    answers = [joined(tus, pieces) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    [url] = {each.headers["Location"] for each in answers}
    assert server.content(tus.video_id(url)) == FILM
    assert joined(tus, pieces, name="another.mp4").status_code == 400
    tus.delete(url)
    assert joined(tus, pieces).status_code == 400


def test_pieces_whose_joining_failed_can_be_joined_again(azurite: str) -> None:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, storage_timeout_seconds=1) as server,
    ):
        tus = TusClient(server.url)
        pieces = [piece_of(tus, FILM[:MIB]), piece_of(tus, FILM[MIB:])]
        proxy.choose = lambda _method, path: "503" if "comp=block" in path else None
        assert joined(tus, pieces).status_code == 503
        proxy.choose = lambda _method, _path: None
        eventually(
            lambda: (
                (answer := joined(tus, pieces)).status_code == 201 and bool(tus.video_id(answer.headers["Location"]))
            )
        )
        [video] = server.blob_names()
        assert server.content(video) == FILM


def test_more_pieces_than_anybody_needs_are_refused_before_storage_is_asked(tus: TusClient) -> None:
    refused = joined(tus, [f"/api/uploads/{number:032x}" for number in range(150)])
    assert refused.status_code == 400
    assert "128" in refused.json()["detail"]


def is_swept(server: Server, url: str) -> bool:
    """Sweep, and tell whether the upload is forgotten, and not just refused.

    A command that has just begun knows storage's time in whole seconds: what has expired in this one it sweeps in the
    next.
    """
    assert "expired uploads swept" in server.flask("uploads", "sweep")
    status = TusClient(server.url).head(url).status_code
    assert status in {404, 410}
    return status == 404


def test_an_expired_upload_is_gone_and_swept(short_lived: Server) -> None:
    tus = TusClient(short_lived.url)
    url = tus.begin(SIZE)
    tus.patch(url, 0, FILM[: 2 * MIB])
    eventually(lambda: tus.head(url).status_code == 410)
    assert tus.patch(url, 2 * MIB, FILM[2 * MIB :]).status_code == 410
    eventually(lambda: is_swept(short_lived, url))
    assert short_lived.blob_names(uncommitted=True) == []


def test_an_expired_upload_of_a_video_leaves_the_video(short_lived: Server) -> None:
    tus = TusClient(short_lived.url)
    url = tus.begin(SIZE)
    tus.patch(url, 0, FILM)
    [video] = short_lived.blob_names()
    eventually(lambda: tus.head(url).status_code == 410)
    eventually(lambda: is_swept(short_lived, url))
    assert short_lived.content(video) == FILM
    short_lived.container().delete_blob(video)
