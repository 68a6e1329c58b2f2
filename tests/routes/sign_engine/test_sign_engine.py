"""Sign tracks that a program makes of transcripts: a real command, which writes a real film by ffmpeg."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Secret, read_settings
from routes.http.wiring import SERVICES
from services.jobs.errors import BadInputError
from services.jobs.job import Results
from services.jobs.kinds import Work
from services.sign_engine.errors import SignEngineError
from services.uploads.made import MadeUploads
from tests.app_here import app_here
from tests.media_films import PROGRAMS, make_film
from tests.routes.media.films import stored

VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Amina>Hello &amp; <c.low>welcome</c>.\n"
SIGNS = (*("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=2"), "-c:v", "libx264", "-pix_fmt", "yuv420p")
_SCRIPT = """
import json, os, subprocess, sys
{before}
with open({note!r}, "w") as note:
    json.dump({{"asked": json.load(sys.stdin), "environment": dict(os.environ), "arguments": sys.argv[1:]}}, note)
subprocess.run([{ffmpeg!r}, "-nostdin", "-v", "error", "-y", *{signs!r}, sys.argv[-1]], check=True)
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4")


def script(folder: Path, before: str = "") -> tuple[str, ...]:
    """An engine that writes down what it is given, and makes two seconds of film."""
    path, note = folder / "signer.py", str(folder / "note.json")
    path.write_text(_SCRIPT.format(before=before, note=note, ffmpeg=PROGRAMS.ffmpeg, signs=SIGNS))
    return (sys.executable, str(path), "--style", "calm; touch /tmp/never")


@pytest.fixture
def make(azurite: str, tmp_path: Path) -> Callable[..., Flask]:
    def make(*command: str) -> Flask:
        secret = Secret("a-secret-that-no-program-sees")
        return app_here(azurite, tmp_path / "data", secret_key=secret, sign_engine=command or ("none",))

    return make


def with_words(client: FlaskClient, film: Path) -> str:
    video = stored(client, film)
    assert client.put(f"/api/videos/{video}/captions/en", data=VTT).status_code == 201
    return video


def ask(client: FlaskClient, video: str, language: str = "ase") -> TestResponse:
    return client.post(f"/api/videos/{video}/sign/{language}/generate")


def do(app: Flask, answer: TestResponse, told: list[float] | None = None) -> Results | None:
    assert answer.status_code == 202, answer.get_data(as_text=True)
    jobs = app.extensions[SERVICES].jobs
    job = jobs.store.get(answer.get_json()["job"]["id"])
    kind = jobs.kinds.get("signs")
    tell = (told if told is not None else []).append
    result: Results | None = kind.run(Work(job=replace(job, attempts=1), tell_progress=tell))
    return result


def tracks(client: FlaskClient, video: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/videos/{video}").get_json()["sign_tracks"]
    return found


def library(client: FlaskClient) -> list[str]:
    return [each["id"] for each in client.get("/api/videos").get_json()["videos"]]


def test_a_command_makes_a_film_of_the_transcript_which_signs_the_video(
    make: Callable[..., Flask], film: Path, tmp_path: Path
) -> None:
    app = make(*script(tmp_path))
    client = app.test_client()
    video = with_words(client, film)
    client.patch(f"/api/videos/{video}", json={"title": "Harbour", "visibility": "private"})
    [result] = do(app, ask(client, video, "ASL")) or []
    signs = client.get(f"/api/videos/{video}/sign/ase").get_json()
    assert (result["status"], result["detail"]) == ("made", signs["video_id"])
    assert (signs["kind"], signs["origin"], signs["offset"]) == ("avatar", "auto", 0)
    made = client.get(f"/api/videos/{signs['video_id']}").get_json()
    assert (made["title"], made["visibility"], made["content_type"]) == ("Harbour (ase)", "private", "video/mp4")
    assert made["owner"] == client.get(f"/api/videos/{video}").get_json()["owner"]
    note = json.loads((tmp_path / "note.json").read_text())
    assert note["asked"] == {
        "sign_language": "ase",
        "language": "en",
        "duration": 0.0,
        "cues": [{"start": 1.0, "end": 3.0, "text": "Hello & welcome.", "speaker": "Amina"}],
    }
    assert note["arguments"][:2] == ["--style", "calm; touch /tmp/never"]
    assert set(note["environment"]) <= {"PATH", "LC_ALL", "LC_CTYPE", "AV_LOG_FORCE_NOCOLOR"}


def test_made_again_the_earlier_one_goes_into_the_trash(make: Callable[..., Flask], film: Path, tmp_path: Path) -> None:
    app = make(*script(tmp_path))
    client = app.test_client()
    video = with_words(client, film)
    do(app, ask(client, video))
    [first] = tracks(client, video)
    do(app, ask(client, video))
    [second] = tracks(client, video)
    assert first["video_id"] != second["video_id"]
    assert sorted(library(client)) == sorted([video, second["video_id"]])


def test_what_a_person_sets_while_the_job_runs_stays_and_what_was_made_goes(
    make: Callable[..., Flask], film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(*script(tmp_path))
    client = app.test_client()
    video, other = with_words(client, film), stored(client, film)
    asked = ask(client, video)
    take = MadeUploads.take

    def meanwhile(self: MadeUploads, *args: Any, **kwargs: Any) -> Any:
        assert client.put(f"/api/videos/{video}/sign/ase", json={"video_id": other}).status_code == 201
        return take(self, *args, **kwargs)

    monkeypatch.setattr(MadeUploads, "take", meanwhile)
    [result] = do(app, asked) or []
    assert result["status"] == "edited"
    assert [each["video_id"] for each in tracks(client, video)] == [other]
    assert sorted(library(client)) == sorted([video, other])
    again = ask(client, video)
    assert (again.status_code, again.get_json()["type"].rpartition("/")[2]) == (409, "edited")


def test_a_person_who_sets_a_made_track_anew_owns_it(make: Callable[..., Flask], film: Path, tmp_path: Path) -> None:
    app = make(*script(tmp_path))
    client = app.test_client()
    video = with_words(client, film)
    do(app, ask(client, video))
    [track] = tracks(client, video)
    client.put(f"/api/videos/{video}/sign/ase", json={"video_id": track["video_id"], "offset": 0.5, "kind": "avatar"})
    assert ask(client, video).status_code == 409


@pytest.mark.parametrize(
    ("before", "error", "says"),
    [
        ("sys.exit('No model for this language.')", SignEngineError, "No model for this language"),
        ("open(sys.argv[-1], 'w').write('<html>'); sys.exit()", BadInputError, "ffmpeg cannot read"),
        ("sys.exit()", BadInputError, "has written no film"),
        ("os.symlink('/etc/passwd', sys.argv[-1]); sys.exit()", BadInputError, "has written no film"),
        ("os.kill(os.getpid(), 9)", SignEngineError, "status -9"),
        ("bytearray(64 << 30)", SignEngineError, "MemoryError"),
    ],
    ids=["fails", "no film", "nothing", "link", "dies", "memory"],
)
def test_an_engine_that_fails_leaves_nothing_behind(
    before: str, error: type[Exception], says: str, make: Callable[..., Flask], film: Path, tmp_path: Path
) -> None:
    app = make(*script(tmp_path, before))
    client = app.test_client()
    video = with_words(client, film)
    with pytest.raises(error, match=says):
        do(app, ask(client, video))
    assert tracks(client, video) == []
    assert library(client) == [video]
    assert [each for each in (tmp_path / "data/scratch").iterdir() if each.is_dir()] == []


def test_sound_alone_is_no_sign_track(make: Callable[..., Flask], film: Path, tmp_path: Path) -> None:
    sine = ("-f", "lavfi", "-i", "sine=440:duration=1")
    app = make(PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-y", *sine)
    client = app.test_client()
    with pytest.raises(BadInputError, match="no picture"):
        do(app, ask(client, with_words(client, film)))


def test_nothing_can_be_signed_without_words_engine_or_language(
    make: Callable[..., Flask], film: Path, tmp_path: Path
) -> None:
    client = make(*script(tmp_path)).test_client()
    video = stored(client, film)
    silent = ask(client, video)
    assert (silent.status_code, silent.get_json()["type"].rpartition("/")[2]) == (409, "no-transcript")
    assert ask(client, video, "en").status_code == 400
    assert ask(client, "20260101T000000000Z_no_film.mp4").status_code == 404
    without = make().test_client()
    answer = ask(without, with_words(without, film))
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (409, "no-engine")
    assert "SIGN_ENGINE" in answer.get_json()["detail"]


def test_a_form_asks_for_signs_and_the_page_says_how_far_it_is_or_how_to_turn_it_on(
    make: Callable[..., Flask], film: Path, tmp_path: Path
) -> None:
    def page(client: FlaskClient, video: str) -> str:
        return client.get(f"/videos/{video}/sign-tracks", headers={"Accept-Language": "en"}).get_data(as_text=True)

    client = make(*script(tmp_path)).test_client()
    video = with_words(client, film)
    assert "Make signs" in page(client, video)
    answer = client.post(f"/videos/{video}/sign-tracks/generate", data={"language": "DGS"})
    assert (answer.status_code, answer.location) == (303, f"/videos/{video}/sign-tracks")
    assert "Signs are being made: 0 % done." in page(client, video)
    without = make().test_client()
    assert "SIGN_ENGINE" in page(without, stored(without, film))


def test_the_engine_is_looked_at_by_the_doctor(make: Callable[..., Flask], tmp_path: Path) -> None:
    def found(app: Flask) -> Any:
        findings = app.extensions[SERVICES].operations.doctor.check()
        return next(each for each in findings if each.name == "signs")

    assert found(make(*script(tmp_path))).ok
    assert "SIGN_ENGINE" in found(make()).detail
    missing = found(make("/no/such/program"))
    assert not missing.ok
    assert "/no/such/program" in missing.detail


def test_the_setting_is_a_command_line_that_no_shell_sees() -> None:
    given = {"APP_ENV": "testing"}
    assert read_settings(given).sign_engine == ("none",)
    assert read_settings(given | {"SIGN_ENGINE": "NONE"}).sign_engine == ("none",)
    assert read_settings(given | {"SIGN_ENGINE": "signer --as 'a; b'"}).sign_engine == ("signer", "--as", "a; b")
