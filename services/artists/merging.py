"""Two artists that are one: what is wanted of both, and what people say of both, becomes one artist's."""

from collections.abc import Iterable
from dataclasses import replace

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artist import Artist, Shelf, WantedState, name_key
from services.artists.candidate import is_same, match_key
from services.artists.change import MOST_LINKS, MOST_NAMES
from services.artists.errors import ArtistNotFoundError, InvalidArtistError
from services.artists.store.artists import ArtistStore
from services.artists.store.moves import WantedMoves
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.engine import Database, Transaction
from services.events.sources import ArtistMerged

_FARTHEST = (
    *(WantedState.WANTED, WantedState.FAILED, WantedState.IGNORED),
    *(WantedState.DOWNLOADING, WantedState.DOWNLOADED),
)
"""What became of a film that is wanted of both: the later of these."""


class Merging:
    """Lets one artist take the place of another: whoever asks for the other one is given it."""

    def __init__(self, database: Database, store: ArtistStore, moves: WantedMoves, *, audit: Audit) -> None:
        """`database` is the durable one."""
        self._database = database
        self._store = store
        self._moves = moves
        self._audit = audit

    def merge(self, into: str, others: Iterable[str], *, by: Actor) -> Artist:
        """Make these artists one, all of them or none.

        Raises `ArtistNotFoundError`, and `InvalidArtistError` when an artist is to take its own place.
        """
        require(by, Act.CHANGE_SOURCES)
        chosen = list(dict.fromkeys(others))
        with self._database.writing() as on:
            # All of them at first: whoever merges some of the same waits for this, and this not for them.
            self._store.lock({into, *chosen}, on=on)
            for each in chosen:
                self._merge(into, each, on, by=by)
            merged = self._store.get(into, on=on)
        if merged is None:
            raise ArtistNotFoundError("There is no such artist.")
        return merged

    def _merge(self, into: str, other: str, on: Transaction, *, by: Actor) -> None:
        kept, gone = self._store.get(into, on=on), self._store.get(other, on=on)
        if into == other:
            reason = "An artist cannot become itself."
            raise InvalidArtistError(reason, errors=[{"field": "ids", "reason": reason}])
        if not (kept and gone and kept.shelf is Shelf.LIBRARY and gone.shelf is Shelf.LIBRARY):
            raise ArtistNotFoundError("There is no such artist.")
        # Its name and ids are free before the other bears them.
        self._store.put(replace(gone, shelf=Shelf.MERGED, merged_into=kept.id), on=on)
        self._store.lead_on(gone.id, to=kept.id, on=on)
        self._store.put(_both(kept, gone), on=on)
        self._move_wanted(gone, kept, on)
        target = AuditTarget(kind="artist", id=kept.id)
        details = {"name": kept.name, "other": gone.id, "other_name": gone.name}
        event = ArtistMerged(artist_id=kept.id, name=kept.name, other_id=gone.id)
        self._audit.write(on, "artist.merged", by=by, target=target, details=details, event=event)

    def _move_wanted(self, gone: Artist, kept: Artist, on: Transaction) -> None:
        same = self._moves.of_both(gone.id, kept.id, on=on)
        known = {each.id: each for each in self._moves.of(kept.id, on=on)}
        titles: dict[str, list[str]] = {}
        for each in known.values():
            titles.setdefault(match_key(each.title, kept.name), []).append(each.id)
        for each in self._moves.of(gone.id, on=on):
            key = match_key(each.title, kept.name)
            ids = [same[each.id]] if each.id in same else [*titles.get(key, ())]
            ids += [] if each.id in same else titles.get(match_key(each.title, gone.name), [])
            twin = next((known[id_] for id_ in ids if each.id in same or is_same(each, known[id_])), None)
            if twin is None:
                self._moves.give(each, to=kept, on=on)
                known[each.id] = each
                titles.setdefault(key, []).append(each.id)
            else:
                further = _FARTHEST.index(each.state) > _FARTHEST.index(twin.state)
                self._moves.unite(each, twin, artist=kept, further=further, on=on)
                known[twin.id] = replace(twin, state=each.state if further else twin.state)
        self._moves.count_anew((gone.id, kept.id), on=on)


def _both(kept: Artist, gone: Artist) -> Artist:
    """What is said of both, and of the one that stays where they differ."""
    names = [
        each for each in (*kept.other_names, gone.name, *gone.other_names) if name_key(each) != name_key(kept.name)
    ]
    return replace(
        kept,
        other_names=tuple(dict.fromkeys(names))[:MOST_NAMES],
        text=kept.text or gone.text,
        picture=kept.picture or gone.picture,
        links=tuple(dict.fromkeys((*kept.links, *gone.links)))[:MOST_LINKS],
        ids={**gone.ids, **kept.ids},
    )
