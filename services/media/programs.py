"""Which ffmpeg is used: the configured one, else the one on PATH, else the one that PyPI's imageio-ffmpeg brings."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from services.media.errors import ToolMissingError

_SECONDS = 20
_VERSION = re.compile(r"ffmpeg version (\S+)")
_NEEDED = {"libx264": "H.264", "aac": "AAC", "libwebp": "WebP", "libwebp_anim": "animated WebP"}
_TONE_MAPPING = "zscale"


@dataclass(frozen=True)
class Programs:
    """The ffmpeg that is used, and the ffprobe beside it where there is one. Asking what it can do runs it once."""

    ffmpeg: str
    ffprobe: str | None
    origin: str
    """Where it was found: `FFMPEG`, `PATH` or `PyPI`."""

    @cached_property
    def version(self) -> str:
        """Its version; raises `ToolMissingError` when it does not run."""
        match = _VERSION.search(self._ask("-version"))
        if match is None:
            raise ToolMissingError(f"{self.ffmpeg} is not ffmpeg. Set FFMPEG to one, or leave it empty.")
        return match[1]

    @cached_property
    def lacks(self) -> tuple[str, ...]:
        """What it cannot write and is needed; raises `ToolMissingError` when it does not run."""
        listed = {line.split()[1] for line in self._ask("-encoders").splitlines() if len(line.split()) > 1}
        return tuple(name for encoder, name in _NEEDED.items() if encoder not in listed)

    @cached_property
    def maps_tones(self) -> bool:
        """Whether it can turn HDR into what every screen shows."""
        return any(line.split()[1:2] == [_TONE_MAPPING] for line in self._ask("-filters").splitlines())

    @cached_property
    def asks_in_parts(self) -> bool:
        """Whether it can be told how much to ask a server for at once."""
        return "-initial_request_size" in self._ask("-h", "protocol=http")

    def _ask(self, *options: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the program that an operator chose
                [self.ffmpeg, "-hide_banner", *options] if options != ("-version",) else [self.ffmpeg, *options],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ToolMissingError(f"{self.ffmpeg} does not run. Set FFMPEG to one that does.") from error
        return done.stdout


def find_programs(configured: str | None) -> Programs:
    """The programs to use; raises `ToolMissingError` when there are none, or the configured one is not there."""
    if configured:
        found = shutil.which(configured)
        if found is None:
            raise ToolMissingError(f"FFMPEG names {configured}, and there is no such program.")
        return Programs(found, _probe_beside(found), "FFMPEG")
    if found := shutil.which("ffmpeg"):
        return Programs(found, _probe_beside(found), "PATH")
    if found := _from_pypi():
        return Programs(found, None, "PyPI")
    raise ToolMissingError("There is no ffmpeg: install requirements.txt, or set FFMPEG.")


def _probe_beside(ffmpeg: str) -> str | None:
    # Of the same build, so that both know the same formats.
    return shutil.which("ffprobe", path=str(Path(ffmpeg).parent))


def _from_pypi() -> str | None:
    # Its Python code is not imported: that would look into the environment, and is not needed for a path.
    package = importlib.util.find_spec("imageio_ffmpeg")
    if package is None or package.origin is None:
        return None
    found = sorted(Path(package.origin).parent.glob("binaries/ffmpeg-*"))
    return shutil.which(str(found[-1])) if found else None
