"""Homes: which container a video's bytes lie in, as its id alone says.

The id of a video in the plain container is its blob's name. That of one in a person's container, `<videos>-p-1234abcd`,
is the blob's name behind `~p-1234abcd~`. So the container is known without asking anybody, and stays what it is when
the video gets another owner.
"""

import re

PLAIN = ""
"""The home of what lies in the plain container."""
FIRST_AT_HOME, BEHIND_HOMES = "~p-", "~p."
"""All ids with a home sort from the first on and before the second; no blob of the plain container has such an id."""

_BEGINNING = re.compile(r"~p-(?P<home>[0-9a-f]{8})~")
_ID = re.compile(r"~p-(?P<home>[0-9a-f]{8})~(?P<name>.+)", re.DOTALL)
_HOME = re.compile(r"[0-9a-f]{8}")
_CONTAINER_MARK = "-p-"


def split_id(id_: str) -> tuple[str, str]:
    """The home that an id names, and the blob's name there."""
    match = _ID.fullmatch(id_)
    return (PLAIN, id_) if match is None else (match["home"], match["name"])


def id_at(home: str, name: str) -> str:
    """The id of the video that is the blob of that name in that home."""
    return f"~p-{home}~{name}" if home else name


def before(home: str) -> str:
    """Sorts before all ids of a home, and behind those of homes before it."""
    return f"~p-{home}~" if home else ""


def behind(home: str) -> str:
    """Sorts behind all ids of a person's home, and before those of homes behind it."""
    return f"~p-{home}\x7f"


def home_named(text: str) -> str:
    """The home whose id the text is, or before whose ids it stands."""
    match = _BEGINNING.match(text)
    return PLAIN if match is None else match["home"]


def can_be_plain(name: str) -> bool:
    """Whether a blob of that name in the plain container can be a video: it could not be told from another's id."""
    return not name.startswith(FIRST_AT_HOME)


def container_at(home: str, *, videos: str) -> str:
    """The container of a home, beside the plain container of that name."""
    return f"{videos}{_CONTAINER_MARK}{home}" if home else videos


def home_of_container(container: str, *, videos: str) -> str | None:
    """The home that a person's container is, or None where it is anything else: the form decides, to the letter."""
    start = f"{videos}{_CONTAINER_MARK}"
    home = container.removeprefix(start)
    return home if container.startswith(start) and _HOME.fullmatch(home) else None
