"""Azure's fast transcription, over REST: sound is sent in pieces, and the answers hold words with their times.

As documented for the API version 2024-11-15: at most two hours and 200 MB in a request, one answer for it. The service
is asked by a key, and is sent nothing but sound and its language.
"""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import msgspec
import requests

from services.captions.languages import UNKNOWN
from services.captions.recognition.engine import SAMPLE_BYTES, SAMPLES, EngineError, Transcription, Word
from services.captions.recognition.windows import Window, windows
from services.captions.track import normal_language
from services.media.errors import BadMediaError
from services.media.program_runs import Control

WINDOW_SECONDS = 1800.0
"""Sound in one request: 58 MB."""

_PATH = "/speechtotext/transcriptions:transcribe"
_VERSION = "2024-11-15"
_CONNECT_SECONDS, _ANSWER_SECONDS, _LOOK_SECONDS = 10.0, 900.0, 30.0
_TRIES, _PAUSE_SECONDS, _LONGEST_PAUSE = 4, 2.0, 60.0
_STEP = 64 * 1024
_LARGEST_ANSWER = 64 * 1024 * 1024
# Where a language is named alone, the service wants one that is spoken somewhere.
_PLACES = """
ar-EG bg-BG bn-IN ca-ES cs-CZ da-DK de-DE el-GR en-US es-ES et-EE eu-ES fa-IR fi-FI fr-FR ga-IE gl-ES gu-IN he-IL
hi-IN hr-HR hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lt-LT lv-LV mk-MK ml-IN mr-IN mt-MT nb-NO nl-NL pl-PL pt-PT
ro-RO ru-RU sk-SK sl-SI sr-RS sv-SE sw-KE ta-IN te-IN th-TH tr-TR uk-UA ur-IN vi-VN zh-CN zu-ZA
"""
_USUAL_PLACES = {place.partition("-")[0]: place for place in _PLACES.split()}
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "km", "my", "yue"})


class _HeardWord(msgspec.Struct, frozen=True, rename="camel"):
    text: str = ""
    offset_milliseconds: float = 0
    duration_milliseconds: float = 0


class _Phrase(msgspec.Struct, frozen=True, rename="camel"):
    text: str = ""
    offset_milliseconds: float = 0
    duration_milliseconds: float = 0
    words: tuple[_HeardWord, ...] = ()
    locale: str = ""
    confidence: float = 1.0


class _AzureAnswer(msgspec.Struct, frozen=True):
    phrases: tuple[_Phrase, ...] = ()


class _AwayError(EngineError):
    """The service is away or busy: it is asked again."""


@dataclass(frozen=True, kw_only=True)
class AzureSpeech:
    """The engine `azure`."""

    endpoint: str
    """Of the resource, such as https://westeurope.api.cognitive.microsoft.com."""
    key: str
    window_seconds: float = WINDOW_SECONDS

    def __repr__(self) -> str:
        """Without the key."""
        return f"AzureSpeech({self.endpoint})"

    def transcribe(self, pcm: Path, language: str | None, *, control: Control) -> Transcription:
        """As `Engine` has it."""
        words: list[Word] = []
        deadline = time.monotonic() + control.seconds
        found = language
        with requests.Session() as session:
            # What the environment says of proxies is the server's business, and its .netrc is nobody's.
            session.trust_env = False
            for window in windows(pcm, longest=self.window_seconds):
                if control.watch is not None:
                    control.watch()
                answer = self._ask(session, pcm, window, found, deadline=deadline)
                heard = sorted(answer.phrases, key=lambda phrase: phrase.offset_milliseconds)
                locale = next((phrase.locale for phrase in heard if phrase.locale), "")
                found = found or normal_language(locale.partition("-")[0])
                for phrase in heard:
                    words += _words(phrase, start=window.start, language=phrase.locale or found or "")
                if control.progress is not None:
                    control.progress(window.stop)
        return Transcription(language=found or UNKNOWN, words=tuple(words))

    def describe(self) -> str:
        """As `Engine` has it."""
        with TemporaryDirectory() as folder:
            silence = Path(folder) / "silence.pcm"
            silence.write_bytes(bytes(SAMPLES * SAMPLE_BYTES))
            self.transcribe(silence, "en", control=Control(seconds=_LOOK_SECONDS))
        return f"Azure's fast transcription answers at {self.endpoint}."

    def _ask(
        self, session: requests.Session, pcm: Path, window: Window, language: str | None, *, deadline: float
    ) -> _AzureAnswer:
        """The answer for one piece; what may pass is tried again, as the service asks for that."""
        pause = _PAUSE_SECONDS
        for left in range(_TRIES - 1, -1, -1):
            with _WaveFile(pcm, window) as sound:
                try:
                    return self._send(session, sound, language, seconds=deadline - time.monotonic())
                except _AwayError as error:
                    wait = min(max(pause, error.retry_after or 0.0), _LONGEST_PAUSE)
                    if not left or time.monotonic() + wait > deadline:
                        raise
            time.sleep(wait)
            pause *= 2
        raise EngineError("Azure's fast transcription does not answer.")

    def _send(
        self, session: requests.Session, sound: "_WaveFile", language: str | None, *, seconds: float
    ) -> _AzureAnswer:
        if seconds <= 0:
            raise BadMediaError("Recognition was abandoned: it took too long.")
        locales = [] if language is None else [_locale(language)]
        form = _SpeechForm(sound, json.dumps({"locales": locales, "profanityFilterMode": "None"}))
        try:
            with session.post(
                f"{self.endpoint}{_PATH}",
                params={"api-version": _VERSION},
                data=form,
                headers={"Ocp-Apim-Subscription-Key": self.key, "Content-Type": form.content_type},
                timeout=(_CONNECT_SECONDS, min(_ANSWER_SECONDS, seconds)),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _limited(response)
        except requests.RequestException as error:
            raise _AwayError(f"Azure's fast transcription does not answer: {type(error).__name__}.") from error
        return _understood(response, content)


def _limited(response: requests.Response) -> bytes:
    content = b""
    for chunk in response.iter_content(_STEP):
        content += chunk
        if len(content) > _LARGEST_ANSWER:
            raise EngineError("Azure's fast transcription answers more than can be read.")
    return content


def _understood(response: requests.Response, content: bytes) -> _AzureAnswer:
    status = response.status_code
    if status == 200:
        try:
            return msgspec.json.decode(content, type=_AzureAnswer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise EngineError("Azure's fast transcription answers something that cannot be read.") from error
    told = f"Azure's fast transcription answers {status}: {_message(content)}"
    if status in {401, 403}:
        raise EngineError(f"{told} AZURE_SPEECH_KEY and AZURE_SPEECH_ENDPOINT must belong together.")
    if status in {408, 429} or status >= 500:
        wait = response.headers.get("Retry-After", "")
        is_number = wait.isascii() and wait.isdecimal() and len(wait) < 6
        raise _AwayError(told, retry_after=int(wait) if is_number else None)
    raise BadMediaError(told)


def _message(content: bytes) -> str:
    """What the service says is wrong: `{"code", "message", "innerError"?: {"code", "message"}}`."""
    try:
        told = json.loads(content)
        message = (told.get("innerError") or {}).get("message") or told.get("message") or ""
    except (ValueError, AttributeError):
        message = ""
    return str(message)[:300] or "nothing more is said."


def _words(phrase: _Phrase, *, start: float, language: str) -> Iterator[Word]:
    space = "" if language.partition("-")[0] in _WITHOUT_SPACES else " "
    heard = phrase.words or (_HeardWord(phrase.text, phrase.offset_milliseconds, phrase.duration_milliseconds),)
    confidence = min(1.0, max(0.0, phrase.confidence))
    for word in heard:
        if word.text.strip():
            begin = max(0.0, word.offset_milliseconds)
            end = begin + max(0.0, word.duration_milliseconds)
            yield Word(start + begin / 1000, start + end / 1000, space + word.text.strip(), confidence)


def _locale(language: str) -> str:
    main, _, rest = language.partition("-")
    return language if rest else _USUAL_PLACES.get(main, main)


def _wave_head(size: int) -> bytes:
    """What stands before so many bytes of sound in a WAV file."""
    numbers = [(36 + size, 4), (16, 4), (1, 2), (1, 2), (SAMPLES, 4), (SAMPLES * SAMPLE_BYTES, 4), (SAMPLE_BYTES, 2)]
    whole, *form = (number.to_bytes(length, "little") for number, length in [*numbers, (8 * SAMPLE_BYTES, 2)])
    return b"RIFF" + whole + b"WAVEfmt " + b"".join(form) + b"data" + size.to_bytes(4, "little")


class _WaveFile:
    """A piece of a file of sound, read as a WAV file without being one."""

    def __init__(self, pcm: Path, window: Window) -> None:
        self._file = pcm.open("rb")
        self._file.seek(window.begin * SAMPLE_BYTES)
        self._left = (window.end - window.begin) * SAMPLE_BYTES
        self._head = _wave_head(self._left)
        self.size = len(self._head) + self._left

    def read(self, size: int) -> bytes:
        head, self._head = self._head, b""
        content = self._file.read(min(size, self._left))
        self._left -= len(content)
        return head + content

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class _SpeechForm:
    """The two parts of a request as an iterator, so that a piece of sound is never in memory as a whole."""

    def __init__(self, sound: _WaveFile, definition: str) -> None:
        boundary = uuid.uuid4().hex
        self._sound = sound
        said = 'Content-Disposition: form-data; name="{}"'
        self._before = (
            f"--{boundary}\r\n{said.format('definition')}\r\nContent-Type: application/json\r\n\r\n{definition}\r\n"
            f'--{boundary}\r\n{said.format("audio")}; filename="sound.wav"\r\nContent-Type: audio/wav\r\n\r\n'
        ).encode()
        self._after = f"\r\n--{boundary}--\r\n".encode()
        self.content_type = f"multipart/form-data; boundary={boundary}"

    def __len__(self) -> int:
        """So that the request says its length."""
        return len(self._before) + self._sound.size + len(self._after)

    def __iter__(self) -> Iterator[bytes]:
        yield self._before
        while chunk := self._sound.read(_STEP):
            yield chunk
        yield self._after
