"""The live settings of the work on films: what is done by itself, and what renditions are made like."""

from pathlib import Path

from flask.testing import FlaskClient

from services.assembly import Services
from tests.media_films import make_film
from tests.routes.media.films import stored, work
from tests.videos import mp4


def processed(client: FlaskClient, seed: int) -> list[str]:
    """What is being done to a new video."""
    client.put("/api/upload/film.mp4", data=mp4(3000, seed=seed)).get_json()
    [video] = client.get("/api/videos?limit=1").get_json()["videos"]
    return list(video["processing"])


def test_new_videos_get_what_the_setting_says_in_its_order(client: FlaskClient) -> None:
    assert processed(client, 1) == ["probe", "poster", "storyboard", "preview", "subtitles", "hls", "analysis"]
    answer = client.put("/api/settings/processing", json={"value": ["storyboard", "probe", "storyboard"]})
    assert answer.status_code == 200, answer.get_json()
    assert processed(client, 2) == ["storyboard", "probe"]
    assert client.put("/api/settings/processing", json={"value": []}).status_code == 200
    assert processed(client, 3) == []
    assert client.delete("/api/settings/processing").status_code == 204
    assert len(processed(client, 4)) == 7


def test_a_kind_that_there_is_not_is_refused(client: FlaskClient) -> None:
    for wrong in (["poster", "dance"], "poster", [1], {"poster": 1}):
        assert client.put("/api/settings/processing", json={"value": wrong}).status_code == 400, wrong


def test_renditions_are_made_in_the_sizes_that_the_setting_names(
    client: FlaskClient, parts: Services, tmp_path: Path
) -> None:
    assert client.put("/api/settings/rendition_sizes", json={"value": ["4000"]}).status_code == 400
    assert client.put("/api/settings/rendition_sizes", json={"value": ["240", "480"]}).status_code == 200
    video = stored(client, make_film(tmp_path / "mpeg2.mpg", size="640x360", seconds=2))
    work(parts, video, "hls")
    found = client.get(f"/api/videos/{video}").get_json()
    assert [each["height"] for each in found["renditions"]] == [240]
