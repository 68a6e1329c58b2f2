"""What recognition costs and how often it is wrong: `make bench-captions`. Writes docs/benchmarks-captions.md.

Speech whose words are known, made by espeak-ng and read aloud by people, is transcribed by the engine `whisper` with
the model of the extra, or the one that WHISPER_MODEL names.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from services.captions.gate import check
from services.captions.recognition.engine import SAMPLE_BYTES, SAMPLES, Transcription
from services.captions.recognition.segmenting import captions_of
from services.captions.recognition.whisper import WINDOW_SECONDS, Whisper
from services.media.program_runs import Control
from tests.speech import SAID, as_pcm, real_speech, speak, word_error_rate
from utils.sizes import MIB

_PAGE = Path(__file__).resolve().parent.parent / "docs/benchmarks-captions.md"
_VOICES = (("en-us", 140), ("en-gb", 160), ("en-gb-scotland", 150))
_WITHOUT_SPEECH = {"silence": "anullsrc=duration=120", "noise": "anoisesrc=duration=120:color=pink:amplitude=0.2"}
_HEAD = "| sound | length | words wrong | time for a second | processor for a second | memory at its peak |\n"
_TEXT = """# Benchmarks of captions

What recognition on one's own machine costs, and how often it is wrong. `make bench-captions` measures anew and writes
this page; `ROUNDS=1` is a quick look. How often words are wrong is the same on every machine; times are not.

Measured on {date} with {processors} processors, load average {load} before it began; faster-whisper
{whisper}, CTranslate2 {ctranslate2}, {model}.
Medians of as many rounds as {rounds}, with the lowest and the highest. Each row is one run of the process that has the
model in memory, its start of {start:.1f} s included. It steps aside for others (nice 15), so its time depends on the
load; what it takes of the processor does not.

{rows}

- **Words wrong**: words that are wrong, missing or too many, for each word that was said (word error rate).
- **Time for a second**: seconds until a second of sound is transcribed (real-time factor); **processor**: the same in
  seconds of all processors together.
- **Long** (`LONG_SECONDS`; 0 leaves it out): speech again and again, in pieces of {window:.0f} minutes, so that
  memory grows up to what a whole piece takes, and not with the length.
- **Silence** and **noise**: the words that are heard in two minutes in which nobody speaks.

Of the captions that come of it, the quality gate has to say: {gate}.
"""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A sound, and what is said in it."""

    name: str
    pcm: Path
    text: str

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.pcm.stat().st_size / SAMPLE_BYTES / SAMPLES


@dataclass(frozen=True, kw_only=True)
class RunOfWhisper:
    """What one run heard, and what it cost."""

    seconds: float
    processor: float
    megabytes: float
    heard: Transcription


def main() -> None:
    """Measure, and write the page."""
    rounds, load = int(os.environ.get("ROUNDS", "3")), os.getloadavg()[0]
    model = os.environ.get("WHISPER_MODEL")
    started = time.monotonic()
    _engine().describe()
    start = time.monotonic() - started
    rows, gate = [], set[str]()
    with tempfile.TemporaryDirectory(prefix="reelgate-speech-") as folder:
        for recording in _recordings(Path(folder)):
            print(f"{recording.name} …", flush=True)
            heard, costs = _measured(recording, 1 if recording.name == "long" else rounds)
            rows.append(_row(recording, heard, costs))
            gate |= {each.rule for each in check(captions_of(heard.words), kind="subtitles")}
    _PAGE.write_text(
        _TEXT.format(
            date=datetime.now(UTC).date(),
            processors=os.cpu_count(),
            load=f"{load:.1f}",
            whisper=version("faster-whisper"),
            ctranslate2=version("ctranslate2"),
            model=f"the model in {Path(model).name}" if model else "the model that comes with it (Whisper tiny.en)",
            rounds=rounds,
            start=start,
            rows=_HEAD + "| --- | --- | --- | --- | --- | --- |\n" + "\n".join(rows),
            window=WINDOW_SECONDS / 60,
            gate=", ".join(sorted(gate)) or "nothing",
        )
    )
    print(_PAGE.read_text())


def _recordings(folder: Path) -> list[Recording]:
    made = []
    for at, (voice, speed) in enumerate(_VOICES):
        pcm = as_pcm(speak(folder / f"{at}.wav", voice=voice, speed=speed), folder / f"{at}.pcm")
        made.append(Recording(name=f"espeak-ng, {voice}", pcm=pcm, text=SAID))
    people, pause = real_speech(), bytes(SAMPLES * SAMPLE_BYTES)
    (folder / "people.pcm").write_bytes(
        pause.join(as_pcm(each.path, folder / f"p{at}.pcm").read_bytes() for at, each in enumerate(people))
    )
    read = Recording(
        name="a novel, read aloud (LibriVox)", pcm=folder / "people.pcm", text=" ".join(each.text for each in people)
    )
    seconds = int(os.environ.get("LONG_SECONDS", "1200"))
    longer = [_long(folder, seconds, made[0], read)] if seconds else []
    return [*made, read, *longer, *_without_speech(folder)]


def _long(folder: Path, seconds: int, *parts: Recording) -> Recording:
    """At least so long of the same, with pauses."""
    once = b"".join(part.pcm.read_bytes() + bytes(2 * SAMPLES * SAMPLE_BYTES) for part in parts)
    times = -(-seconds * SAMPLES * SAMPLE_BYTES // len(once))
    (folder / "long.pcm").write_bytes(once * times)
    return Recording(name="long", pcm=folder / "long.pcm", text=" ".join(part.text for part in parts * times))


def _without_speech(folder: Path) -> list[Recording]:
    made = []
    for name, source in _WITHOUT_SPEECH.items():
        pcm = as_pcm(Path(source), folder / f"{name}.pcm", "-f", "lavfi")
        made.append(Recording(name=name, pcm=pcm, text=""))
    return made


def _measured(recording: Recording, rounds: int) -> tuple[Transcription, list[RunOfWhisper]]:
    runs = [_run(recording) for _ in range(rounds)]
    return runs[0].heard, runs


def _run(recording: Recording) -> RunOfWhisper:
    """One run in a child of its own, whose children's use can be asked for."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.captions", str(recording.pcm)], check=True, stdout=subprocess.PIPE
    )
    return msgspec.json.decode(done.stdout, type=RunOfWhisper)


def _be_a_run(pcm: Path) -> None:
    started = time.monotonic()
    heard = _engine().transcribe(pcm, "en", control=Control(seconds=4 * 3600))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = RunOfWhisper(
        seconds=time.monotonic() - started,
        processor=used.ru_utime + used.ru_stime,
        megabytes=used.ru_maxrss * 1024 / MIB,
        heard=heard,
    )
    sys.stdout.buffer.write(msgspec.json.encode(run))


def _engine() -> Whisper:
    model = os.environ.get("WHISPER_MODEL")
    return Whisper(model=Path(model) if model else None)


def _row(recording: Recording, heard: Transcription, costs: list[RunOfWhisper]) -> str:
    said = "".join(word.text for word in heard.words)
    wrong = f"{100 * word_error_rate(recording.text, said):.1f} %" if recording.text else f"{len(heard.words)} words"
    length = recording.seconds
    figures = (
        _spread([each.seconds / length for each in costs]),
        _spread([each.processor / length for each in costs]),
        f"{max(each.megabytes for each in costs):.0f} MiB",
    )
    return f"| {recording.name} | {length:.0f} s | {wrong} | {' | '.join(figures)} |"


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} s ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _be_a_run(Path(sys.argv[1]))
    else:
        main()
