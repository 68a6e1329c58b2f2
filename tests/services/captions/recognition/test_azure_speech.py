"""Azure's fast transcription, against a server that answers as its documents say."""

import io
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.ports import held_port
from services.captions.recognition.azure_speech import AzureSpeech
from services.captions.recognition.engine import SAMPLES, EngineError, Word
from services.media.errors import BadMediaError
from services.media.program_runs import Control
from tests.speech_service import KEY, SpeechService, problem, speech_service, transcript

CONTROL = Control(seconds=60)


@pytest.fixture
def service() -> Iterator[SpeechService]:
    with speech_service() as running:
        yield running


@pytest.fixture
def engine(service: SpeechService, monkeypatch: pytest.MonkeyPatch) -> AzureSpeech:
    monkeypatch.setattr("services.captions.recognition.azure_speech._PAUSE_SECONDS", 0.01)
    return AzureSpeech(endpoint=service.endpoint, key=KEY)


@pytest.fixture
def pcm(tmp_path: Path) -> Path:
    """Nine seconds with a pause from the fourth to the fifth."""
    loud, quiet = array("h", [700, -700] * (SAMPLES // 2)).tobytes(), bytes(2 * SAMPLES)
    (tmp_path / "sound.pcm").write_bytes(loud * 4 + quiet + loud * 4)
    return tmp_path / "sound.pcm"


def test_words_come_with_times_and_the_confidence_of_their_phrase(
    service: SpeechService, engine: AzureSpeech, pcm: Path
) -> None:
    service.answer = lambda _: (200, {}, transcript(("Good afternoon.", 960, 0.93), ("Hi, Sam!", 2500, 0.4)))
    told: list[float] = []
    heard = engine.transcribe(pcm, "en", control=Control(seconds=60, progress=told.append))
    assert heard.language == "en"
    assert heard.words == (
        Word(0.96, 1.34, " Good", 0.93),
        Word(1.36, 1.74, " afternoon.", 0.93),
        Word(2.5, 2.88, " Hi,", 0.4),
        Word(2.9, 3.28, " Sam!", 0.4),
    )
    assert told == [9.0]


def test_it_is_sent_a_wave_file_of_known_length_and_the_language_as_the_service_names_it(
    service: SpeechService, engine: AzureSpeech, pcm: Path
) -> None:
    service.answer = lambda _: (200, {}, transcript())
    for language in ("en", "de", "pt-BR", "tlh"):
        engine.transcribe(pcm, language, control=CONTROL)
    assert [each.definition["locales"] for each in service.asked] == [["en-US"], ["de-DE"], ["pt-BR"], ["tlh"]]
    assert service.asked[0].definition["profanityFilterMode"] == "None"
    with wave.open(io.BytesIO(service.asked[0].sound)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (SAMPLES, 1, 2)
        assert sound.readframes(sound.getnframes()) == pcm.read_bytes()


def test_a_long_sound_is_sent_in_pieces_and_the_language_is_found_out_once(service: SpeechService, pcm: Path) -> None:
    service.answer = lambda _: (200, {}, transcript(("Guten Tag.", 500, 0.9), locale="de-DE"))
    heard = AzureSpeech(endpoint=service.endpoint, key=KEY, window_seconds=6).transcribe(pcm, None, control=CONTROL)
    assert [each.definition["locales"] for each in service.asked] == [[], ["de-DE"]]
    assert heard.language == "de"
    starts = [word.start for word in heard.words]
    assert starts[:2] == [0.5, 0.9]
    assert 4.5 < starts[2] < 5.6  # The second piece begins within the pause.


def test_where_nobody_speaks_there_are_no_words(service: SpeechService, engine: AzureSpeech, pcm: Path) -> None:
    service.answer = lambda _: (200, {}, b'{"durationMilliseconds": 9000, "combinedPhrases": [], "phrases": []}')
    assert engine.transcribe(pcm, None, control=CONTROL).words == ()
    pcm.write_bytes(b"")
    assert engine.transcribe(pcm, None, control=CONTROL).words == ()


def test_phrases_without_words_and_languages_without_spaces(
    service: SpeechService, engine: AzureSpeech, pcm: Path
) -> None:
    told = b'{"phrases": [{"text": "Hi.", "offsetMilliseconds": 10, "durationMilliseconds": 20, "confidence": 7}]}'
    service.next = [(200, {}, told), (200, {}, transcript(("今日 は", 0, 0.9), locale="ja-JP"))]
    assert engine.transcribe(pcm, "en", control=CONTROL).words == (Word(0.01, 0.03, " Hi.", 1.0),)
    assert [word.text for word in engine.transcribe(pcm, "ja", control=CONTROL).words] == ["今日", "は"]


def test_what_may_pass_is_tried_again_as_the_service_asks(
    service: SpeechService, engine: AzureSpeech, pcm: Path
) -> None:
    service.next = [(429, {"Retry-After": "0"}, problem("429", "Rate limit")), (503, {}, b"<html>")]
    service.answer = lambda _: (200, {}, transcript(("Yes.", 0, 0.9)))
    assert len(engine.transcribe(pcm, "en", control=CONTROL).words) == 1
    assert len(service.asked) == 3
    assert service.asked[0].sound == service.asked[2].sound


@pytest.mark.parametrize("answer", [b"no json", b'{"phrases": 3}', b"\xff\xfe", b"[]"])
def test_an_answer_that_cannot_be_read_is_no_answer(
    answer: bytes, service: SpeechService, engine: AzureSpeech, pcm: Path
) -> None:
    service.answer = lambda _: (200, {}, answer)
    with pytest.raises(EngineError, match="cannot be read"):
        engine.transcribe(pcm, "en", control=CONTROL)
    assert len(service.asked) == 1


def test_a_refusal_ends_it_at_once_in_the_words_of_the_service(
    service: SpeechService, engine: AzureSpeech, pcm: Path
) -> None:
    service.answer = lambda _: (400, {}, problem("InvalidLocale", "The locale 'tlh' is not supported."))
    with pytest.raises(BadMediaError, match="'tlh' is not supported"):
        engine.transcribe(pcm, "tlh", control=CONTROL)
    assert len(service.asked) == 1


def test_it_follows_nobody_elsewhere(service: SpeechService, engine: AzureSpeech, pcm: Path) -> None:
    service.answer = lambda _: (302, {"Location": f"{service.endpoint}/elsewhere"}, b"")
    with pytest.raises(BadMediaError, match="302"):
        engine.transcribe(pcm, "en", control=CONTROL)
    assert len(service.asked) == 1


def test_a_wrong_key_is_said_without_being_shown(service: SpeechService, pcm: Path) -> None:
    engine = AzureSpeech(endpoint=service.endpoint, key="wrong-secret")
    with pytest.raises(EngineError, match="AZURE_SPEECH_KEY") as caught:
        engine.describe()
    assert "wrong-secret" not in f"{caught.value!r} {engine!r}"


def test_a_service_that_is_away_is_told_of(pcm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.captions.recognition.azure_speech._PAUSE_SECONDS", 0.01)
    with held_port() as port, pytest.raises(EngineError, match="does not answer"):
        AzureSpeech(endpoint=f"http://127.0.0.1:{port}", key=KEY).transcribe(pcm, "en", control=CONTROL)


def test_the_engine_says_that_it_works(service: SpeechService, engine: AzureSpeech) -> None:
    service.answer = lambda _: (200, {}, transcript())
    assert engine.describe() == f"Azure's fast transcription answers at {service.endpoint}."
    assert len(service.asked[0].sound) == 44 + 2 * SAMPLES
