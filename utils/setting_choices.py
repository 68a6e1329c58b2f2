"""What those settings can be that are one of a few words."""

from enum import StrEnum


class Environment(StrEnum):
    """Where the app runs; production asks for more and says less."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """How a log line is written: for people or for machines."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least severe log line that is written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class UploadChecksum(StrEnum):
    """Which digest is computed while an upload passes through."""

    SHA256 = "sha256"
    NONE = "none"


class UploadMode(StrEnum):
    """Where the page sends a video's bytes: through this server, or straight into storage."""

    PROXY = "proxy"
    DIRECT = "direct"


class PlaybackMode(StrEnum):
    """Who hands a video's bytes to its player: this server, or storage by a signed URL."""

    PROXY = "proxy"
    REDIRECT = "redirect"


class AuthMode(StrEnum):
    """Who says who is asking."""

    ACCOUNTS = "accounts"
    NONE = "none"
    EASYAUTH = "easyauth"


class CaptionEngine(StrEnum):
    """What makes captions of what is said."""

    NONE = "none"
    WHISPER = "whisper"
    AZURE = "azure"
