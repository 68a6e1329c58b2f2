"""Wanted films: what discovery finds, what people make of it, and how far each is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.artist import Artist, Shelf, WantedState
from services.artists.candidate import FilmCandidate, Wanted, cleaned, is_same, match_key
from services.artists.errors import ArtistNotFoundError, WantedNotFoundError
from services.artists.pictures.store import want
from services.artists.store.artists import ArtistStore
from services.artists.store.pages import ArtistPages, WantedPage, WantedQuery
from services.artists.store.wanted import WantedStore
from services.database.engine import Database, Transaction
from services.events.events import Events
from services.events.sources import WantedDownloaded

_TRIES = 5
_AT_ONCE = 500


class WantedVideos:
    """Every method raises `DatabaseUnavailableError`, and what the policy says to who may not."""

    def __init__(
        self,
        database: Database,
        artists: ArtistStore,
        store: WantedStore,
        pages: ArtistPages,
        *,
        events: Events | None = None,
        ignore_below: Callable[[], int] = lambda: 0,
    ) -> None:
        """`database` is the durable one; below `ignore_below` percent of confidence nothing is wanted."""
        self._events = events
        self._ignore_below = ignore_below
        self._database = database
        self._artists = artists
        self._store = store
        self._pages = pages

    def get(self, id_: str, *, by: Actor) -> Wanted:
        """The film of that id; raises `WantedNotFoundError`."""
        require(by, Act.READ_SOURCES)
        return self._there(self._store.get(id_))

    def page(self, query: WantedQuery, *, by: Actor) -> WantedPage:
        """A part of the list."""
        require(by, Act.READ_SOURCES)
        return self._pages.wanted(query)

    def totals(self, *, by: Actor) -> Mapping[WantedState, int]:
        """How many films are in each state."""
        require(by, Act.READ_SOURCES)
        return self._pages.totals()

    def by_source(self, service: str, source_id: str, *, by: Actor) -> list[Wanted]:
        """The films that a service knows by that id: one for each artist that has made it."""
        require(by, Act.READ_SOURCES)
        return self._store.by_source(service, source_id)

    def by_url(self, url: str, *, by: Actor) -> list[Wanted]:
        """The films that lie at this address."""
        require(by, Act.READ_SOURCES)
        return self._store.by_url(url)

    def found(self, artist_id: str | None, candidates: Sequence[FilmCandidate], *, by: Actor) -> list[Wanted]:
        """Take in what discovery has found of an artist, or of nobody in particular; returns what was not known.

        It is WANTED from then on, or IGNORED where it is less sure than an administrator wants it.

        A film is known by its id at a service; of one artist also by title and length. What is known stays as it is:
        at most it learns where else it lies. Raises `ArtistNotFoundError`.
        """
        require(by, Act.CHANGE_SOURCES)
        clean = list({(each.service, each.source_id): each for each in map(cleaned, candidates) if each}.values())
        new: list[Wanted] = []
        least = self._ignore_below() / 100
        for at in range(0, len(clean), _AT_ONCE):
            with self._database.writing() as on:
                new += self._taken_in(artist_id, clean[at : at + _AT_ONCE], least, by, on)
        return new

    def set_state(
        self,
        id_: str,
        state: WantedState,
        *,
        by: Actor,
        video_id: str | None = None,
        import_id: str | None = None,
        error: str | None = None,
    ) -> Wanted:
        """Put a film into a state, whatever it was in before; raises `WantedNotFoundError`.

        What is not given stays as it was, but for the error, which is that of this state; an empty text takes it away.
        """
        require(by, Act.CHANGE_SOURCES)
        values: dict[str, Any] = {"error": error}
        values |= {"video_id": video_id or None} if video_id is not None else {}
        values |= {"import_id": import_id or None} if import_id is not None else {}
        for _ in range(_TRIES):
            with self._database.writing() as on:
                known = self._there(self._store.get(id_, on=on))
                if known.artist_id is not None:
                    self._artists.get(known.artist_id, on=on, lock=True)
                changed = self._store.change(known, state, values=values, on=on)
                if changed is not None:
                    self._say(known, changed, by, on)
                    return changed
        raise WantedNotFoundError("Others change this film all the time. Try again in a moment.")

    def _say(self, before: Wanted, film: Wanted, by: Actor, on: Transaction) -> None:
        """That a film is here, once."""
        if (before.state, before.video_id) != (film.state, film.video_id):
            self._say_here(film, by, on)

    def _say_here(self, film: Wanted, by: Actor, on: Transaction) -> None:
        """That a film is here, where it is."""
        if self._events is not None and film.state is WantedState.DOWNLOADED and film.video_id is not None:
            here = WantedDownloaded(
                wanted_id=film.id, title=film.title, video_id=film.video_id, artist_id=film.artist_id
            )
            self._events.say(here, by=by, connection=on)

    def _taken_in(
        self, artist_id: str | None, candidates: Sequence[FilmCandidate], least: float, by: Actor, on: Transaction
    ) -> list[Wanted]:
        artist = self._locked(artist_id, on)
        unknown = self._not_known_by_id(artist, candidates, by, on)
        groups = [[each] for each in unknown] if artist is None else self._not_known_by_title(artist, unknown, on)
        new: list[Wanted] = []
        for state in (WantedState.WANTED, WantedState.IGNORED):
            # What several services name is as sure as the surest of them.
            some = [each for each in groups if (_surest(each) < least) == (state is WantedState.IGNORED)]
            added = self._store.add([first for first, *_ in some], artist=artist, state=state, on=on)
            for wanted, (_, *others) in zip(added, some, strict=True):
                for each in others:
                    self._also_at(wanted, each, on)
            new += added
        return [self._there(self._store.get(each.id, on=on)) for each in new] if len(unknown) > len(new) else new

    def _locked(self, artist_id: str | None, on: Transaction) -> Artist | None:
        if artist_id is None:
            self._store.lock_unnamed(on)
            return None
        artist = self._artists.get(artist_id, on=on, lock=True)
        if artist is not None and artist.merged_into is not None:
            artist = self._artists.get(artist.merged_into, on=on, lock=True)
        if artist is None or artist.shelf is not Shelf.LIBRARY:
            raise ArtistNotFoundError("There is no such artist.")
        return artist

    def _not_known_by_id(
        self, artist: Artist | None, candidates: Sequence[FilmCandidate], by: Actor, on: Transaction
    ) -> list[FilmCandidate]:
        known = self._store.known_sources(candidates, artist_id=artist.id if artist else None, on=on)
        new = [each for each in candidates if (each.service, each.source_id) not in known]
        # At once: two discoveries that want some of the same pictures, one by one, could wait for each other.
        want([each.picture for each in new], on=on)
        if artist is None:
            return new
        # What was found of nobody in particular is this artist's, now that it is known whose it is.
        unnamed = self._store.known_sources(new, artist_id="", on=on)
        adopted: set[str] = set()
        for each in new:
            id_ = unnamed.get((each.service, each.source_id))
            if id_ is None or id_ in adopted:
                continue
            film = self._store.adopt(id_, each, artist=artist, on=on)
            if film is not None:
                adopted.add(id_)
                self._say_here(film, by, on)
        return [each for each in new if unnamed.get((each.service, each.source_id)) not in adopted]

    def _not_known_by_title(
        self, artist: Artist, candidates: Sequence[FilmCandidate], on: Transaction
    ) -> list[list[FilmCandidate]]:
        """The films that the artist is not known to have made, each as all services name it that do."""
        keyed = [(match_key(each.title, artist.name), each) for each in candidates]
        titles = self._store.by_titles([key for key, _ in keyed], artist_id=artist.id, on=on)
        new: dict[str, list[list[FilmCandidate]]] = {}
        for key, each in keyed:
            known = next((one for one in titles.get(key, ()) if is_same(each, one)), None)
            if known is not None:
                self._also_at(known, each, on)
                continue
            groups = new.setdefault(key, [])
            group = next((some for some in groups if is_same(each, some[0])), None)
            if group is None:
                groups.append([each])
            else:
                group.append(each)
        return [group for groups in new.values() for group in groups]

    def _also_at(self, known: Wanted, candidate: FilmCandidate, on: Transaction) -> None:
        self._store.know_at(known.id, candidate.service, candidate.source_id, artist_id=known.artist_id, on=on)
        self._store.fill(known, candidate, on=on)

    def _there(self, wanted: Wanted | None) -> Wanted:
        if wanted is None:
            raise WantedNotFoundError("There is no such film.")
        return wanted


def _surest(group: Sequence[FilmCandidate]) -> float:
    return max(each.confidence for each in group)
