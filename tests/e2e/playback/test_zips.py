"""Several videos as one ZIP file, against the running server."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fault_proxy import Fault, running_fault_proxy
from tests.server import Server, running_server
from tests.videos import mp4
from utils.sizes import MIB

CONTENTS = {"Übung „1“.mp4": mp4(10_007, seed=1), "same.mp4": mp4(70_000, seed=2), "Same.mp4": mp4(300, seed=3)}
NAMES = ["Übung „1“.mp4", "same.mp4", "Same (2).mp4"]


def uploaded(server: Server, name: str, content: bytes) -> dict[str, Any]:
    answer = requests.put(f"{server.url}/api/upload/{name}", data=content, timeout=60)
    answer.raise_for_status()
    return dict(answer.json())


@pytest.fixture(scope="module")
def ids(server: Server) -> list[str]:
    """Three films, two of them with names that some file systems take for one."""
    return [uploaded(server, name, content)["id"] for name, content in CONTENTS.items()]


def zipped(server: Server, ids: list[str], method: str = "GET", **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, f"{server.url}/api/zip", params={"id": ids}, headers=named, timeout=60)


def test_all_are_in_it_as_they_are(server: Server, ids: list[str], tmp_path: Path) -> None:
    answer = zipped(server, [*ids, ids[0]])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.testzip() is None
        assert file.namelist() == NAMES
        assert [file.read(name) for name in NAMES] == list(CONTENTS.values())
    if shutil.which("unzip"):
        path = tmp_path / "films.zip"
        path.write_bytes(answer.content)
        subprocess.run(["unzip", "-t", path], capture_output=True, check=True)


def test_any_part_of_it_is_the_same_bytes(server: Server, ids: list[str]) -> None:
    whole = zipped(server, ids)
    size, etag = len(whole.content), whole.headers["ETag"]
    starts = (0, 1, 40, 5000, 10_040, 10_200, 60_000, 80_200, 80_500, size - 200, size - 1)
    for start in starts:
        part = zipped(server, ids, Range=f"bytes={start}-", If_Range=etag)
        assert part.status_code == 206
        assert part.content == whole.content[start:]
        assert part.headers["Content-Range"] == f"bytes {start}-{size - 1}/{size}"
    assert zipped(server, ids, Range="bytes=9000-9999").content == whole.content[9000:10_000]
    assert zipped(server, ids, Range="bytes=-100").content == whole.content[-100:]
    assert zipped(server, ids, Range=f"bytes={size}-").status_code == 416
    assert zipped(server, ids, Range="bytes=5-", If_Range='"other"').status_code == 200
    assert zipped(server, ids, If_None_Match=etag).status_code == 304
    assert zipped(server, ids, If_Match='"other"').status_code == 412


def test_a_part_can_be_had_from_a_server_that_has_read_none_of_it(azurite: str) -> None:
    with running_server(azurite) as first:
        ids = [uploaded(first, f"{number}.mp4", mp4(50_000, seed=number))["id"] for number in range(3)]
        whole = zipped(first, ids)
        with running_server(azurite, azure_storage_container_name=first.container_name) as other:
            part = zipped(other, ids, Range="bytes=120000-", If_Range=whole.headers["ETag"])
    assert part.status_code == 206
    assert part.content == whole.content[120_000:]


def test_its_length_is_known_without_reading(server: Server, ids: list[str]) -> None:
    answer = zipped(server, ids, "HEAD")
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) == len(zipped(server, ids).content)


def test_many_are_named_by_json_or_a_form(server: Server, ids: list[str]) -> None:
    whole = zipped(server, ids).content
    address = f"{server.url}/api/zip"
    assert requests.post(address, json={"ids": ids}, timeout=60).content == whole
    assert requests.post(address, data={"id": ids}, timeout=60).content == whole


@pytest.mark.parametrize("number", [0, 101])
def test_none_and_too_many_are_refused(server: Server, number: int) -> None:
    ids = [f"{each}.mp4" for each in range(number)]
    address = f"{server.url}/api/zip"
    for answer in (
        zipped(server, ids),
        requests.post(address, json={"ids": ids}, timeout=60),
        requests.post(address, data={"id": ids} if ids else {"other": "x"}, timeout=60),
    ):
        assert answer.status_code == 400, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_one_that_is_not_there_is_said_before_the_first_byte(server: Server, ids: list[str]) -> None:
    answer = zipped(server, [*ids, "20261120T101512345Z_3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f_gone.mp4"])
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_storage_breaks_off_goes_on_and_a_film_that_goes_ends_it(azurite: str) -> None:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, storage_timeout_seconds=3) as server,
    ):
        films = [uploaded(server, f"{number}.mp4", mp4(2 * MIB, seed=number)) for number in range(2)]
        ids = [film["id"] for film in films]
        broken = 0

        def once(method: str, path: str) -> Fault | None:
            nonlocal broken
            if method == "GET" and ids[1] in path and broken < 2:
                broken += 1
                return "reset"
            return None

        proxy.choose = once
        answer = zipped(server, ids)
        assert broken == 2
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            assert file.testzip() is None
        requests.delete(f"{server.url}/api/videos/{ids[1]}", timeout=60).raise_for_status()
        assert zipped(server, ids).status_code == 404
