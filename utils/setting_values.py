"""Settings as slices state them: a default, a description, and a reader that makes a value of a text or refuses it."""

import re
from collections.abc import Callable
from dataclasses import field
from enum import StrEnum
from typing import TypeVar

from limits import parse_many

from utils.smtp_servers import smtp_server

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class Secret:
    """A text that is not shown when it is printed."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for whom it is meant."""
        return self._text

    def __repr__(self) -> str:
        return "Secret()"


T = TypeVar("T")
Read = Callable[[str], T]
"""Makes a setting of the text that was given; raises `ValueError` that says what it must be."""


def setting(default: T, read: Read[T], description: str) -> T:
    """A field that `config.read_settings` can fill."""
    return field(default=default, metadata={"read": read, "description": description})


def whole(least: int, most: int) -> Read[int]:
    """A whole number from `least` to `most`."""

    def read(text: str) -> int:
        found = re.fullmatch(r"([+-]?[0-9]{1,18})(\.0+)?", text)
        if found is None or not least <= int(found[1]) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(found[1])

    return read


def number(fits: Callable[[float], bool], range_: str) -> Read[float]:
    """A number that fits; `range_` says which ones do."""

    def read(text: str) -> float:
        if not re.fullmatch(r"(?i)[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", text) or not fits(float(text)):
            raise ValueError(f"must be a number {range_}")
        return float(text)

    return read


K = TypeVar("K", bound=StrEnum)


def one_of(kind: type[K]) -> Read[K]:
    """One of the values of an enumeration, in any case."""

    def read(text: str) -> K:
        for each in kind:
            if text.lower() == each.value.lower():
                return each
        raise ValueError(f"must be one of {', '.join(kind)}")

    return read


def matching(pattern: str, what: str) -> Read[str]:
    """A text that matches the pattern as a whole; `what` says what that is."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {what}")
        return text

    return read


def secret(pattern: str, what: str) -> Read[Secret]:
    """The same, not shown when it is printed."""
    return lambda text: Secret(matching(pattern, what)(text))


def list_of(pattern: str, what: str, *, least: int = 0) -> Read[tuple[str, ...]]:
    """Texts separated by commas, at least so many, each of which matches."""

    def read(text: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        if len(parts) < least or not all(re.fullmatch(pattern, part) for part in parts):
            raise ValueError(f"must be {what}")
        return parts

    return read


def truth(text: str) -> bool:
    """True or false, in words that people use for it."""
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError("must be true or false")
    return text.lower() in _TRUE


def listening_address(text: str) -> str:
    """An address or name to listen on; IPv6 with or without its brackets."""
    bare = text.removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[A-Za-z0-9._-]+|[0-9A-Fa-f.]*(:[0-9A-Fa-f.]*){2,}", bare):
        raise ValueError("must be an address such as 127.0.0.1, 0.0.0.0 or ::1")
    return bare


def extensions(text: str) -> tuple[str, ...]:
    """Extensions of file names, in lower case and without their dots."""
    read = list_of(r"\*|\.?[A-Za-z0-9]+", "extensions such as mp4,mov separated by commas, or *", least=1)
    return tuple(dict.fromkeys(part.lower().removeprefix(".") for part in read(text)))


def rate(text: str) -> str:
    """How often something may be asked."""
    try:
        parse_many(text)
    except ValueError:
        raise ValueError("must be a rate such as 100 per minute") from None
    return text


def database(text: str) -> Secret:
    """The URL of a database, with the driver that is used."""
    scheme, separator, rest = text.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = "postgresql+psycopg"
    if scheme not in {"postgresql+psycopg", "sqlite"} or not separator or not rest:
        raise ValueError("must be a URL such as postgresql://name:password@host/database")
    return Secret(f"{scheme}://{rest}")


def connection_string(text: str) -> Secret:
    """What names a storage account and its key."""
    names = {part.partition("=")[0] for part in text.split(";")}
    if text != "UseDevelopmentStorage=true" and not ({"AccountName", "AccountKey"} <= names or "BlobEndpoint" in names):
        raise ValueError("must name AccountName and AccountKey, or BlobEndpoint")
    return Secret(text)


container = matching(r"[a-z0-9](-?[a-z0-9]){2,62}", "3 to 63 small letters, digits and single hyphens between them")
"""The name of a container."""


def smtp(text: str) -> Secret:
    """A mail server, with what it knows us by."""
    smtp_server(text)
    return Secret(text)
