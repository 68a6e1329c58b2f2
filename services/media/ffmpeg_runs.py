"""Runs of ffmpeg on hostile ground: what it may open, take and write is limited, and nothing of it outlives the run.

A film that claims to be an MP4 may be a playlist that names any address: the formats that may be read are listed by
name, beside the protocols. `docs/architecture.md` says more.
"""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.media.confined_command import Limits
from services.media.errors import BadMediaError, MediaError
from services.media.program_runs import STANDARD, Control, Output, run_program

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg"
"""What is read. No playlist is among them, and nothing that names another file."""
PICTURES = "jpeg_pipe,png_pipe,webp_pipe"
"""What is read where a picture is wanted."""
MAX_PIXELS = 8192 * 6144
"""The largest picture: 8K in any common shape."""

_STALLED_MICROSECONDS = 20_000_000
_CONNECTION = ["-rw_timeout", str(_STALLED_MICROSECONDS), "-reconnect", "1", "-reconnect_on_network_error", "1"]
_CONNECTION += ["-reconnect_on_http_error", "500,503", "-reconnect_delay_max", "4", "-reconnect_max_retries", "5"]
_AWAY: tuple[str, ...] = ("Server returned 5", "HTTP error 5", "HTTP error 403", "Connection refused")
_AWAY += ("Connection timed out", "Network is unreachable", "Input/output error", "Error in the pull function")


@dataclass(frozen=True)
class Source:
    """A film to read: a file here, or a signed URL, which is never logged."""

    address: str = field(repr=False)
    is_remote: bool
    formats: str = FORMATS
    """What it may be."""

    @classmethod
    def file(cls, path: Path) -> "Source":
        """A local file, whatever its name looks like."""
        return cls(f"file:{path.resolve()}", is_remote=False)

    @classmethod
    def picture(cls, path: Path) -> "Source":
        """A local picture."""
        return cls(f"file:{path.resolve()}", is_remote=False, formats=PICTURES)

    @classmethod
    def url(cls, url: str) -> "Source":
        """What a URL of this server's own storage opens."""
        return cls(url, is_remote=True)

    def opened(self, *before: str) -> list[str]:
        """The arguments that open it, guarded; `before` are further ones that concern this input."""
        protocols = "http,https,tcp,tls" if self.is_remote else "file"
        guards = ["-protocol_whitelist", protocols, "-format_whitelist", self.formats, "-max_pixels", str(MAX_PIXELS)]
        return [*guards, *(_CONNECTION if self.is_remote else ()), *before, "-i", self.address]

    def hidden_in(self, text: str) -> str:
        """The text without the address."""
        shown = text.replace(self.address, "the film")
        # Messages about a connection name the host and what was asked of it, too.
        query = self.address.partition("?")[2]
        return shown.replace(query, "…") if query else shown


def ffmpeg_arguments(*arguments: str) -> list[str]:
    """The arguments of an ffmpeg that asks nobody, overwrites, and says only what is wrong."""
    return ["-hide_banner", "-nostdin", "-y", "-v", "error", *arguments]


def run(
    program: str,
    arguments: Sequence[str],
    *,
    source: Source,
    limits: Limits | None = None,
    control: Control = STANDARD,
    may_fail: bool = False,
) -> Output:
    """Run the program to its end.

    Raises `BadMediaError` when the film is at fault or takes too much, and `MediaError` when its storage is. With
    `may_fail` a status that is not 0 is no fault.
    """
    status, output = run_program(program, arguments, limits=limits or Limits(), control=control)
    stderr = source.hidden_in(output.stderr)
    if status == 0 or (may_fail and status > 0):
        return Output(output.stdout, stderr)
    raise _fault(status, stderr)


def _fault(status: int, stderr: str) -> BadMediaError | MediaError:
    reason = _reason(stderr)
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        # The kernel ends what has used up its time, and what has used up the machine's memory.
        return BadMediaError("The film takes more work than one may.")
    if status == -signal.SIGXFSZ or "File too large" in stderr:
        return BadMediaError("What is made from the film is larger than allowed.")
    if status < 0:
        return BadMediaError("ffmpeg failed on this film.")
    if any(each in stderr for each in _AWAY):
        return MediaError(f"The film could not be read from storage: {reason}")
    return BadMediaError(f"ffmpeg cannot read this film: {reason}" if reason else "ffmpeg cannot read this film.")


def _reason(stderr: str) -> str:
    """The last line of what ffmpeg says, without the address of its own parts."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    told = [line.partition("] ")[2] if line.startswith("[") else line for line in lines]
    kept = [line for line in told if "Conversion failed" not in line and "Error opening input file" not in line]
    return kept[-1][:300] if kept else ""
