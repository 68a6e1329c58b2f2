"""Clips over HTTP, on real storage and with real ffmpeg; the test is the worker."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.actors.actor import SYSTEM
from services.artists.change import ArtistChange
from services.assembly import Services
from services.jobs.errors import BadInputError
from services.jobs.kinds import Work
from services.videos.blob_names import parse_blob_name
from tests.numbered_films import numbers
from tests.routes.clips.cutting import asked, cut, do, downloaded
from tests.routes.media.films import stored, work


def test_a_clip_is_a_video_that_says_what_it_comes_from(
    client: FlaskClient, parts: Services, video: str, tmp_path: Path
) -> None:
    said = asked(client, video, start=3.01, end=5.5, title="The boat", exact=True)
    clip, job = said["clip"], said["job"]
    assert (clip["state"], clip["job"], job["kind"], job["video"]) == ("queued", job["id"], "clip", video)
    name = parse_blob_name(clip["id"])
    assert name is not None
    assert name.is_clip
    assert client.get(f"/api/clips/{clip['id']}").json == clip
    assert client.get(f"/api/videos/{clip['id']}").status_code == 404
    do(parts, job["id"])

    shown = client.get(f"/api/videos/{clip['id']}").json
    assert shown is not None
    assert (shown["clip_of"], shown["start"], shown["end"], shown["title"]) == (video, 3.01, 5.5, "The boat")
    assert shown["sha256"]
    assert numbers(downloaded(client, clip["id"], tmp_path / "clip.mp4")) == list(range(76, 138))
    film = client.get(f"/api/videos/{video}").json
    assert film is not None
    assert [each["id"] for each in film["clips"]] == [clip["id"]]
    assert (film["clip_of"], film["start"], film["end"]) == (None, None, None)


@pytest.mark.thorough
def test_a_clip_is_shown_in_the_words_of_clip_services_too(client: FlaskClient, parts: Services, video: str) -> None:
    clip = cut(client, parts, video, start_time=1, end_time=3)
    work(parts, clip, "probe")
    work(parts, clip, "poster")
    shown = client.get(f"/api/clips/{clip}").json
    assert shown is not None
    assert (shown["start"], shown["start_time"], shown["end_time"]) == (1, 1, 3)
    assert shown["file_size"] == shown["size"] > 0
    assert shown["state"] == "ready"
    assert client.get(shown["blob_url"].removeprefix("http://localhost")).status_code == 200
    assert client.get(shown["thumbnail_url"].removeprefix("http://localhost")).status_code == 200
    details = client.get(f"/api/clips/{clip}/metadata").json
    assert details is not None
    assert details["probe"]["video_codec"] == "h264"
    assert details["tier"] == "hot"
    assert details["created_by"] == "anyone"
    assert details["thumbnail"] == shown["thumbnail_url"]
    url = client.get(f"/api/clips/{clip}/access-url?expiry_hours=48&ip=127.0.0.1").json
    assert url is not None
    assert "ip=127.0.0.1" in url["url"]
    assert client.get(f"/api/clips/{clip}/access-url?expiry_hours=169").status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"start": "1", "end": 2}', "start"),
        ('{"start": true, "end": 2}', "start"),
        ('{"start": -1, "end": 2}', "start"),
        ('{"start": 2, "end": 2}', "end"),
        ('{"start": 3, "end": 2}', "end"),
        ('{"start": 1, "end": 9}', "end"),
        ('{"start": 8.5, "end": 9}', "start"),
        ('{"start": 1, "end": 1e300}', "end"),
        ('{"start": 1, "end": 1e400}', None),
        ('{"start": NaN, "end": 2}', None),
        ('{"start": 1, "end": Infinity}', None),
        ('{"start": 1}', "end"),
        ("{}", "start"),
        ('{"start": 1, "end": 2, "exact": "yes"}', "exact"),
        ('{"start": 1, "end": 2, "title": "' + "x" * 201 + '"}', "title"),
        ("[]", None),
    ],
)
def test_times_that_cannot_be_cut_are_refused_by_name(
    client: FlaskClient, video: str, body: str, field: str | None
) -> None:
    answer = client.post(f"/api/videos/{video}/clips", data=body, content_type="application/json")
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert answer.json is not None
    if field is not None:
        assert [each["field"] for each in answer.json["errors"]] == [field]
    assert client.get(f"/api/videos/{video}/clips").json == {"clips": [], "next": None}


def test_a_part_behind_the_end_fails_in_words_where_nobody_has_looked_into_the_film(
    client: FlaskClient, parts: Services, film: Path
) -> None:
    video = stored(client, film)
    said = asked(client, video, start=100, end=101)
    with pytest.raises(BadInputError, match=r"8\.0"):
        do(parts, said["job"]["id"])


def test_several_clips_are_asked_for_in_one_go_and_all_or_none(
    client: FlaskClient, parts: Services, video: str
) -> None:
    batch = {"clips": [{"start": 0, "end": 1}, {"start_time": 2, "end_time": 3, "title": "Second"}]}
    answer = client.post(f"/api/videos/{video}/clips/batch", json=batch)
    assert answer.status_code == 202
    assert answer.json is not None
    assert [each["state"] for each in answer.json["clips"]] == ["queued", "queued"]
    listed = client.get(f"/api/videos/{video}/clips/").json
    assert listed is not None
    assert {each["id"] for each in listed["clips"]} == {each["id"] for each in answer.json["clips"]}
    for job in answer.json["jobs"]:
        do(parts, job["id"])
    listed = client.get(f"/api/videos/{video}/clips?limit=1").json
    assert listed is not None
    assert [each["state"] for each in listed["clips"]] == ["ready"]
    titles = [each["title"] for each in listed["clips"]]
    rest = client.get(f"/api/videos/{video}/clips", query_string={"cursor": listed["next"]}).json
    assert rest is not None
    titles += [each["title"] for each in rest["clips"]]
    assert sorted(titles) == ["Holiday Film (0:00–0:01)", "Second"]  # noqa: RUF001 - a dash between two moments
    assert client.get("/api/videos/other/clips", query_string={"cursor": listed["next"]}).status_code in {400, 404}

    batch["clips"].append({"start": 5, "end": 4})
    refused = client.post(f"/api/videos/{video}/clips/batch", json=batch)
    assert refused.status_code == 400
    assert client.post(f"/api/videos/{video}/clips/batch", json={"clips": []}).status_code == 400
    many = {"clips": [{"start": 0, "end": 1}] * 101}
    assert client.post(f"/api/videos/{video}/clips/batch", json=many).status_code == 400
    listed = client.get(f"/api/videos/{video}/clips").json
    assert listed is not None
    assert len(listed["clips"]) == 2


@pytest.mark.thorough
def test_the_captions_of_the_film_are_cut_along(client: FlaskClient, parts: Services, video: str) -> None:
    words = "WEBVTT\n\n00:00.500 --> 00:02.000\nBefore\n\n00:03.500 --> 00:04.500\nBegun before\n\n"
    words += "00:04.600 --> 00:05.000\n<v Amina>Within\n\n00:05.200 --> 00:07.900\nGoes on\n"
    path = f"/api/videos/{video}/captions/en?label=English"
    assert client.put(path, data=words, content_type="text/vtt").status_code == 201
    parts.captions.captions  # noqa: B018 - the service that jobs use
    client.patch(f"/api/videos/{video}", json={"language": "en"})
    clip = cut(client, parts, video, start=4, end=6, exact=True)
    carried = client.get(f"/api/videos/{clip}/captions/en").get_data(as_text=True)
    assert re.findall(r"(\S+) --> (\S+)", carried) == [
        ("00:00:00.000", "00:00:00.500"),
        ("00:00:00.600", "00:00:01.000"),
        ("00:00:01.200", "00:00:02.000"),
    ]
    assert "<v Amina>Within" in carried
    shown = client.get(f"/api/videos/{clip}").json
    assert shown is not None
    assert shown["language"] == "en"
    assert [(each["language"], each["label"]) for each in shown["captions"]] == [("en", "English")]


@pytest.mark.thorough
def test_the_chapters_of_the_film_are_cut_along(client: FlaskClient, parts: Services, video: str) -> None:
    said = [(0, "Arrival"), (2, "The boat"), (4.5, "At sea"), (6, "Landing")]
    chapters = [{"start": start, "title": title} for start, title in said]
    assert client.put(f"/api/videos/{video}/chapters", json={"chapters": chapters}).status_code == 200
    clip = cut(client, parts, video, start=3, end=6, exact=True)
    carried = client.get(f"/api/videos/{clip}/chapters").json
    assert carried == {"chapters": [{"start": 0, "title": "The boat"}, {"start": 1.5, "title": "At sea"}]}


@pytest.mark.thorough
def test_captions_fit_a_fast_clip_from_its_first_picture_on(client: FlaskClient, parts: Services, video: str) -> None:
    words = "WEBVTT\n\n00:04.600 --> 00:05.000\nWithin\n"
    client.put(f"/api/videos/{video}/captions/en", data=words, content_type="text/vtt")
    clip = cut(client, parts, video, start=4.5, end=6)  # Its first picture is at the fourth second.
    carried = client.get(f"/api/videos/{clip}/captions/en").get_data(as_text=True)
    assert re.findall(r"(\S+) --> (\S+)", carried) == [("00:00:00.600", "00:00:01.000")]


def test_a_clip_is_made_once_however_often_it_is_begun(client: FlaskClient, parts: Services, video: str) -> None:
    said = asked(client, video, start=2, end=4)
    do(parts, said["job"]["id"])
    first = client.get(f"/api/videos/{said['clip']['id']}").json
    do(parts, said["job"]["id"], attempt=2)
    listed = client.get("/api/videos").json
    assert listed is not None
    assert len(listed["videos"]) == 2
    again = client.get(f"/api/videos/{said['clip']['id']}").json
    assert first is not None
    assert again is not None
    assert (again["etag"], again["sha256"]) == (first["etag"], first["sha256"])


@pytest.mark.thorough
def test_a_clip_outlives_its_film_and_the_index(client: FlaskClient, parts: Services, video: str) -> None:
    clip = cut(client, parts, video, start=2, end=4)
    client.delete(f"/api/videos/{video}")
    shown = client.get(f"/api/clips/{clip}").json
    assert shown is not None
    assert (shown["video_id"], shown["state"]) == (video, "ready")
    assert client.get(f"/api/videos/{video}/clips").status_code == 404
    parts.library.reconciliation.rebuild(by=SYSTEM)
    assert client.get(f"/api/clips/{clip}").json["video_id"] == video  # type: ignore[index]


def test_a_film_that_is_gone_ends_the_job_in_words(client: FlaskClient, parts: Services, video: str) -> None:
    said = asked(client, video, start=2, end=4)
    client.delete(f"/api/videos/{video}")
    with pytest.raises(BadInputError, match="gone"):
        do(parts, said["job"]["id"])


def test_a_clip_is_renamed_deleted_and_restored(client: FlaskClient, parts: Services, video: str) -> None:
    clip = cut(client, parts, video, start=2, end=4)
    changed = client.patch(f"/api/clips/{clip}", json={"title": "Other"})
    assert changed.status_code == 200
    assert changed.json is not None
    assert changed.json["title"] == "Other"
    assert client.delete(f"/api/clips/{clip}").status_code == 204
    assert client.get(f"/api/clips/{clip}").status_code == 404
    assert client.post(f"/api/videos/{clip}/restore").status_code == 200
    assert client.get(f"/api/clips/{clip}").status_code == 200


def test_a_clip_has_artists_as_a_video_has(client: FlaskClient, parts: Services, video: str) -> None:
    clip = cut(client, parts, video, start=2, end=4)
    air = parts.artists.artists.create(ArtistChange(name="Air"), by=SYSTEM).id
    refused = client.patch(f"/api/clips/{clip}", json={"artists": ["0123456789abcdef"]})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, "artists")
    assert client.patch(f"/api/clips/{clip}", json={"artists": ["air"]}).status_code == 200
    assert parts.library.videos.get(clip, by=SYSTEM).about.artists == (air,)


def test_a_clip_that_is_not_cut_yet_can_be_given_up(client: FlaskClient, parts: Services, video: str) -> None:
    said = asked(client, video, start=2, end=4)
    clip = said["clip"]["id"]
    assert client.get(f"/api/clips/{clip}/access-url").status_code == 409
    assert client.get(f"/api/clips/{clip}/metadata").status_code == 200
    assert client.patch(f"/api/clips/{clip}", json={"title": "Other"}).status_code == 409
    assert client.delete(f"/api/clips/{clip}").status_code == 204
    job = parts.jobs.store.get(said["job"]["id"])
    assert job is not None
    assert job.state == "cancelled"
    shown = client.get(f"/api/clips/{clip}").json
    assert shown is not None
    assert shown["state"] == "cancelled"


@pytest.mark.thorough
def test_a_clip_in_the_trash_is_not_being_cut_though_its_job_has_not_ended(
    client: FlaskClient, parts: Services, video: str
) -> None:
    said = asked(client, video, start=1, end=2)
    id_, claim = said["clip"]["id"], parts.jobs.store.claim_one(said["job"]["id"], worker="a test")
    assert claim is not None
    kind = parts.jobs.kinds.get("clip")
    assert kind is not None
    kind.run(Work(job=claim.job, tell_progress=lambda _: None))
    assert client.get(f"/api/clips/{id_}").json["state"] == "ready"  # type: ignore[index]
    assert client.delete(f"/api/clips/{id_}").status_code == 204
    assert client.delete(f"/api/clips/{id_}").status_code == 404
    assert client.get(f"/api/clips/{id_}").status_code == 404
    assert client.get(f"/api/videos/{video}/clips").json == {"clips": [], "next": None}
    parts.jobs.store.finish(claim)
    assert client.post(f"/api/videos/{id_}/restore").status_code == 200


def test_a_video_is_no_clip(client: FlaskClient, video: str) -> None:
    for path in (f"/api/clips/{video}", "/api/clips/nothing", f"/api/clips/{video}/metadata"):
        assert client.get(path).status_code == 404
    unknown = video.replace("20", "clip_20", 1)
    assert client.get(f"/api/clips/{unknown}").status_code == 404
    assert client.delete(f"/api/clips/{unknown}").status_code == 404


@pytest.mark.thorough
def test_clips_become_one_film(client: FlaskClient, parts: Services, video: str, tmp_path: Path) -> None:
    clips = [cut(client, parts, video, start=at, end=at + 1, exact=True) for at in (4, 1)]
    answer = client.post("/api/clips/supercut", json={"ids": clips, "title": "The best of it"})
    assert answer.status_code == 202
    assert answer.json is not None
    made = answer.json["clip"]
    assert made["video_id"] is None
    assert client.get(f"/api/clips/{made['id']}").json["state"] == "queued"  # type: ignore[index]
    do(parts, answer.json["job"]["id"])
    shown = client.get(f"/api/clips/{made['id']}").json
    assert shown is not None
    assert (shown["state"], shown["title"]) == ("ready", "The best of it")
    seen = numbers(downloaded(client, made["id"], tmp_path / "film.mp4"))
    assert list(dict.fromkeys(seen)) == [*range(100, 125), *range(25, 50)]
    assert client.post("/api/clips/supercut", json={"ids": []}).status_code == 400
    assert client.post("/api/clips/supercut", json={"ids": ["nothing"]}).status_code == 404


def test_who_hears_of_events_is_told_of_the_clip(client: FlaskClient, parts: Services, video: str) -> None:
    clip = cut(client, parts, video, start=2, end=4)
    parts.platform.events.deliver()
    told = [
        json.loads(row.message) for row in parts.platform.events.feed.since(0, most=500) if row.type == "clip.created"
    ]
    assert {each["data"]["clip_id"] for each in told} == {clip}
    assert len({each["id"] for each in told}) == 1
