"""What an adapter is asked, and what it finds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeVar

import msgspec

from services.sources.asking import ServiceClient
from services.sources.errors import SourceOffError
from services.sources.service import Service
from utils.search_words import fold
from utils.urls import can_be_split

T = TypeVar("T")

MOST_PAGES = 10
"""Pages that are asked for at most, whatever an answer promises."""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Whose films are looked for."""

    name: str
    other_names: Sequence[str] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    """What services call them, by the service's name."""

    def is_called(self, *names: str | None) -> bool:
        """Whether one of the names is one of theirs, case and accents aside."""
        own = {fold(each).strip() for each in (self.name, *self.other_names)}
        return any(name is not None and fold(name).strip() in own for name in names)


class MatchedBy(Enum):
    """By what a film was told to be of whom was sought."""

    ID = "id"
    NAME = "name"
    TITLE = "title"
    """By their name in its title alone."""


@dataclass(frozen=True, kw_only=True)
class FilmAtService:
    """A film, as a service knows it."""

    id: str
    title: str
    url: str = ""
    """Where it can be fetched, or read about."""
    year: int | None = None
    seconds: float | None = None
    kind: str = ""
    picture: str = ""
    """The address of a picture."""
    match: MatchedBy = MatchedBy.NAME
    known_at: str = ""
    """The service whose id it is, where that is not the one that was asked."""
    is_song: bool = False
    """Whether the service knows a song of this name, and not whether there is a film of it."""


class Adapter(Protocol):
    """Speaks to one service."""

    @property
    def service(self) -> Service:
        """The service."""

    @property
    def needs_key(self) -> bool:
        """Whether it wants a key."""

    def require(self) -> None:
        """Raise `SourceOffError` where it has no key, or no address."""

    def search(self, sought: Sought, client: ServiceClient) -> Sequence[FilmAtService]:
        """The films that the service knows. Raises `SourceOffError` and what `ServiceClient.ask` raises."""

    def ping(self, client: ServiceClient) -> None:
        """Ask the least that shows whether it answers, and takes the key; raises the same."""


@dataclass(frozen=True, kw_only=True)
class HeldArtist:
    """An artist that a library server holds films or songs of."""

    name: str
    ids: Mapping[str, str] = field(default_factory=dict)
    """What services call them, by the service's name."""


class LibraryServer(Adapter, Protocol):
    """A server with films or songs of one's own."""

    def artists(self, client: ServiceClient) -> Sequence[HeldArtist]:
        """All artists that it holds; raises as `search` does."""

    def tell(self, client: ServiceClient) -> None:
        """Have it look for new films; raises as `search` does."""


class ListingService(Adapter, Protocol):
    """A service at which people have lists of songs or artists."""

    @property
    def periods(self) -> Sequence[str]:
        """Of which times it can tell whom somebody has heard the most."""

    def artists_of(self, named: str, client: ServiceClient, *, period: str = "") -> Iterator[HeldArtist]:
        """The artists of a list, page by page, in its order; with one of its periods, those heard most in that.

        Raises as `search` does, `InvalidListError`, `ListNotFoundError`, and `ListNotShownError`.
        """


Secret = Callable[[], str]
"""A key as it is now; empty where there is none."""


def key_of(service: Service, secret: Secret) -> str:
    """The key; raises `SourceOffError` where there is none."""
    found = secret()
    if not found:
        raise SourceOffError(f"{service.title} has no key. An administrator can set one among the live settings.")
    return found


def address_of(service: Service, base: str | None, *, setting: str) -> str:
    """Where it is; raises `SourceOffError` where nobody has said that."""
    if base is None:
        raise SourceOffError(f"{service.title} has no address. Set {setting}.")
    return base


def decoded(type_: type[T]) -> Callable[[bytes], T]:
    """A reader of JSON; what the service adds is left alone."""

    def read(body: bytes) -> T:
        try:
            return msgspec.json.decode(body, type=type_, strict=False)
        except msgspec.MsgspecError as error:
            raise ValueError(str(error)) from error

    return read


def each_of(items: Sequence[msgspec.Raw], type_: type[T]) -> Iterator[T]:
    """Those that can be read: one that is not as the documents say does not hide the rest."""
    for item in items:
        try:
            yield msgspec.json.decode(item, type=type_, strict=False)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue


def year_of(date: str | None) -> int | None:
    """The year of a date that begins with one."""
    return int(date[:4]) if date and date[:4].isascii() and date[:4].isdecimal() and len(date) >= 4 else None


def web_address(text: str | None) -> str:
    """The text, where it is an address of the web; else empty."""
    text = text or ""
    is_one = text.startswith(("https://", "http://")) and len(text) <= 2000 and can_be_split(text)
    return text if is_one else ""
