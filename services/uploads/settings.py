"""Settings of every way in."""

from dataclasses import dataclass

from utils.setting_choices import UploadChecksum, UploadMode
from utils.setting_values import extensions, matching, number, one_of, setting, truth, whole
from utils.sizes import MIB


@dataclass(frozen=True, kw_only=True)
class UploadSettings:
    """What is let in, and how much of the machine it may take."""

    max_upload_mb: int = setting(
        20480, whole(1, 5 * MIB), "The largest video, in MiB. Larger ones are refused with 413."
    )
    allowed_extensions: tuple[str, ...] = setting(
        ("mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "wmv", "flv", "3gp", "ogv"),
        extensions,
        "File name extensions that are let in. `*` allows any file and turns content checks off.",
    )
    upload_block_mb: int = setting(
        8, whole(1, 100), "The size of a full block in MiB; it grows only for uploads that need it."
    )
    upload_memory_mb: int = setting(256, whole(2, MIB), "Bytes in flight over all uploads of one process, in MiB.")
    max_concurrent_uploads: int = setting(64, whole(1, 4096), "Uploads at once on this instance; one more gets 503.")
    client_share_percent: int = setting(
        50, whole(10, 100), "Percentage of the free places and its own that one client may hold; 100: all of them."
    )
    upload_idle_seconds: float = setting(
        30.0,
        number(lambda seconds: 0 < seconds <= 600, "above 0, at most 600"),
        "Seconds that a client may send nothing, or take nothing of its answer, before it is let go.",
    )
    upload_min_kbps: float = setting(
        1.0,
        number(lambda rate: 0 <= rate <= 102400, "from 0 to 102400"),
        "Least rate of an upload, in KiB a second; a slower one is ended. 0 allows any rate.",
    )
    upload_expiry_hours: float = setting(
        24.0,
        number(lambda hours: 0 < hours < 168, "above 0, below 168"),
        "Hours for which an unfinished upload is kept after its last bytes; Azure keeps a week.",
    )
    upload_checksum: UploadChecksum = setting(
        UploadChecksum.SHA256,
        one_of(UploadChecksum),
        "sha256 or none: the digest computed while a video passes through.",
    )
    upload_verify: str = setting(
        "crc64",
        matching("crc64|md5|none", "crc64, md5 or none"),
        "crc64, md5 or none: storage checks each block by it.",
    )
    upload_mode: UploadMode = setting(
        UploadMode.PROXY,
        one_of(UploadMode),
        "proxy, or direct: the page then sends videos straight into storage.",
    )
    direct_uploads: bool = setting(
        default=True, read=truth, description="Whether clients may write straight into storage at all: true or false."
    )

    @property
    def checked_extensions(self) -> frozenset[str] | None:
        """The extensions that are let in; none where anything is."""
        return None if self.any_file_allowed else frozenset(self.allowed_extensions)

    @property
    def max_upload_bytes(self) -> int:
        """The largest video in bytes."""
        return self.max_upload_mb * MIB

    @property
    def any_file_allowed(self) -> bool:
        """Whether name and content checks are turned off."""
        return "*" in self.allowed_extensions
