"""Addresses that films are fetched from: as people are shown them, and what tells one from another."""

import hashlib
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from services.migration.remote_place import unsigned
from utils.text import has_unsafe_characters

LONGEST = 8192
"""Characters of an address."""

_LONGEST_SHOWN = 64
_SECRET = re.compile(r"key|token|sig|secret|pass|auth|session|credential|jwt|hash|policy|expire", re.IGNORECASE)
_HIDDEN = "…"


def is_usable(url: str) -> bool:
    """Whether it can be kept and shown at all."""
    return len(url) <= LONGEST and not has_unsafe_characters(url)


def shown(url: str) -> str:
    """An address without what it lets in by: signatures are gone, and what else may be secret is hidden."""
    parts = urlsplit(url)
    query = "&".join(f"{quote(name)}={_shown_value(name, value)}" for name, value in _query(parts.query))
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{address}?{query}" if query else address


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


def _shown_value(name: str, value: str) -> str:
    return _HIDDEN if _SECRET.search(name) or len(value) > _LONGEST_SHOWN else quote(value, safe="/:,@")
