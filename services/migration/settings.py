"""Settings of migration."""

import re
from dataclasses import dataclass
from pathlib import Path

from utils.setting_values import setting

_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/?")
_REGION = re.compile(r"[a-z0-9-]{1,64}")


def _folder(text: str) -> Path:
    """A folder, as an absolute path."""
    path = Path(text)
    if not path.is_absolute() or path == Path(path.anchor):
        raise ValueError("must be the absolute path of a folder, and not /")
    return path


def _endpoint(text: str) -> str:
    """Where something speaks as S3 does."""
    if not _ENDPOINT.fullmatch(text):
        raise ValueError("must be an address without a path, such as https://s3.eu-central-1.amazonaws.com")
    return text.rstrip("/")


def _region(text: str) -> str:
    """A region as signatures name it."""
    if not _REGION.fullmatch(text):
        raise ValueError("must be a region such as eu-central-1")
    return text


@dataclass(frozen=True, kw_only=True)
class MigrationSettings:
    """From where files may be taken in."""

    migration_dir: Path | None = setting(
        None, _folder, "The folder below which files of this machine may be taken in. Empty: none are."
    )
    s3_endpoint: str | None = setting(
        None, _endpoint, "Where buckets are that migrations read, by any S3. Empty: at Amazon, in S3_REGION."
    )
    s3_region: str = setting("us-east-1", _region, "The region of those buckets, which signatures name.")
