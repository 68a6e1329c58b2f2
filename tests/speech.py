"""Speech whose words are known: made by espeak-ng, and read aloud by people, as Debian's pocketsphinx-testdata has it.

Where CI runs, all of it is there; elsewhere tests that need it are skipped and say what is missing.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.captions.recognition.engine import SAMPLES
from tests.media_films import FILMS, ffmpeg

REAL = Path("/usr/share/pocketsphinx/test/data/librivox")
SAID = (
    "The committee will meet on Tuesday morning. Please bring your reports, and remember that the doors close early. "
    "Thank you for your attention. After lunch we will walk through the garden and look at the old stone bridge. "
    "The river is high this year, because it has rained for three weeks."
)
_NUMBERS = re.compile(r"[^\w']+")


@dataclass(frozen=True)
class Speech:
    """A file of sound and what is said in it."""

    path: Path
    text: str


def need_whisper() -> None:
    """Skip the test where the extra is not installed; fail where CI must have it."""
    _need(importlib.util.find_spec("faster_whisper") is not None, "faster-whisper: `make install-dev CAPTIONS=1`")


def need_espeak() -> None:
    """The same for the program that speaks."""
    _need(shutil.which("espeak-ng") is not None, "espeak-ng: `apt-get install espeak-ng`")


def need_real_speech() -> None:
    """The same for people who read aloud."""
    _need(REAL.is_dir(), f"real speech: `apt-get install pocketsphinx-testdata` ({REAL})")


def _need(is_there: bool, what: str) -> None:
    if not is_there:
        (pytest.fail if os.environ.get("REQUIRE_SPEECH") == "1" else pytest.skip)(f"There is no {what}")


def speak(path: Path, text: str = SAID, *, voice: str = "en-us", speed: int = 140) -> Path:
    """A WAV file in which this is said."""
    subprocess.run(
        ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), text], check=True, stdin=subprocess.DEVNULL
    )
    return path


def as_pcm(sound: Path, path: Path, *before: str) -> Path:
    """Any sound as engines want it; `before` are options of the input."""
    ffmpeg(*before, "-i", str(sound), "-ac", "1", "-ar", str(SAMPLES), "-f", "s16le", str(path))
    return path


def speaking_film(sound: Path, path: Path, *about: str) -> Path:
    """A film in which the sound is heard; `about` are further options, such as the language that it names."""
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=5")
    ffmpeg(*picture, "-i", str(sound), "-shortest", *FILMS["h264.mp4"], *about, str(path))
    return path


def real_speech() -> list[Speech]:
    """Sentences of a novel, read by a person."""
    names = (REAL / "fileids").read_text().split()
    lines = (REAL / "transcription").read_text().splitlines()
    texts = [line.split("(")[0].replace("<s>", "").replace("</s>", "") for line in lines]
    return [Speech(REAL / f"{name}.wav", text.strip()) for name, text in zip(names, texts, strict=True)]


def word_error_rate(said: str, heard: str) -> float:
    """Words that are wrong, missing or too many, for each word that was said."""
    wanted, found = _normal(said), _normal(heard)
    return _distance(wanted, found) / max(1, len(wanted))


def _normal(text: str) -> list[str]:
    return [word for word in _NUMBERS.split(text.lower().replace("\u2019", "'")) if word.strip("'")]


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    row = list(range(len(other) + 1))
    for at, word in enumerate(one, start=1):
        before, row[0] = row[0], at
        for to, another in enumerate(other, start=1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != another))
    return row[-1]
