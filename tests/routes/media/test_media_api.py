"""Films that are let in, worked on, and shown: the app on real storage, with real ffmpeg; the test is the worker."""

import re
from pathlib import Path

import pytest
from azure.storage.blob import ContainerClient
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.events.envelope import said_by
from services.events.videos import VideoPurged, VideoUploaded
from services.jobs.errors import BadInputError
from services.media.ffmpeg_runs import Source
from services.media.hls import GrowingHls
from services.media.pictures import Film
from services.media.probe import probe
from services.media.program_runs import Control
from services.media.renditions import make_hls
from tests.media_films import PROGRAMS, make_film
from tests.routes.media.films import played, queued, stored, work


def test_a_film_gets_its_pictures(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", size="960x540"))
    assert client.get(f"/api/videos/{video}/poster").status_code == 404
    for kind in ("probe", "poster", "storyboard", "preview"):
        work(parts, video, kind)

    poster = client.get(f"/api/videos/{video}/poster?width=320")
    assert (poster.status_code, poster.content_type) == (200, "image/webp")
    assert poster.data[:4] == b"RIFF"
    again = client.get(f"/api/videos/{video}/poster?width=320", headers={"If-None-Match": poster.headers["ETag"]})
    assert again.status_code == 304
    board = client.get(f"/api/videos/{video}/storyboard.vtt").get_data(as_text=True)
    sheet = re.search(r"^(storyboard/\S+)#xywh=160,0,160,90$", board, re.MULTILINE)
    assert sheet is not None
    answer = client.get(f"/api/videos/{video}/{sheet[1]}")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.data[:4] == b"RIFF"


@pytest.mark.thorough
def test_a_film_that_browsers_do_not_play_becomes_one_that_they_do(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "mpeg2.mpg"))
    work(parts, video, "hls")
    facts = played(client, video, tmp_path)
    assert facts.video is not None
    assert facts.video.codec == "h264"
    assert facts.duration == pytest.approx(6, abs=0.5)


def test_a_film_in_the_wrong_wrapping_is_only_wrapped_anew(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mkv"))
    work(parts, video, "hls")
    assert played(client, video, tmp_path).duration == pytest.approx(6, abs=0.5)
    manifest = parts.media.derived.read(video, "hls")
    assert manifest is not None
    assert [each.height for each in manifest.renditions] == [180]


def test_what_browsers_play_as_it_is_stays_as_it_is(
    client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    work(parts, video, "hls")
    assert client.get(f"/api/videos/{video}/hls/master.m3u8").status_code == 404
    assert [name for name in derived.list_blob_names() if "/hls/" in name] == []
    work(parts, video, "hls", asked=True)
    assert client.get(f"/api/videos/{video}/hls/master.m3u8").status_code == 200


def test_what_is_no_film_is_said_and_not_tried_again(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(5000))
    video = stored(client, path)
    with pytest.raises(BadInputError):
        work(parts, video, "probe")
    manifest = parts.media.derived.read(video, "probe")
    assert manifest is not None
    assert manifest.problem
    probe_of_its_own = next(job for job in queued(parts, video) if job.kind == "probe")
    parts.jobs.jobs.cancel(probe_of_its_own.id, by=SYSTEM)
    parts.media.processing.queue_missing(by=SYSTEM, thorough=True)
    assert "probe" not in {job.kind for job in queued(parts, video)}


def test_an_attempt_that_comes_too_late_leaves_nothing(
    client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    work(parts, video, "poster", attempt=2)
    before = sorted(derived.list_blob_names())
    with pytest.raises(Exception, match="newer attempt"):
        work(parts, video, "poster", attempt=1)
    assert sorted(derived.list_blob_names()) == before
    work(parts, video, "poster", attempt=3)
    assert len(list(derived.list_blob_names())) == len(before)


def test_a_deleted_container_comes_back(
    client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    for kind in ("probe", "poster", "storyboard", "preview", "subtitles", "hls", "analysis"):
        work(parts, video, kind)
    assert parts.media.processing.queue_missing(by=SYSTEM) == 0
    derived.delete_container()
    assert parts.media.processing.queue_missing(by=SYSTEM) == 1
    assert {job.kind for job in queued(parts, video)} == {
        "probe",
        "poster",
        "storyboard",
        "preview",
        "subtitles",
        "hls",
        "analysis",
    }


def test_asking_twice_is_one_job(client: FlaskClient, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    first = client.post(f"/api/videos/{video}/process", json={"kinds": ["poster", "hls"]})
    again = client.post(f"/api/videos/{video}/process", json={"kinds": ["hls"]})
    assert first.status_code == again.status_code == 202
    assert first.json is not None
    assert again.json is not None
    assert again.json["jobs"][0]["id"] == first.json["jobs"][1]["id"]
    assert client.post(f"/api/videos/{video}/process", json={"kinds": ["magic"]}).status_code == 400


@pytest.mark.thorough
def test_a_film_can_be_watched_while_the_rest_of_it_is_made(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "mpeg2.mpg", seconds=40, size="640x360"))
    attempt = parts.media.derived.attempt(
        video, kind="hls", recipe=1, source=parts.library.videos.get(video, by=SYSTEM).content_etag, attempt="job-1"
    )
    folder = tmp_path / "out"
    folder.mkdir()
    growing = GrowingHls(folder, attempt)
    early: list[str] = []

    def watch() -> None:
        growing.take()
        answer = client.get(f"/api/videos/{video}/hls/v360.m3u8")
        if answer.status_code == 200 and not early:
            early.append(answer.get_data(as_text=True))

    source = Source.file(tmp_path / "mpeg2.mpg")
    film = Film(programs=PROGRAMS, source=source, facts=probe(PROGRAMS, source))
    make_hls(film, folder, Control(watch=watch), encode=True)
    growing.finish()

    assert "#EXT-X-ENDLIST" not in early[0]
    first = re.findall(r"^([^#\n]+)$", early[0], re.MULTILINE)[0]
    # Its address is good while the film grows, and after.
    assert client.get(f"/api/videos/{video}/hls/{first}").status_code == 200
    assert played(client, video, tmp_path).duration == pytest.approx(40, abs=0.5)


def test_what_happens_to_a_video_happens_to_what_is_made_of_it(
    client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path
) -> None:
    video = parts.library.videos.get(stored(client, make_film(tmp_path / "h264.mp4")), by=SYSTEM)
    parts.media.processing.arrived(said_by(SYSTEM, VideoUploaded(video=video)))
    parts.media.processing.arrived(said_by(SYSTEM, VideoUploaded(video=video)))
    assert sorted(job.kind for job in queued(parts, video.id)) == [
        "analysis",
        "hls",
        "poster",
        "preview",
        "probe",
        "storyboard",
        "subtitles",
    ]
    work(parts, video.id, "poster")
    assert list(derived.list_blob_names())
    parts.media.processing.take(said_by(SYSTEM, VideoPurged(video=video)))
    assert list(derived.list_blob_names()) == []
