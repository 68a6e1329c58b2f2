"""Settings of migration."""

from dataclasses import dataclass
from pathlib import Path

from utils.setting_values import setting


def _folder(text: str) -> Path:
    """A folder, as an absolute path."""
    path = Path(text)
    if not path.is_absolute() or path == Path(path.anchor):
        raise ValueError("must be the absolute path of a folder, and not /")
    return path


@dataclass(frozen=True, kw_only=True)
class MigrationSettings:
    """From where files of this machine may be taken in."""

    migration_dir: Path | None = setting(
        None, _folder, "The folder below which files of this machine may be taken in. Empty: none are."
    )
