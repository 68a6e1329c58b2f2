"""Addresses that films are fetched from: as people are shown them, and what tells one from another."""

import hashlib
import re
import string
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from services.egress.addresses import in_ascii
from services.migration.remote_place import unsigned
from utils.text import has_unsafe_characters
from utils.urls import can_be_split

LONGEST = 8192
"""Characters of an address."""

_SHOWN = frozenset({"v", "id", "list", "index", "page", "p"})
"""Fields that say which film is meant. Nobody knows of the others whether they let somebody in."""
_PORTS = {"http": 80, "https": 443}
_NEED_NO_ESCAPE = frozenset(string.ascii_letters + string.digits + "-._~")
_ESCAPED = re.compile("%([0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_HIDDEN = "…"


def is_usable(url: str) -> bool:
    """Whether it can be kept and shown at all."""
    return len(url) <= LONGEST and not has_unsafe_characters(url) and can_be_split(url)


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


def identity(url: str, *, of: str = "") -> str:
    """What a film is known by again: the address, whatever it is signed with this time.

    `of` is an account that has it fetched for itself, since somebody else has it for themselves alone.
    """
    parts = urlsplit(url)
    text = f"{parts.scheme}://{_host(parts)}{_path(parts)}?{urlencode(_query(parts.query))}"
    return hashlib.sha256((f"{text} {of}" if of else text).encode()).hexdigest()


def _host(parts: SplitResult) -> str:
    """Host and port, of which the usual one goes without saying."""
    try:
        host, port = in_ascii(parts.hostname or ""), parts.port
    except ValueError:
        return parts.netloc.lower()
    host = f"[{host}]" if ":" in host else host
    return host if port in {None, _PORTS.get(parts.scheme)} else f"{host}:{port}"


def _path(parts: SplitResult) -> str:
    """The path, with each letter written in the one way that needs no more than it must."""
    return _ESCAPED.sub(_plainest, quote(parts.path or "/", safe=string.punctuation))


def _plainest(escaped: re.Match[str]) -> str:
    letter = chr(int(escaped[1], 16))
    return letter if letter in _NEED_NO_ESCAPE else escaped[0].upper()


def name_in(url: str) -> str:
    """The last part of the path, which may be the name of a file; empty where there is none."""
    return urlsplit(url).path.rpartition("/")[2]


def _query(text: str) -> list[tuple[str, str]]:
    return unsigned(parse_qsl(text, keep_blank_values=True))


def _shown_field(name: str, value: str) -> str:
    if not value or not _PLAIN.fullmatch(name):
        return _HIDDEN  # What has no value may be a secret itself.
    return f"{name}={value if name.lower() in _SHOWN and _PLAIN.fullmatch(value) else _HIDDEN}"
