"""How log lines look: JSON for machines, one readable line for people, and never a credential in either."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

_SECRETS = (
    (re.compile(r"(?i)\b(sig=)[^&\s\"']+"), r"\1…"),
    (re.compile(r"(?i)\b(AccountKey=|SharedAccessSignature=)[^;\s\"']+"), r"\1…"),
    (re.compile(r"(?i)\b(SharedKey [^:\s]+:|Bearer )[A-Za-z0-9+/=._~-]+"), r"\1…"),
    (re.compile(r"(://[^/\s:@]*:)[^@/\s]+@"), r"\1…@"),
)
# What is not in here was passed in `extra` and belongs into the JSON line.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_QUIET = ("azure", "urllib3", "msal")


def scrub(text: str) -> str:
    """Take signatures, account keys, tokens and passwords out of a text."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line; what was passed in `extra` becomes fields of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for one record."""
        line: dict[str, Any] = {
            "time": _time_of(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return scrub(json.dumps(line, ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """One line for people: time, level, message, and the exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for one record."""
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{_time_of(record):%H:%M:%S} {record.levelname:<7} {message}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return scrub(line)


def logging_config(*, level: str, json_lines: bool) -> dict[str, Any]:
    """The `logging.config.dictConfig` of the app and of gunicorn around it: everything to standard error."""
    formatter = JsonFormatter if json_lines else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level, "handlers": ["stderr"]},
        # Their debug lines hold whole URLs, signatures included.
        "loggers": {name: {"level": "WARNING"} for name in _QUIET}
        | {"gunicorn.error": {"level": level, "handlers": [], "propagate": True}},
    }


def _time_of(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
