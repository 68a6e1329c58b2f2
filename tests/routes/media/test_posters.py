"""A person chooses a poster, which outlives all that is made of the film."""

import io
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.errors import BadInputError
from services.jobs.job import Job
from tests.media_films import ffmpeg, make_film
from tests.routes.media.films import stored, work

pytestmark = pytest.mark.thorough

_GREEN = "color=c=green:size=400x300"


def told(client: FlaskClient, video: str) -> Any:
    return client.get(f"/api/videos/{video}").json


def chosen(client: FlaskClient, video: str, **sent: Any) -> str:
    answer = client.put(f"/api/videos/{video}/poster", **sent)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    assert answer.json is not None
    assert answer.json["job"]["kind"] == "poster"
    return str(answer.json["job"]["id"])


def picture(path: Path, source: str = _GREEN) -> bytes:
    ffmpeg("-f", "lavfi", "-i", source, "-frames:v", "1", str(path))
    return path.read_bytes()


def shade(client: FlaskClient, video: str, folder: Path) -> tuple[int, ...]:
    """The mean colour of the poster that is shown."""
    path = folder / "shown.webp"
    path.write_bytes(client.get(told(client, video)["poster"]).data)
    raw = folder / "shown.raw"
    ffmpeg("-i", str(path), "-vf", "scale=1:1", "-pix_fmt", "rgb24", "-f", "rawvideo", str(raw))
    return tuple(raw.read_bytes())


def run_queued(parts: Services, job_id: str) -> None:
    job: Job = parts.jobs.jobs.get(job_id, by=SYSTEM)
    work(parts, str(job.video), job.kind, **dict(job.arguments))


def test_a_moment_of_the_film_can_be_its_poster(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    film = tmp_path / "two.mp4"
    red_then_blue = "color=c=red:size=320x180:duration=2[a];color=c=blue:size=320x180:duration=2[b];[a][b]concat=n=2"
    ffmpeg("-filter_complex", red_then_blue, "-r", "25", "-c:v", "libx264", "-pix_fmt", "yuv420p", str(film))
    video = stored(client, film)
    work(parts, video, "probe")
    for at, strongest in ((0.5, 0), (3.5, 2)):
        run_queued(parts, chosen(client, video, json={"at": at}))
        colour = shade(client, video, tmp_path)
        assert max(range(3), key=colour.__getitem__) == strongest
    for wrong in ({"at": 9}, {"at": -1}, {"at": "3"}, {"at": True}, {}):
        assert client.put(f"/api/videos/{video}/poster", json=wrong).status_code == 400


@pytest.mark.parametrize("name", ["own.png", "own.jpg", "own.webp"])
def test_a_picture_can_be_the_poster_and_outlives_what_is_made(
    client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path, name: str
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", seconds=2))
    content = picture(tmp_path / name)
    run_queued(parts, chosen(client, video, data=io.BytesIO(content), content_type="image/png"))
    red, green, blue = shade(client, video, tmp_path)
    assert green > red + 50
    assert green > blue + 50
    derived.delete_container()
    work(parts, video, "poster")
    assert shade(client, video, tmp_path)[1] > red + 50

    assert client.delete(f"/api/videos/{video}/poster").status_code == 204
    work(parts, video, "poster", attempt=2)
    red, green, _ = shade(client, video, tmp_path)
    assert abs(green - red) < 100


def test_only_what_is_chosen_now_is_kept(client: FlaskClient, parts: Services, azurite: str, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", seconds=2))
    service = BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05")
    with service, service.get_container_client(f"{parts.platform.videos}-tracks") as tracks:
        for number in range(2):
            content = picture(tmp_path / f"{number}.png")
            late = chosen(client, video, data=io.BytesIO(content), content_type="image/png")
        assert len(list(tracks.list_blob_names(name_starts_with=f"{video}/poster-"))) == 1
        client.put(f"/api/videos/{video}/poster", json={"at": 1})
        assert list(tracks.list_blob_names(name_starts_with=f"{video}/poster")) == [f"{video}/poster.json"]
        # A job that comes too late makes what is chosen now.
        run_queued(parts, late)
        assert told(client, video)["poster"]


def test_what_is_no_picture_is_refused(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", seconds=2))
    for content in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"#EXTM3U\nhttp://127.0.0.1/x.ts\n"):
        answer = client.put(f"/api/videos/{video}/poster", data=content, content_type="image/png")
        assert answer.status_code == 400
    large = b"\x89PNG\r\n\x1a\n" + bytes(5_000_000)
    assert client.put(f"/api/videos/{video}/poster", data=large, content_type="image/png").status_code == 413
    # One that only begins like a picture fails as a job, and says so.
    job = chosen(client, video, data=large[:5000], content_type="image/png")
    with pytest.raises(BadInputError):
        run_queued(parts, job)
