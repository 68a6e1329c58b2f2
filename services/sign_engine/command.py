"""One run of the sign engine: a transcript goes in, a film comes out.

The command is started without a shell, with nothing of this server's environment. It reads JSON from its standard
input and writes a film (`.mp4`) to the path that stands behind its own arguments. Its time, memory and room are
limited.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from services.captions.transcript import Transcript
from services.media.confined_command import Limits
from services.media.errors import BadMediaError
from services.media.facts import Facts
from services.media.ffmpeg_runs import Source
from services.media.probe import probe
from services.media.program_runs import Control, run_program
from services.media.programs import Programs
from services.sign_engine.errors import SignEngineError

FILM_MB = 2048
"""The largest film that may come out."""

_MEMORY_MB = 16 * 1024
_STARTING_SECONDS, _SECONDS_A_SECOND = 1800, 60
"""How long a run may take: so long, and for each second of the film."""
_MOST_CPUS = 8


class SignedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said at one moment, in seconds of the film."""

    start: float
    end: float
    text: str
    speaker: str | None = None


class SignRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the command reads. Fields may be added."""

    sign_language: str
    """The one that is wanted, as BCP 47 writes it: `ase`, `bfi`, `gsg` …"""
    language: str
    """The one that the lines are in."""
    duration: float
    """Of the film, in seconds; 0 where it is not known."""
    cues: tuple[SignedLine, ...]


def sign_request(transcript: Transcript, *, sign_language: str, duration: float) -> SignRequest:
    """What is asked for a film."""
    lines = tuple(
        SignedLine(start=line.start / 1000, end=line.end / 1000, text=line.text, speaker=line.speaker)
        for line in transcript.lines
    )
    return SignRequest(sign_language=sign_language, language=transcript.language, duration=duration, cues=lines)


@dataclass(frozen=True, kw_only=True)
class SignCommand:
    """The command of the settings."""

    command: Sequence[str]

    def make(self, request: SignRequest, folder: Path, programs: Programs, control: Control) -> tuple[Path, Facts]:
        """The film and what is in it.

        Raises `SignEngineError` where the command fails, and `BadMediaError` where it takes too long or what it has
        written is no film.
        """
        asked, film = folder / "transcript.json", folder / "signs.mp4"
        asked.write_bytes(msgspec.json.encode(request))
        limits = Limits(
            memory_mb=_MEMORY_MB, cpu_seconds=int(_MOST_CPUS * time_allowed(request.duration)), file_mb=FILM_MB
        )
        status, output = run_program(
            self._program(), [*self.command[1:], str(film)], limits=limits, control=control, stdin=asked
        )
        if status != 0:
            said = [line.strip() for line in output.stderr.splitlines() if line.strip()]
            last = said[-1][:300] if said else "It said nothing."
            raise SignEngineError(f"The sign engine failed with status {status}: {last}")
        if film.is_symlink() or not film.is_file():
            raise BadMediaError("The sign engine has written no film.")
        facts = probe(programs, Source.file(film))
        if not facts.is_film:
            raise BadMediaError("There is no picture in what the sign engine has written.")
        return film, facts

    def describe(self) -> str:
        """That the program is there, in a sentence; raises `SignEngineError`."""
        return f"Signs are made by {self._program()}."

    def _program(self) -> str:
        found = shutil.which(self.command[0])
        if found is None:
            raise SignEngineError(f"SIGN_ENGINE names {self.command[0]}, and there is no such program.")
        return str(Path(found).absolute())


def time_allowed(seconds: float) -> float:
    """How long the work for so many seconds of a film may take."""
    return _STARTING_SECONDS + _SECONDS_A_SECOND * seconds
