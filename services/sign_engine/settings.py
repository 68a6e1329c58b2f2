"""Settings of the sign engine."""

import shlex
from dataclasses import dataclass

from utils.setting_values import setting

NO_ENGINE = ("none",)


def _command(text: str) -> tuple[str, ...]:
    """The parts of a command line; none of them is ever given to a shell."""
    try:
        parts = tuple(shlex.split(text))
    except ValueError as error:
        raise ValueError("must be none, or a command whose quotes are closed") from error
    return NO_ENGINE if tuple(map(str.lower, parts)) == NO_ENGINE else parts


@dataclass(frozen=True, kw_only=True)
class SignEngineSettings:
    """What makes signs of transcripts."""

    sign_engine: tuple[str, ...] = setting(
        NO_ENGINE,
        _command,
        "What makes sign tracks: none, or a command that reads a transcript and writes a film (docs/library.md).",
    )
