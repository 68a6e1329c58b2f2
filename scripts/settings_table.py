"""The README's table of settings, written from the settings themselves; a test holds the two equal."""

import sys
from enum import Enum
from pathlib import Path

from config import Settings

_README = Path(__file__).resolve().parent.parent / "README.md"
_BEGIN = "| --- | --- | --- |\n"


def settings_table() -> str:
    """The rows of the table, one for each setting."""
    rows = (
        f"| `{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    )
    return "\n".join(rows) + "\n"


def with_table(readme: str) -> str:
    """The README with the rows between the table's head and the next empty line replaced."""
    before, head, rest = readme.partition(_BEGIN)
    _, gap, after = rest.partition("\n\n")
    return f"{before}{head}{settings_table()}{gap[1:]}{after}"


def _default(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f"`{','.join(value)}`" if value else ""
    return f"`{value.value if isinstance(value, Enum) else value}`"


def main() -> int:
    """Write the table into the README."""
    _README.write_text(with_table(_README.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
