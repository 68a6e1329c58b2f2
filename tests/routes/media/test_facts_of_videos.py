"""What the API says of a video once somebody has looked into it."""

from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import ContainerClient
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.errors import BadInputError
from services.videos.made import NOTHING_MADE
from tests.media_films import FILMS, ffmpeg, make_dark_film, make_film
from tests.routes.media.films import queued, stored, work

pytestmark = pytest.mark.thorough


def told(client: FlaskClient, video: str) -> Any:
    return client.get(f"/api/videos/{video}").json


def test_what_a_probe_has_found_is_in_the_list_and_in_the_video(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", size="640x360"))
    before = told(client, video)
    assert (before["duration"], before["playable"]) == (None, "pending")
    assert before["processing"]["probe"]["state"] == "queued"
    work(parts, video, "probe")
    after = told(client, video)
    assert after["duration"] == pytest.approx(6, abs=0.2)
    assert (after["width"], after["height"], after["has_audio"]) == (640, 360, True)
    assert (after["video_codec"], after["audio_codec"]) == ("h264", "aac")
    assert (after["playable"], after["playable_reason"]) == ("native", None)
    listed = client.get("/api/videos").json
    assert listed is not None
    # The list leaves out what has to be looked for.
    assert listed["videos"] == [
        {name: value for name, value in after.items() if name not in {"copies", "near_duplicates"}}
    ]


def test_addresses_of_pictures_come_with_their_version(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    for kind in ("poster", "storyboard", "preview"):
        assert told(client, video)[kind] is None
        work(parts, video, kind)
        address = told(client, video)[kind]
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"]
        assert "immutable" not in client.get(address.partition("?")[0]).headers["Cache-Control"]
    first = told(client, video)["poster"]
    work(parts, video, "poster", attempt=2)
    assert told(client, video)["poster"] != first


def test_a_film_that_has_to_be_made_playable_says_so_until_it_is(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "mpeg2.mpg"))
    work(parts, video, "probe")
    pending = told(client, video)
    assert (pending["playable"], pending["hls"]) == ("pending", None)
    assert pending["processing"]["hls"]["state"] == "queued"
    work(parts, video, "hls")
    made = told(client, video)
    assert made["playable"] == "hls"
    assert client.get(made["hls"]).status_code == 200
    assert [each["height"] for each in made["renditions"]] == [180]


def test_what_is_no_film_says_why_it_cannot_be_watched(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(5000))
    video = stored(client, path)
    with pytest.raises(BadInputError):
        work(parts, video, "probe")
    known = told(client, video)
    assert known["processing"]["probe"]["state"] == "queued"  # The test's own job is another.
    parts.jobs.jobs.cancel(known["processing"]["probe"]["job"], by=SYSTEM)
    known = told(client, video)
    assert known["playable"] == "no"
    assert known["playable_reason"]


def test_editing_a_video_leaves_what_was_made_of_it(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    work(parts, video, "probe")
    edited = client.patch(f"/api/videos/{video}", json={"title": "another"}).json
    assert edited is not None
    assert edited["duration"] == pytest.approx(6, abs=0.2)
    assert told(client, video)["duration"] == edited["duration"]


def test_videos_are_sorted_and_found_by_their_length(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    lengths = {}
    for seconds in (4, 2, 3):
        video = stored(client, make_film(tmp_path / "h264.mp4", seconds=seconds))
        work(parts, video, "probe")
        lengths[video] = seconds

    def asked(**question: Any) -> list[int]:
        answer = client.get("/api/videos", query_string=question)
        assert answer.json is not None
        return [lengths[each["id"]] for each in answer.json["videos"]]

    assert asked(sort="duration") == [2, 3, 4]
    assert asked(sort="-duration") == [4, 3, 2]
    assert asked(sort="duration", longer_than="2.5") == [3, 4]
    first = client.get("/api/videos", query_string={"sort": "duration", "longer_than": "2.5", "limit": 1}).json
    assert first is not None
    assert asked(cursor=first["next"]) == [4]
    assert client.get("/api/videos", query_string={"cursor": first["next"], "longer_than": "1"}).status_code == 400
    assert client.get("/api/videos", query_string={"longer_than": "-1"}).status_code == 400
    assert asked(longer_than="9" * 30) == asked(longer_than="1e99") == []


def test_an_index_that_was_lost_is_filled_again(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    work(parts, video, "probe")
    work(parts, video, "poster")
    before = told(client, video)
    parts.library.videos.note_made(video, lambda _: NOTHING_MADE, by=SYSTEM)
    assert told(client, video)["duration"] is None
    parts.media.processing.queue_missing(by=SYSTEM)
    after = told(client, video)
    assert (after["duration"], after["poster"]) == (before["duration"], before["poster"])


def test_what_somebody_looks_for_is_made_again(
    client: FlaskClient, parts: Services, derived: ContainerClient, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    work(parts, video, "poster")
    address = told(client, video)["poster"]
    derived.delete_container()
    assert client.get(address).status_code == 404
    state = told(client, video)
    assert state["poster"] is None
    assert state["processing"]["poster"]["state"] == "queued"


def test_what_failed_for_good_or_was_cancelled_is_not_begun_again_by_itself(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    job = told(client, video)["processing"]["preview"]["job"]
    parts.jobs.jobs.cancel(job, by=SYSTEM)
    parts.media.processing.queue_missing(by=SYSTEM)
    assert told(client, video)["processing"]["preview"]["state"] == "cancelled"
    parts.media.processing.queue_missing(by=SYSTEM, thorough=True)
    assert told(client, video)["processing"]["preview"]["state"] == "queued"


def test_loudness_silence_and_black_are_told_in_the_api_and_in_words(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_dark_film(tmp_path / "dark.mp4"))
    before = told(client, video)
    assert (before["loudness"], before["silent"], before["black"]) == (None, [], [])
    work(parts, video, "probe")
    work(parts, video, "analysis")
    after = told(client, video)
    assert after["loudness"] == pytest.approx(-21.8, abs=1.5)
    assert after["silent"] == [pytest.approx([3, 6], abs=0.15)]
    assert after["black"] == [pytest.approx([0, 6], abs=0.25)]
    page = client.get(f"/videos/{video}", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert f"Loudness \N{MINUS SIGN}{-after['loudness']:.1f} LUFS" in page
    assert "Silent from 0:03 to 0:0" in page
    assert "Black from 0:00 to 0:0" in page
    german = client.get(f"/videos/{video}", headers={"Accept-Language": "de"}).get_data(as_text=True)
    assert "Stille von 0:03 bis 0:0" in german
    assert f"Lautheit \N{MINUS SIGN}{-after['loudness']:.1f} LUFS".replace(".", ",") in german


def test_a_film_without_sound_says_so(client: FlaskClient, parts: Services, tmp_path: Path) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", sounds=0))
    assert "No sound" not in client.get(f"/videos/{video}").get_data(as_text=True)
    work(parts, video, "probe")
    assert "No sound" in client.get(f"/videos/{video}").get_data(as_text=True)


def test_what_is_told_of_a_film_comes_after_what_makes_films_playable(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", seconds=1))
    priorities = {job.kind: job.priority for job in queued(parts, video)}
    assert priorities["analysis"] > priorities["hls"] + 10  # Behind the renditions of older films, too.


def test_measurements_come_back_from_storage_after_the_index_was_lost(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4"))
    work(parts, video, "analysis")
    before = told(client, video)["loudness"]
    assert before is not None
    parts.library.videos.note_made(video, lambda _: NOTHING_MADE, by=SYSTEM)
    parts.media.processing.queue_missing(by=SYSTEM)
    assert told(client, video)["loudness"] == before


def test_what_looks_alike_is_told_in_the_api_and_on_the_page(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    picture = ["-f", "lavfi", "-i", "mandelbrot=s=640x360:r=25", "-t", "10"]
    ffmpeg(*picture, *FILMS["h264.mp4"], str(tmp_path / "first.mp4"))
    ffmpeg("-i", str(tmp_path / "first.mp4"), "-vf", "scale=320:-2", *FILMS["h264.mkv"], str(tmp_path / "second.mkv"))
    ffmpeg(
        "-f", "lavfi", "-i", "sierpinski=s=640x360:r=25", "-t", "10", *FILMS["h264.mp4"], str(tmp_path / "other.mp4")
    )
    first, second, other = (stored(client, tmp_path / name) for name in ("first.mp4", "second.mkv", "other.mp4"))
    assert told(client, first)["near_duplicates"] == []
    for video in (first, second, other):
        work(parts, video, "probe")
        work(parts, video, "analysis")
    [near] = told(client, first)["near_duplicates"]
    assert (near["id"], near["distance"]) == (second, pytest.approx(0, abs=6))
    assert [each["id"] for each in told(client, second)["near_duplicates"]] == [first]
    assert told(client, other)["near_duplicates"] == []
    page = client.get(f"/videos/{first}", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "You have this already" in page
    assert f"/videos/{second}" in page
    client.delete(f"/api/videos/{second}")
    assert told(client, first)["near_duplicates"] == []
    assert "You have this already" not in client.get(f"/videos/{first}").get_data(as_text=True)
