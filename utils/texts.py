"""What people read, in their language: sentences by key with values put in, numbers, sizes and dates."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

Message = str | dict[str, str]
"""A sentence with `{names}` in it, or one for each plural form."""

_UNITS = ("kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class TextCatalogue:
    """All sentences of one language."""

    language: str
    messages: Mapping[str, Message]
    easy: "TextCatalogue | None" = None
    """The same in short sentences of plain words; what is short and plain anyway is in both alike."""

    def text(self, key: str, /, **values: object) -> str:
        """The sentence of a key with these values in it, as plain text; `count` also chooses between plural forms.

        Raises `KeyError` for a key that there is not, or a value that is missing.
        """
        message = self.messages[key]
        if isinstance(message, dict):
            message = message[self._form(values["count"])]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return message.format_map(shown) if "{" in message else message

    def problem(self, slug: str, own: str, part: str) -> str:
        """The `title` of a refusal, or its `why`, where this language says it; else the `own` words of the server."""
        return str(self.messages.get(f"problems.{slug}.{part}", own))

    def names(self, prefix: str) -> dict[str, str]:
        """Sentences whose keys begin with that and a dot, by the rest of their keys, in the catalogue's order."""
        start = f"{prefix}."
        return {key.removeprefix(start): str(each) for key, each in self.messages.items() if key.startswith(start)}

    def number(self, number: int) -> str:
        """A whole number with its digits in groups."""
        return f"{number:,}".replace(",", self.text("format.group"))

    def size(self, count: int) -> str:
        """A number of bytes as people read it: `6.1 GB`."""
        if count < 1000:
            return self.text("format.bytes", count=count)
        size, units = count / 1000, list(_UNITS)
        while size >= 999.5 and len(units) > 1:
            size, units = size / 1000, units[1:]
        return f"{self.decimal(size, places=1 if size < 9.95 else 0)} {units[0]}"

    def decimal(self, number: float, *, places: int = 1) -> str:
        """A number as people read it, such as `21.9`, with its own point and minus."""
        return f"{number:.{places}f}".replace(".", self.text("format.decimal")).replace("-", "\N{MINUS SIGN}")

    def day(self, moment: datetime) -> str:
        """A day as people read it: `20 Nov 2026`."""
        month = self.text("format.months").split()[moment.month - 1]
        return self.text("format.day", day=str(moment.day), month=month, year=str(moment.year))

    def _form(self, count: object) -> str:
        # English and German have these two; a language with more brings its rule along.
        return "one" if count == 1 else "other"


def load_catalogues(folder: Path) -> dict[str, TextCatalogue]:
    """The catalogue of each language below a folder, whose files are one for each feature: `en/library.json`.

    What is said in other words to those who want easy ones is in `en/easy/library.json`.
    """
    return {each.name: _catalogue(each) for each in sorted(folder.iterdir()) if each.is_dir()}


def _catalogue(folder: Path) -> TextCatalogue:
    messages, easy = _messages(folder), _messages(folder / "easy")
    return TextCatalogue(folder.name, messages, TextCatalogue(folder.name, messages | easy) if easy else None)


def _messages(folder: Path) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for path in sorted(folder.glob("*.json")):
        messages: dict[str, Message] = json.loads(path.read_text(encoding="utf-8"))
        found.update({f"{path.stem}.{key}": message for key, message in messages.items()})
    return found
