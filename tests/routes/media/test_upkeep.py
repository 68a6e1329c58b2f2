"""What was made of videos comes back when it is gone, and goes with its video."""

from pathlib import Path

import pytest
from azure.storage.blob import ContainerClient
from flask import Flask
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.events.videos import TierChanged
from services.jobs.job import State
from services.jobs.store import JobQuery
from tests.media_films import make_film
from tests.routes.media.films import stored, work

pytestmark = pytest.mark.thorough


def test_a_command_queues_all_that_is_missing(
    app: Flask, client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    for kind in ("probe", "poster"):
        work(parts, video, kind)
    for job in parts.jobs.store.page(JobQuery(video=video, states=[State.QUEUED])).jobs:
        parts.jobs.jobs.cancel(job.id, by=SYSTEM)
    said = app.test_cli_runner().invoke(args=["media", "process", "--missing", "--no-wait"])
    assert said.exit_code == 0, said.output
    assert "1 of 1 videos lacked something" in said.output
    queued = parts.jobs.store.page(JobQuery(video=video, states=[State.QUEUED])).jobs
    assert {job.kind for job in queued} == {"storyboard", "preview", "subtitles", "hls", "analysis"}

    derived.delete_container()
    app.test_cli_runner().invoke(args=["media", "process", "--missing", "--no-wait"])
    queued = parts.jobs.store.page(JobQuery(video=video, states=[State.QUEUED])).jobs
    assert {job.kind for job in queued} == {"probe", "poster", "storyboard", "preview", "subtitles", "hls", "analysis"}


def test_only_what_is_back_from_the_archive_is_looked_at_again(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", seconds=1))
    for job in parts.jobs.store.page(JobQuery(video=video, states=[State.QUEUED])).jobs:
        parts.jobs.jobs.cancel(job.id, by=SYSTEM)
    looked_at: list[bool] = []
    for before, tier in (("hot", "cool"), ("cold", "hot"), ("hot", "archive"), ("archive", "hot")):
        parts.platform.events.say(TierChanged(video_id=video, before=before, tier=tier), by=SYSTEM)
        parts.platform.events.deliver()
        looked_at.append(bool(parts.jobs.store.page(JobQuery(video=video, states=[State.QUEUED])).jobs))
    assert looked_at == [False, False, False, True]


def test_what_was_made_of_a_video_that_is_gone_is_swept(
    client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path
) -> None:
    kept, trashed, gone = (stored(client, make_film(tmp_path / "h264.mp4", seconds=1)) for _ in range(3))
    for video in (kept, trashed, gone):
        work(parts, video, "probe")
    assert client.delete(f"/api/videos/{trashed}").status_code == 204
    # Somebody has deleted it past the server, or a process died before it could say so.
    parts.platform.blob_storage().delete(gone)
    parts.library.catalogue.forget(gone)
    assert parts.media.processing.sweep(by=SYSTEM) == 1
    assert {name.partition("/")[0] for name in derived.list_blob_names()} == {kept, trashed}


def test_segments_pass_through_as_they_are_read(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mkv"))
    work(parts, video, "hls")
    text = client.get(f"/api/videos/{video}/hls/v180.m3u8").get_data(as_text=True)
    segment = next(line for line in text.splitlines() if line.endswith(".m4s"))
    answer = client.get(f"/api/videos/{video}/hls/{segment}", buffered=False)
    assert answer.is_streamed
    assert int(answer.headers["Content-Length"]) == len(answer.data) > 0
    assert client.get(f"/api/videos/{video}/hls/{segment}x").status_code == 404
    version, _, name = segment.partition("/")
    assert client.get(f"/api/videos/{video}/hls/{version}/v99-{name}").status_code == 404


@pytest.mark.parametrize("width", ["0", "-1", "99999", "wide", "1e3", "٣", ""])
def test_a_width_that_is_none_is_refused(client: FlaskClient, parts: Services, tmp_path: Path, width: str) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", seconds=1))
    work(parts, video, "poster")
    answer = client.get(f"/api/videos/{video}/poster", query_string={"width": width})
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "width"
