"""The README's table of settings, written from the settings themselves; a test holds the two equal."""

import sys
from dataclasses import fields
from pathlib import Path

from config import Settings

_README = Path(__file__).resolve().parent.parent / "README.md"
_BEGIN = "| --- | --- | --- |\n"


def settings_table() -> str:
    """The rows of the table, one for each setting."""
    rows = (
        f"| `{each.name.upper()}` | {_default(each.default)} | {each.metadata['description']} |"
        for each in fields(Settings)
    )
    return "\n".join(rows) + "\n"


def with_table(readme: str) -> str:
    """The README with the rows between the table's head and the next empty line replaced."""
    before, head, rest = readme.partition(_BEGIN)
    _, gap, after = rest.partition("\n\n")
    return f"{before}{head}{settings_table()}{gap[1:]}{after}"


def as_text(value: object) -> str:
    """The value as one would set it; nothing when it is not set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _default(value: object) -> str:
    text = as_text(value)
    return f"`{text}`" if text else ""


def main() -> int:
    """Write the table into the README."""
    _README.write_text(with_table(_README.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
