"""Lists of artists from elsewhere: a CSV, the followed of a music service, the folders of a library server.

Whoever reads such a list hands its entries over; what comes of each is said before anything is kept (`preview`), and
is the same when they are taken in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import UNSET, UnsetType

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artist import SERVICES, Artist, name_key
from services.artists.artists import new_artist
from services.artists.change import ArtistChange, ArtistIds, is_id
from services.artists.errors import InvalidArtistError
from services.artists.store.artists import ArtistStore
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.engine import Database, Transaction
from services.events.sources import ArtistCreated

MOST_ENTRIES = 10_000
_AT_ONCE = 200


class EntryStatus(StrEnum):
    """What comes of an entry."""

    NEW = "new"
    KNOWN = "known"
    """The artist is here already."""
    DOUBLE = "double"
    """The list has it before."""
    INVALID = "invalid"


@dataclass(frozen=True, kw_only=True)
class ListEntry:
    """One artist of a list."""

    said: ArtistChange
    line: int
    """Where it stands in the list; the first is 1."""


@dataclass(frozen=True, kw_only=True)
class EntryOutcome:
    """What came of an entry, or would come."""

    line: int
    name: str
    status: EntryStatus
    id: str | None = None
    """Of the artist, where it is here."""
    detail: str | None = None
    """Why it cannot be kept."""


@dataclass
class _NamedSoFar:
    """What a list has named so far, by names and ids."""

    names: set[str] = field(default_factory=set)
    ids: set[tuple[str, str]] = field(default_factory=set)

    def add(self, artist: Artist) -> None:
        self.names.add(name_key(artist.name))
        self.ids.update(artist.ids.items())

    def has(self, artist: Artist) -> bool:
        return name_key(artist.name) in self.names or not self.ids.isdisjoint(artist.ids.items())


class ArtistLists:
    """Raises `DatabaseUnavailableError`, what the policy says, and `InvalidArtistError` for too long a list."""

    def __init__(self, database: Database, store: ArtistStore, *, audit: Audit) -> None:
        """`database` is the durable one."""
        self._database = database
        self._store = store
        self._audit = audit

    def preview(self, entries: Sequence[ListEntry], *, by: Actor) -> list[EntryOutcome]:
        """What would come of each; nothing is kept."""
        self._check(entries, by)
        outcomes: list[EntryOutcome] = []
        seen = _NamedSoFar()
        for at in range(0, len(entries), _AT_ONCE):
            outcomes += [each for each, _ in self._judged(entries[at : at + _AT_ONCE], seen, None)]
        return outcomes

    def take_in(self, entries: Sequence[ListEntry], *, by: Actor) -> list[EntryOutcome]:
        """Keep what is new, and say so of each; what is known is left alone. What broke off is gone on with so."""
        self._check(entries, by)
        outcomes: list[EntryOutcome] = []
        seen = _NamedSoFar()
        for at in range(0, len(entries), _AT_ONCE):
            with self._database.writing() as on:
                judged = self._judged(entries[at : at + _AT_ONCE], seen, on)
                for _, artist in judged:
                    if artist is not None:
                        self._add(artist, on, by=by)
            outcomes += [each for each, _ in judged]
        return outcomes

    def _check(self, entries: Sequence[ListEntry], by: Actor) -> None:
        require(by, Act.CHANGE_SOURCES)
        if len(entries) > MOST_ENTRIES:
            raise InvalidArtistError(f"The list has {len(entries)} artists; at most {MOST_ENTRIES} are taken at once.")

    def _judged(
        self, entries: Sequence[ListEntry], seen: _NamedSoFar, on: Transaction | None
    ) -> list[tuple[EntryOutcome, Artist | None]]:
        """What comes of each, and the artist where it is new."""
        made = [(each, *_made(each)) for each in entries]
        artists = [artist for _, artist, _ in made if artist is not None]
        names = self._store.by_name({each.name for each in artists}, on=on)
        ids = self._store.known_ids([pair for each in artists for pair in each.ids.items()], on=on)
        judged: list[tuple[EntryOutcome, Artist | None]] = []
        for entry, artist, fault in made:
            if artist is None:
                said = EntryOutcome(line=entry.line, name=_name(entry), status=EntryStatus.INVALID, detail=fault)
                judged.append((said, None))
                continue
            known = next((ids[each] for each in artist.ids.items() if each in ids), None) or _id_of(names, artist)
            status = EntryStatus.DOUBLE if seen.has(artist) else EntryStatus.KNOWN if known else EntryStatus.NEW
            is_new = status is EntryStatus.NEW
            seen.add(artist)
            shown = artist.id if is_new and on is not None else known
            judged.append(
                (EntryOutcome(line=entry.line, name=artist.name, status=status, id=shown), artist if is_new else None)
            )
        return judged

    def _add(self, artist: Artist, on: Transaction, *, by: Actor) -> None:
        self._store.add(artist, on=on)
        event = ArtistCreated(artist_id=artist.id, name=artist.name)
        target, details = AuditTarget(kind="artist", id=artist.id), {"name": artist.name}
        self._audit.write(on, "artist.created", by=by, target=target, details=details, event=event)


def entries_named(artists: Iterable[tuple[str, Mapping[str, str]]]) -> list[ListEntry]:
    """Entries for artists of whom a service says the names, and what services call them."""
    return [
        ListEntry(said=ArtistChange(name=name, ids=_ids(ids)), line=line)
        for line, (name, ids) in enumerate(artists, start=1)
    ]


def chosen(entries: Sequence[ListEntry], only: Iterable[int | str]) -> list[ListEntry]:
    """Those that stand in one of these lines, or have one of these names."""
    wanted = list(only)
    lines = {each for each in wanted if isinstance(each, int)}
    names = {name_key(each) for each in wanted if isinstance(each, str)}
    return [each for each in entries if each.line in lines or name_key(_name(each)) in names]


def _ids(ids: Mapping[str, str]) -> ArtistIds | UnsetType:
    known = {service: id_ for service, id_ in ids.items() if service in SERVICES and is_id(id_)}
    return ArtistIds(**known) if known else UNSET


def _name(entry: ListEntry) -> str:
    return entry.said.name if isinstance(entry.said.name, str) else ""


def _made(entry: ListEntry) -> tuple[Artist | None, str | None]:
    try:
        return new_artist(entry.said), None
    except InvalidArtistError as error:
        return None, error.detail


def _id_of(names: Mapping[str, Artist], artist: Artist) -> str | None:
    found = names.get(name_key(artist.name))
    return None if found is None else found.id
