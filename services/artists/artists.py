"""Artists: kept, found, changed, deleted and brought back."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from msgspec import UNSET

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artist import Artist, Shelf, new_id
from services.artists.change import ArtistChange
from services.artists.errors import ArtistExistsError, ArtistNotFoundError, InvalidArtistError
from services.artists.store.artists import ArtistStore
from services.artists.store.pages import ArtistPage, ArtistPages, ArtistQuery
from services.artists.store.wanted import WantedStore
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.engine import Database, Transaction
from services.database.errors import DatabaseConflictError
from services.events.event import Event, name_of
from services.events.sources import ArtistChanged, ArtistCreated, ArtistDeleted, ArtistRestored
from utils.text import quoted

_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


class Artists:
    """Every method raises `DatabaseUnavailableError`, and what the policy says to who may not."""

    def __init__(
        self, database: Database, store: ArtistStore, wanted: WantedStore, pages: ArtistPages, *, audit: Audit
    ) -> None:
        """`database` is the durable one."""
        self._database = database
        self._store = store
        self._wanted = wanted
        self._pages = pages
        self._audit = audit

    def get(self, id_: str, *, by: Actor, trash: bool = False) -> Artist:
        """The artist of that id, or the one that has taken its place; raises `ArtistNotFoundError`.

        With `trash`, one that is in the trash too.
        """
        require(by, Act.READ_SOURCES)
        return self._there(self._store.get(id_), trash=trash)

    def page(self, query: ArtistQuery, *, by: Actor) -> ArtistPage:
        """A part of the list; that of the trash is for those who may bring back."""
        require(by, Act.CHANGE_SOURCES if query.trash else Act.READ_SOURCES)
        return self._pages.artists(query)

    def these(self, ids: Collection[str], *, by: Actor) -> Mapping[str, Artist]:
        """Those of these artists that are in the library, by the ids asked for, or those that took their places."""
        require(by, Act.READ_SOURCES)
        known = self._store.these(ids)
        others = self._store.these({each.merged_into for each in known.values() if each.merged_into})
        found = {id_: others.get(each.merged_into or "", each) for id_, each in known.items()}
        return {id_: each for id_, each in found.items() if each.shelf is Shelf.LIBRARY}

    def ids_of(self, artist: Artist, *, by: Actor) -> tuple[str, ...]:
        """All ids that mean this artist: its own, and those of whom it has taken the place."""
        require(by, Act.READ_SOURCES)
        return (artist.id, *self._store.merged_into(artist.id))

    def count(self, *, by: Actor) -> int:
        """How many there are."""
        require(by, Act.READ_SOURCES)
        return self._pages.count()

    def by_names(self, names: Collection[str], *, by: Actor) -> Mapping[str, Artist]:
        """The artists that bear one of these names, or had it as another one, by the folded name (`name_key`)."""
        require(by, Act.READ_SOURCES)
        return self._store.by_name(names)

    def create(self, change: ArtistChange, *, by: Actor) -> Artist:
        """Keep a new artist and say so; raises `InvalidArtistError` and `ArtistExistsError`."""
        require(by, Act.CHANGE_SOURCES)
        artist = new_artist(change)

        def write(on: Transaction) -> Event:
            self._store.add(artist, on=on)
            return ArtistCreated(artist_id=artist.id, name=artist.name)

        self._write(artist, write, by=by)
        return self._known(artist.id)

    def edit(self, id_: str, change: ArtistChange, *, by: Actor) -> Artist:
        """Write down what people say of an artist; raises as `create` does."""
        require(by, Act.CHANGE_SOURCES)
        artist = change.applied(self.get(id_, by=by))

        def write(on: Transaction) -> Event:
            nonlocal artist
            artist = change.applied(self._there(self._store.get(artist.id, on=on, lock=True)))
            self._require_new(artist, on)
            self._store.put(artist, on=on)
            if change.picture is not UNSET:
                self._store.show_as(artist, on=on)
            return ArtistChanged(artist_id=artist.id, name=artist.name)

        self._write(artist, write, by=by)
        return self._known(artist.id)

    def delete(self, id_: str, *, by: Actor) -> None:
        """Put an artist into the trash, with what is wanted of it; raises `ArtistNotFoundError`."""
        require(by, Act.CHANGE_SOURCES)
        artist = self.get(id_, by=by)

        def write(on: Transaction) -> Event:
            known = self._there(self._store.get(artist.id, on=on, lock=True))
            self._store.put(replace(known, shelf=Shelf.TRASH), on=on)
            self._wanted.hide(known.id, hidden=True, on=on)
            return ArtistDeleted(artist_id=known.id, name=known.name)

        self._write(artist, write, by=by)

    def restore(self, id_: str, *, by: Actor) -> Artist:
        """Take an artist out of the trash; one that is in the library stays there.

        Raises `ArtistNotFoundError`, and `ArtistExistsError` when its name has been given to another since.
        """
        require(by, Act.CHANGE_SOURCES)
        artist = self.get(id_, by=by, trash=True)
        if artist.shelf is Shelf.LIBRARY:
            return artist

        def write(on: Transaction) -> Event:
            known = replace(self._there(self._store.get(artist.id, on=on, lock=True), trash=True), shelf=Shelf.LIBRARY)
            self._require_new(known, on)
            self._store.put(known, on=on)
            self._wanted.hide(known.id, hidden=False, on=on)
            return ArtistRestored(artist_id=known.id, name=known.name)

        self._write(artist, write, by=by)
        return self._known(artist.id)

    def _write(self, artist: Artist, write: Callable[[Transaction], Event], *, by: Actor) -> None:
        """Do it in one transaction with its event and its line in the audit."""
        try:
            with self._database.writing() as on:
                event = write(on)
                target = AuditTarget(kind="artist", id=artist.id)
                action = name_of(event)
                self._audit.write(on, action, by=by, target=target, details={"name": artist.name}, event=event)
        except DatabaseConflictError:
            # Another has been quicker, or was there before.
            self._require_new(artist, None)
            raise

    def _require_new(self, artist: Artist, on: Transaction | None) -> None:
        """Raise `ArtistExistsError` when another artist of the library has its name, or one of its ids."""
        namesake = self._store.by_own_name(artist.name, on=on)
        if namesake is not None and namesake.id != artist.id:
            detail = f"{quoted(namesake.name)} is here already."
            raise ArtistExistsError(detail, id_=namesake.id)
        for service, other in self._store.by_ids(artist.ids, on=on):
            if other.id != artist.id:
                detail = f"{quoted(other.name)} has this id at {service} already."
                raise ArtistExistsError(detail, id_=other.id, field=f"ids.{service}")

    def _there(self, artist: Artist | None, *, trash: bool = False) -> Artist:
        if artist is not None and artist.merged_into is not None:
            artist = self._store.get(artist.merged_into)
        if artist is None or (artist.shelf is Shelf.TRASH and not trash):
            raise ArtistNotFoundError("There is no such artist.")
        return artist

    def _known(self, id_: str) -> Artist:
        artist = self._store.get(id_)
        if artist is None:
            raise ArtistNotFoundError("This artist is gone.")
        return artist


def new_artist(change: ArtistChange) -> Artist:
    """An artist of whom this is said, with an id of its own; raises `InvalidArtistError`."""
    artist = change.applied(Artist(id=new_id(), name="", created_at=_FIRST_MOMENT, changed_at=_FIRST_MOMENT))
    if not artist.name:
        reason = "An artist needs a name."
        raise InvalidArtistError(reason, errors=[{"field": "name", "reason": reason}])
    return artist
