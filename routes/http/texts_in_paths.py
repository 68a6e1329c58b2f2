"""Words in addresses: what no database keeps in a text is the address of nothing."""

from typing import Any

from werkzeug.routing import Map, UnicodeConverter


class TextConverter(UnicodeConverter):
    """A part of an address, without NUL, which PostgreSQL takes into no question.

    It stands for all parts whose rule names no other kind.
    """

    def __init__(self, map: Map, *args: Any, **more: Any) -> None:  # noqa: A002 - Werkzeug's name for it.
        super().__init__(map, *args, **more)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


class OtherTextConverter(TextConverter):
    """The same, but for words that stand for operations of their own: `<but(merge, import):artist_id>`."""

    def __init__(self, map: Map, *words: str) -> None:  # noqa: A002 - Werkzeug's name for it.
        super().__init__(map)
        self.regex = rf"(?!(?:{'|'.join(words)})(?:/|\Z)){self.regex}"
