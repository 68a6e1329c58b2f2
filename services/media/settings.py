"""Settings of work on films."""

from dataclasses import dataclass
from pathlib import Path

from utils.setting_values import container, setting, whole
from utils.sizes import MIB


@dataclass(frozen=True, kw_only=True)
class MediaSettings:
    """With what, and in how much room."""

    ffmpeg: str | None = setting(
        None, str, "The ffmpeg for work on films. Empty: the one on PATH, else that of requirements.txt."
    )
    temp_dir: Path | None = setting(
        None, Path, "Scratch space for work on films, empty between two jobs. Empty: `scratch` in DATA_DIR."
    )
    temp_max_mb: int = setting(
        8192, whole(256, 16 * MIB), "Scratch space for all work on films together, in MiB; more work waits."
    )
    derived_container_name: str | None = setting(
        None, container, "The private container of what is made of videos, again if need be. Empty: <videos>-derived."
    )
