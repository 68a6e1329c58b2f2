"""Captions that a machine makes: asked for over HTTP and on the page, done by the job, never over a person's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Secret
from routes.http.wiring import SERVICES
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.captions.live_settings import BY_THEMSELVES
from services.captions.recognition.engine import SAMPLES
from services.jobs.errors import BadInputError
from services.jobs.job import Job, Results
from services.jobs.kinds import Work
from services.jobs.store import JobQuery
from tests import hostile_films
from tests.app_here import app_here
from tests.media_films import FILMS, ffmpeg, make_film
from tests.routes.media.films import stored, work
from tests.speech_service import KEY, Asked, Reply, SpeechService, speech_service, transcript
from utils.setting_choices import CaptionEngine

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nMine.\n"
SAID: Reply = (200, {}, transcript(("Good afternoon, Sam.", 960, 0.93), ("How are you?", 3000, 0.3)))


@pytest.fixture(scope="module")
def service() -> Iterator[SpeechService]:
    with speech_service() as running:
        yield running


@pytest.fixture(autouse=True)
def _answers(service: SpeechService) -> None:
    service.answer = lambda _: SAID
    service.asked.clear()


def built(azurite: str, folder: Path, **settings: Any) -> Flask:
    return app_here(azurite, folder, **settings)


@pytest.fixture(scope="module")
def app(azurite: str, service: SpeechService, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One with the engine `azure`, which answers at once."""
    return built(
        azurite,
        tmp_path_factory.mktemp("heard"),
        captions_engine=CaptionEngine.AZURE,
        azure_speech_endpoint=service.endpoint,
        azure_speech_key=Secret(KEY),
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def parts(app: Flask) -> Services:
    found: Services = app.extensions[SERVICES]
    return found


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound, of six seconds."""
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4")


@pytest.fixture
def video(client: FlaskClient, film: Path) -> str:
    return stored(client, film)


def ask(client: FlaskClient, video: str, language: str = "en") -> TestResponse:
    return client.post(f"/api/videos/{video}/captions/{language}/generate")


def do(parts: Services, answer: TestResponse, *, told: list[float] | None = None) -> Results | None:
    """Do the job that was asked for, as a worker does it."""
    assert answer.status_code == 202, answer.get_data(as_text=True)
    job = parts.jobs.store.get(answer.get_json()["job"]["id"])
    assert job is not None
    kind = parts.jobs.kinds.get(job.kind)
    assert kind is not None
    tell = (told if told is not None else []).append
    return kind.run(Work(job=replace(job, attempts=1), tell_progress=tell))


def captions(client: FlaskClient, video: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/videos/{video}").get_json()["captions"]
    return found


def jobs_of(parts: Services, video: str) -> list[Job]:
    return [job for job in parts.jobs.store.page(JobQuery(video=video)).jobs if job.kind == "captions"]


def test_captions_are_made_marked_as_automatic_and_leave_out_marks_in_exports(
    client: FlaskClient, parts: Services, video: str
) -> None:
    told: list[float] = []
    assert do(parts, ask(client, video), told=told) == [{"id": "en", "status": "written", "detail": "2 captions"}]
    [track] = captions(client, video)
    assert (track["language"], track["kind"], track["origin"]) == ("en", "captions", "auto")
    text = client.get(track["url"]).get_data(as_text=True)
    assert "00:00:00.960 --> " in text
    assert "\nGood afternoon, Sam.\n" in text
    assert "<c.low>How</c> <c.low>are</c> <c.low>you?</c>" in text
    for ending in ("srt", "txt"):
        exported = client.get(f"/api/videos/{video}/captions/en.{ending}").get_data(as_text=True)
        assert "How are you?" in exported
        assert "low" not in exported
    assert client.get(f"/api/videos/{video}/transcript").get_json()["cues"][1]["text"] == "How are you?"
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_is_made_can_be_made_again_and_the_same_under_way_is_one_job(
    client: FlaskClient, parts: Services, video: str
) -> None:
    first, second = ask(client, video).get_json()["job"], ask(client, video).get_json()["job"]
    assert first["id"] == second["id"]
    assert ask(client, video, "de").get_json()["job"]["id"] != first["id"]
    do(parts, ask(client, video))
    etag = captions(client, video)[0]["etag"]
    do(parts, ask(client, video))
    assert captions(client, video)[0]["etag"] != etag


def test_nothing_is_asked_for_over_a_persons_captions(client: FlaskClient, video: str, parts: Services) -> None:
    client.put(f"/api/videos/{video}/captions/en", data=VTT, content_type="text/vtt")
    answer = ask(client, video)
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (409, "edited")
    assert jobs_of(parts, video) == []


def test_what_a_person_writes_while_the_job_runs_stays(
    client: FlaskClient, parts: Services, video: str, service: SpeechService
) -> None:
    asked = ask(client, video)

    def meanwhile(_: Asked) -> Reply:
        assert client.put(f"/api/videos/{video}/captions/en", data=VTT).status_code == 201
        return SAID

    service.answer = meanwhile
    [result] = do(parts, asked) or []
    assert (result["id"], result["status"]) == ("en", "edited")
    assert "Mine." in client.get(f"/api/videos/{video}/captions/en").get_data(as_text=True)
    assert [each["origin"] for each in captions(client, video)] == ["uploaded"]


def test_an_automatic_track_that_a_person_has_edited_stays_and_costs_no_recognition(
    client: FlaskClient, parts: Services, video: str, service: SpeechService
) -> None:
    do(parts, ask(client, video))
    [track] = captions(client, video)
    waiting = ask(client, video)
    quoted = {"If-Match": f'"{track["etag"]}"'}
    assert client.put(f"/api/videos/{video}/captions/en", data=VTT, headers=quoted).status_code == 200
    service.asked.clear()
    [result] = do(parts, waiting) or []
    assert result["status"] == "edited"
    assert service.asked == []
    assert [each["origin"] for each in captions(client, video)] == ["edited"]


def test_a_language_that_nobody_names_is_found_out(
    client: FlaskClient, parts: Services, video: str, service: SpeechService
) -> None:
    service.answer = lambda _: (200, {}, transcript(("Guten Tag.", 500, 0.9), locale="de-DE"))
    do(parts, ask(client, video, "und"))
    assert [each["language"] for each in captions(client, video)] == ["de"]
    assert service.asked[0].definition["locales"] == []


def test_of_several_sounds_the_one_in_that_language_is_heard_at_the_times_of_the_film(
    client: FlaskClient, parts: Services, service: SpeechService, tmp_path: Path
) -> None:
    silent, tone = ("-f", "lavfi", "-i", "anullsrc=duration=6"), ("-f", "lavfi", "-i", "sine=440:duration=3")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=6")
    names = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger")
    maps = ("-map", "0", "-map", "1", "-map", "2")
    ffmpeg(*picture, *silent, "-itsoffset", "2", *tone, *maps, *FILMS["h264.mkv"], *names, str(tmp_path / "two.mkv"))
    video = stored(client, tmp_path / "two.mkv")
    do(parts, ask(client, video, "de"))
    heard = service.asked[0].sound[44:]
    seconds = [heard[2 * SAMPLES * at : 2 * SAMPLES * (at + 1)] for at in range(5)]
    assert [any(second[2000:-2000]) for second in seconds] == [False, False, True, True, True]
    do(parts, ask(client, video, "und"))
    assert service.asked[1].definition["locales"] == ["en-US"]


def test_a_film_without_sound_is_refused_once_that_is_known_and_else_by_the_job(
    client: FlaskClient, parts: Services, service: SpeechService, tmp_path: Path
) -> None:
    video = stored(client, make_film(tmp_path / "h264.mp4", sounds=0))
    with pytest.raises(BadInputError, match="no sound"):
        do(parts, ask(client, video))
    work(parts, video, "probe")
    answer = ask(client, video)
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (409, "no-sound")
    assert service.asked == []


def test_nothing_is_written_where_nobody_speaks(
    client: FlaskClient, parts: Services, video: str, service: SpeechService
) -> None:
    service.answer = lambda _: (200, {}, transcript())
    [result] = do(parts, ask(client, video)) or []
    assert result["status"] == "silent"
    assert captions(client, video) == []


def test_of_half_a_film_as_much_is_heard_as_there_is(
    client: FlaskClient, parts: Services, film: Path, service: SpeechService, tmp_path: Path
) -> None:
    hostile_films.cut_off(tmp_path / "cut.mp4", film)
    do(parts, ask(client, stored(client, tmp_path / "cut.mp4")))
    assert SAMPLES < len(service.asked[0].sound) / 2 < 5 * SAMPLES


def test_a_film_that_claims_to_last_for_weeks_ends_the_job_in_words(
    client: FlaskClient, parts: Services, film: Path, service: SpeechService, tmp_path: Path
) -> None:
    weeks = "setts=ts=if(gte(N\\,20)\\,TS+2000000/TB\\,TS)"
    ffmpeg("-i", str(film), "-c", "copy", "-bsf:v", weeks, str(tmp_path / "weeks.mkv"))
    with pytest.raises(BadInputError, match="up to 12 hours"):
        do(parts, ask(client, stored(client, tmp_path / "weeks.mkv")))
    assert service.asked == []


def test_sound_that_jumps_by_days_is_heard_up_to_the_end_of_the_film(
    client: FlaskClient, parts: Services, film: Path, service: SpeechService, tmp_path: Path
) -> None:
    jump = "setts=ts=if(gte(N\\,100)\\,TS+200000/TB\\,TS)"
    ffmpeg("-i", str(film), "-c", "copy", "-bsf:a", jump, "-f", "mpegts", str(tmp_path / "jumps.ts"))
    do(parts, ask(client, stored(client, tmp_path / "jumps.ts")))
    assert len(service.asked[0].sound) / 2 < 30 * SAMPLES


def test_a_service_that_refuses_ends_the_job_and_says_so_on_the_page(
    client: FlaskClient, parts: Services, video: str, service: SpeechService
) -> None:
    service.answer = lambda _: (400, {}, b'{"code": "InvalidLocale", "message": "No such locale."}')
    with pytest.raises(BadInputError, match="No such locale"):
        do(parts, ask(client, video, "tlh"))


def test_who_may_not_edit_may_not_ask_and_what_is_no_language_is_no_track(client: FlaskClient, video: str) -> None:
    assert ask(client, "20260101T000000000Z_no_film.mp4").status_code == 404
    assert ask(client, video, "e").status_code == 404
    assert client.get(f"/api/videos/{video}/captions/en/generate").status_code == 405


def test_a_form_on_the_page_asks_for_them_and_the_page_says_how_far_it_is(client: FlaskClient, video: str) -> None:
    def page() -> str:
        return client.get(f"/videos/{video}", headers={"Accept-Language": "en"}).get_data(as_text=True)

    address = f"/videos/{video}/captions/generate"
    assert f'action="{address}"' in page()
    assert client.post(address, data={"language": "?"}).status_code == 400
    answer = client.post(address, data={"language": "en"})
    assert (answer.status_code, answer.location) == (303, f"/videos/{video}#transcript")
    shown = page()
    assert "Captions are being made: 0 % done." in shown
    assert address not in shown


def test_new_films_get_captions_by_themselves_where_that_is_set(
    client: FlaskClient, parts: Services, film: Path, tmp_path: Path
) -> None:
    def arrived(path: Path) -> list[Job]:
        video = stored(client, path)
        work(parts, video, "probe")
        parts.platform.events.deliver()
        return jobs_of(parts, video)

    assert arrived(film) == []
    parts.live_settings.put(BY_THEMSELVES.key, True, by=SYSTEM)
    try:
        [job] = arrived(film)
        assert (job.arguments["language"], job.priority > 0) == ("und", True)
        assert arrived(make_film(tmp_path / "h264.mp4", sounds=0)) == []
    finally:
        parts.live_settings.put(BY_THEMSELVES.key, False, by=SYSTEM)


def test_without_an_engine_the_page_says_how_to_get_one_and_asking_is_refused(
    azurite: str, film: Path, tmp_path: Path
) -> None:
    client = built(azurite, tmp_path / "none").test_client()
    video = stored(client, film)
    answer = ask(client, video)
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (409, "no-engine")
    assert "CAPTIONS_ENGINE" in answer.get_json()["detail"]
    page = client.get(f"/videos/{video}").get_data(as_text=True)
    assert "CAPTIONS_ENGINE" in page
    assert "captions/generate" not in page
