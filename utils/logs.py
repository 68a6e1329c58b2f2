"""How log lines look: JSON for machines, one readable line for people, and never a credential in either."""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from utils.log_files import SharedLogFile

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


def escaped(text: str) -> str:
    """The text on one line, with whatever could move a terminal's cursor, end a line or turn letters round spelt out.

    Spelt as JSON spells it, so that a line of JSON stays one that says the same.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


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
        return escaped(scrub(json.dumps(line, ensure_ascii=False, default=str)))


class TextFormatter(logging.Formatter):
    """One line for people: time, level, message, and the exception below it, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for one record."""
        lines = [f"{_time_of(record):%H:%M:%S} {record.levelname:<7} {escaped(record.getMessage())}"]
        if record.exc_info:
            # What a client has sent may stand in an exception: a line of its own there must not look like one of ours.
            lines += [f"  {escaped(line)}" for line in self.formatException(record.exc_info).split("\n")]
        return scrub("\n".join(lines))


def logging_config(*, level: str, json_lines: bool, file: Path | None = None) -> dict[str, Any]:
    """The `logging.config.dictConfig` of the app and of gunicorn around it.

    Everything goes to standard error, and into `file`, where there is one.
    """
    formatter = JsonFormatter if json_lines else TextFormatter
    handlers: dict[str, Any] = {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}}
    if file is not None:
        handlers["file"] = {"()": SharedLogFile, "path": file, "formatter": "line"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": handlers,
        "root": {"level": level, "handlers": list(handlers)},
        # Their debug lines hold whole URLs, signatures included.
        "loggers": {name: {"level": "WARNING"} for name in _QUIET}
        | {"gunicorn.error": {"level": level, "handlers": [], "propagate": True}},
    }


def _time_of(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
