"""Whisper hears what is said, hears nothing where nobody speaks, and is held to its share of the machine."""

import json
import subprocess
import sys
from array import array
from pathlib import Path

import pytest

from services.captions.recognition.engine import SAMPLES, EngineError, Transcription
from services.captions.recognition.whisper import Whisper
from services.media.errors import BadMediaError
from services.media.program_runs import Control
from tests.media_films import ffmpeg
from tests.speech import (
    SAID,
    as_pcm,
    need_espeak,
    need_real_speech,
    need_whisper,
    real_speech,
    speak,
    word_error_rate,
)

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[4]
MOST_ERRORS = 0.15
WHISPER = Whisper(model=None)
CONTROL = Control(seconds=300)


@pytest.fixture(autouse=True)
def _whisper() -> None:
    need_whisper()


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is said in `SAID`, as sound."""
    need_espeak()
    folder = tmp_path_factory.mktemp("said")
    return as_pcm(speak(folder / "said.wav"), folder / "said.pcm")


def text(heard: Transcription) -> str:
    return "".join(word.text for word in heard.words)


def noise(path: Path, source: str) -> Path:
    ffmpeg("-f", "lavfi", "-i", source, "-ac", "1", "-ar", str(SAMPLES), "-f", "s16le", str(path))
    return path


def test_what_a_program_says_is_heard_with_times_and_confidence(said: Path) -> None:
    told: list[float] = []
    heard = WHISPER.transcribe(said, "en-GB", control=Control(seconds=300, progress=told.append))
    assert word_error_rate(SAID, text(heard)) <= MOST_ERRORS
    assert heard.language == "en-GB"
    starts = [word.start for word in heard.words]
    seconds = said.stat().st_size / 2 / SAMPLES
    assert starts == sorted(starts)
    assert 0 <= starts[0] < 1
    assert seconds - 3 < heard.words[-1].end <= seconds + 0.5
    assert all(0 <= word.confidence <= 1 for word in heard.words)
    assert told
    assert told[-1] == pytest.approx(seconds, abs=0.01)


def test_what_people_read_aloud_is_heard(tmp_path: Path) -> None:
    need_real_speech()
    speeches = real_speech()
    heard = [
        text(WHISPER.transcribe(as_pcm(each.path, tmp_path / f"{at}.pcm"), "en", control=CONTROL))
        for at, each in enumerate(speeches)
    ]
    assert word_error_rate(" ".join(each.text for each in speeches), " ".join(heard)) <= MOST_ERRORS


def test_a_long_sound_is_heard_in_pieces_with_the_times_of_the_whole(said: Path, tmp_path: Path) -> None:
    pause, speech = bytes(60 * SAMPLES * 2), said.read_bytes()
    (tmp_path / "long.pcm").write_bytes(pause + speech + pause + speech)
    heard = Whisper(model=None, window_seconds=30).transcribe(tmp_path / "long.pcm", "en", control=CONTROL)
    assert word_error_rate(f"{SAID} {SAID}", text(heard)) <= MOST_ERRORS
    seconds = len(speech) / 2 / SAMPLES
    starts = [word.start for word in heard.words if word.text.strip().lower().startswith("committee")]
    assert starts == [pytest.approx(60.4, abs=0.7), pytest.approx(120.4 + seconds, abs=0.7)]


@pytest.mark.parametrize(
    "source",
    [
        "anullsrc=duration=40",
        "anoisesrc=duration=30:color=pink:amplitude=0.3",
        "sine=440:duration=20",
        "aevalsrc='0.2*sin(2*PI*t*(220+110*floor(mod(t*2,4))))+0.1*sin(2*PI*t*330)':duration=30",
    ],
    ids=["silence", "noise", "tone", "tune"],
)
def test_nothing_is_heard_where_nobody_speaks(source: str, tmp_path: Path) -> None:
    assert WHISPER.transcribe(noise(tmp_path / "noise.pcm", source), "en", control=CONTROL).words == ()


def test_an_empty_sound_and_one_of_a_moment_are_nothing(tmp_path: Path) -> None:
    for content in (b"", bytes(2), array("h", [9000, -9000] * 40).tobytes()):
        (tmp_path / "short.pcm").write_bytes(content)
        assert WHISPER.transcribe(tmp_path / "short.pcm", "en", control=CONTROL).words == ()


@pytest.mark.parametrize("language", ["de", "tlh", None])
def test_a_model_that_knows_english_only_says_so_of_anything_else(language: str | None, said: Path) -> None:
    with pytest.raises(BadMediaError, match=r"does not know this language|Say in which language"):
        WHISPER.transcribe(said, language, control=CONTROL)


def test_a_folder_without_a_model_is_told_of(tmp_path: Path, said: Path) -> None:
    with pytest.raises(EngineError, match=r"no model\.bin"):
        Whisper(model=tmp_path).transcribe(said, "en", control=CONTROL)
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(EngineError, match="Whisper failed"):
        Whisper(model=tmp_path).describe()


def test_the_engine_says_that_it_works() -> None:
    assert "Whisper works with the model in" in WHISPER.describe()


def test_what_takes_too_long_is_abandoned_and_its_process_is_gone(said: Path) -> None:
    with pytest.raises(BadMediaError, match="abandoned"):
        WHISPER.transcribe(said, "en", control=Control(seconds=0.1))


def test_a_process_that_takes_too_much_memory_fails_alone(said: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.captions.recognition.whisper._LIBRARY_MB", 64)
    with pytest.raises(EngineError, match="Whisper failed"):
        WHISPER.transcribe(said, "en", control=CONTROL)


def test_the_model_is_in_no_process_but_its_own(said: Path) -> None:
    code = (
        "import sys, json\nfrom pathlib import Path\n"
        "from services.captions.recognition.whisper import Whisper\nfrom services.media.program_runs import Control\n"
        f"heard = Whisper(model=None).transcribe(Path({str(said)!r}), 'en', control=Control(seconds=300))\n"
        "print(json.dumps([len(heard.words), sorted(sys.modules)]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    count, loaded = json.loads(done.stdout)
    assert count > 20
    assert not {"faster_whisper", "ctranslate2", "onnxruntime", "numpy"} & set(loaded)
