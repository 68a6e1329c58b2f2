"""Addresses that films are fetched from: as people are shown them, and what tells one from another."""

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from services.migration.remote_place import unsigned
from utils.text import has_unsafe_characters

LONGEST = 8192
"""Characters of an address."""

_SHOWN = frozenset({"v", "id", "list", "index", "page", "p"})
"""Fields that say which film is meant. Nobody knows of the others whether they let somebody in."""
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_HIDDEN = "…"


def is_usable(url: str) -> bool:
    """Whether it can be kept and shown at all."""
    return len(url) <= LONGEST and not has_unsafe_characters(url)


def shown(url: str) -> str:
    """An address without what it lets in by: signatures are gone, and of other fields the values are hidden."""
    parts = urlsplit(url)
    query = "&".join(_shown_field(name, value) for name, value in _query(parts.query))
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{address}?{query}" if query else address


def site(url: str) -> str:
    """Where an address leads, without what lies there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{_HIDDEN}"


def identity(url: str) -> str:
    """What a film is known by again: the address, whatever it is signed with this time."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    text = f"{parts.scheme}://{host}{parts.path or '/'}?{urlencode(_query(parts.query))}"
    return hashlib.sha256(text.encode()).hexdigest()


def name_in(url: str) -> str:
    """The last part of the path, which may be the name of a file; empty where there is none."""
    return urlsplit(url).path.rpartition("/")[2]


def _query(text: str) -> list[tuple[str, str]]:
    return unsigned(parse_qsl(text, keep_blank_values=True))


def _shown_field(name: str, value: str) -> str:
    if not value or not _PLAIN.fullmatch(name):
        return _HIDDEN  # What has no value may be a secret itself.
    return f"{name}={value if name.lower() in _SHOWN and _PLAIN.fullmatch(value) else _HIDDEN}"
