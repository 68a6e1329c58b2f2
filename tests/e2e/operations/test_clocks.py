"""A clock that is wrong deletes nothing: the process's own, or the one that storage's answers tell."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.fault_proxy import running_fault_proxy
from tests.server import Server, eventually, running_server
from tests.tus import TusClient
from tests.videos import mp4
from tests.wrong_clock import WrongBy, wrong_by

__all__ = ["wrong_by"]

MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Kept:
    """What must still be there when the clock is right again."""

    container: str
    trashed: dict[str, Any]
    upload: str
    direct: str


@pytest.fixture
def kept(azurite: str) -> Iterator[Kept]:
    """A video in the trash, and unfinished uploads of both kinds, none of them an hour old."""
    with running_server(azurite) as server:
        yield Kept(
            container=server.container_name, trashed=trashed(server), upload=begun(server), direct=permitted(server)
        )


def trashed(server: Server) -> dict[str, Any]:
    video = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(3000), timeout=60).json()
    requests.delete(server.url + video["links"]["self"], timeout=60).raise_for_status()
    return dict(video)


def begun(server: Server) -> str:
    """The path of a resumable upload of which nothing has come yet."""
    return TusClient(server.url).begin(3000).removeprefix(server.url)


def permitted(server: Server) -> str:
    asked = {"filename": "film.mp4", "size": 3000, "content_type": "video/mp4"}
    answer = requests.post(f"{server.url}/api/v1/videos/generate-upload-url", json=asked, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["id"])


def swept(server: Server) -> bool:
    return "housekeeping: trash" in server.log and "housekeeping: uploads" in server.log


def figure(server: Server, name: str) -> float:
    text = requests.get(f"{server.url}/metrics", timeout=60).text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def all_is_there(server: Server, kept: Kept) -> None:
    """Whatever could be restored or resumed before can be now."""
    assert TusClient(server.url).offset(server.url + kept.upload) == 0
    restored = requests.post(f"{server.url}/api/videos/{kept.trashed['id']}/restore", timeout=60)
    assert restored.status_code == 200
    asked = requests.post(f"{server.url}/api/v1/videos/{kept.direct}/complete", json={}, timeout=60)
    assert "incomplete" in asked.json()["type"], asked.text


def alarmed(server: Server) -> None:
    assert "ERROR" in server.log
    assert "Nothing is deleted" in server.log
    assert figure(server, "reelgate_purges_stopped_total") >= 1


def test_a_process_a_month_ahead_deletes_nothing_and_says_so(azurite: str, kept: Kept, wrong_by: WrongBy) -> None:
    with running_server(azurite, azure_storage_container_name=kept.container, **wrong_by(MONTH)) as server:
        eventually(lambda: swept(server), patience=60)
        all_is_there(server, kept)
        alarmed(server)
        assert figure(server, "reelgate_clock_ahead_seconds") == pytest.approx(MONTH.total_seconds(), abs=600)


def test_storage_that_says_it_is_a_month_later_deletes_nothing(azurite: str, kept: Kept) -> None:
    with running_fault_proxy(azurite) as proxy:
        proxy.ahead = MONTH
        with running_server(proxy.connection_string, azure_storage_container_name=kept.container) as server:
            eventually(lambda: swept(server), patience=60)
            alarmed(server)
            proxy.ahead = timedelta()
            all_is_there(server, kept)


def test_a_command_by_hand_refuses_as_well(azurite: str, kept: Kept) -> None:
    with running_fault_proxy(azurite) as proxy:
        proxy.ahead = MONTH
        with running_server(proxy.connection_string, azure_storage_container_name=kept.container) as server:
            for command in (("trash", "purge"), ("uploads", "sweep")):
                with pytest.raises(subprocess.CalledProcessError) as refused:
                    server.flask(*command)
                assert "clock" in refused.value.stderr
                assert "Traceback" not in refused.value.stderr


def test_what_a_process_a_month_behind_writes_down_has_not_expired(azurite: str, wrong_by: WrongBy) -> None:
    with running_server(azurite) as server:
        container = server.container_name
        video = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(3000), timeout=60).json()
    with running_server(azurite, azure_storage_container_name=container, **wrong_by(-MONTH)) as server:
        requests.delete(server.url + video["links"]["self"], timeout=60).raise_for_status()
        kept = Kept(container, video, upload=begun(server), direct=permitted(server))
    with running_server(azurite, azure_storage_container_name=container) as server:
        eventually(lambda: swept(server), patience=60)
        [in_trash] = requests.get(f"{server.url}/api/trash", timeout=60).json()["videos"]
        deleted_at = datetime.fromisoformat(in_trash["deleted_at"])
        assert abs(datetime.now(UTC) - deleted_at) < timedelta(hours=1)
        all_is_there(server, kept)
