"""Films of an artist that two services know under two names, told by what they look like.

Pictures alone say nothing: many films have the same one. What joins two is that their pictures, their titles and their
lengths agree, and that no service tells them apart.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations

from services.actors.actor import SYSTEM
from services.artists.artist import Artist, Shelf, WantedState
from services.artists.candidate import FilmCandidate, Wanted, match_key, may_be_named_so, same_length
from services.artists.pictures.store import PictureStore
from services.artists.store.artists import ArtistStore
from services.artists.store.moves import WantedMoves
from services.artists.store.wanted import WantedStore
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.database.engine import Database, Transaction
from services.database.errors import CatalogueUnavailableError
from services.library.library import Library
from services.videos.look import pictures_in

log = logging.getLogger(__name__)

MOST_APART = 6
"""Of 64 bits. Measured on pictures of other sizes and kinds: those of one film lie within 4, of others beyond 12."""
_MOST_FILMS = 1000
_ORDER = (
    *(WantedState.DOWNLOADED, WantedState.DOWNLOADING, WantedState.WANTED),
    *(WantedState.FAILED, WantedState.IGNORED),
)
"""Which of two stays: the earlier of these, or who was found first."""
_HERE = frozenset({WantedState.DOWNLOADED, WantedState.DOWNLOADING})
_NONE: frozenset[str] = frozenset()


class Twins:
    """Joins them. Every method raises `DatabaseUnavailableError`."""

    def __init__(
        self,
        database: Database,
        pictures: PictureStore,
        *,
        artists: ArtistStore,
        wanted: WantedStore,
        library: Library,
        audit: Audit,
    ) -> None:
        """`database` is the durable one."""
        self._database = database
        self._pictures = pictures
        self._artists = artists
        self._wanted = wanted
        self._moves = WantedMoves(wanted)
        self._library = library
        self._audit = audit

    def join(self, urls: Collection[str]) -> int:
        """Join what is the same, of all artists whose films have one of these pictures; returns how many are gone."""
        return sum(self._join_those_of(each) for each in self._pictures.artists_of(urls)) if urls else 0

    def _join_those_of(self, artist_id: str) -> int:
        with self._database.reading() as connection:
            looks = self._pictures.looks(artist_id, on=connection)
            films = [each for each in self._moves.of(artist_id, on=connection) if each.id in looks or each.video_id]
            films = sorted(films, key=_first)[:_MOST_FILMS]
            services = self._pictures.services([each.id for each in films], on=connection)
            artist = self._artists.get(artist_id, on=connection)
        if artist is None or artist.shelf is not Shelf.LIBRARY:
            return 0
        seen = self._looks_of(films, looks)
        # Judged before anybody has to wait: where a service has one picture for all films, all of them look alike.
        pairs = [
            (one.id, other.id)
            for one, other in combinations(films, 2)
            if other.state not in _HERE
            and not services.get(one.id, _NONE) & services.get(other.id, _NONE)
            and _look_alike(seen[one.id], seen[other.id])
            and is_twin(one, other, artist=artist.name)
        ]
        if not pairs:
            return 0
        with self._database.writing() as on:
            artist = self._artists.get(artist_id, on=on, lock=True)
            if artist is None or artist.shelf is not Shelf.LIBRARY:
                return 0
            return self._join(artist, pairs, on)

    def _join(self, artist: Artist, pairs: Sequence[tuple[str, str]], on: Transaction) -> int:
        ids = {id_ for pair in pairs for id_ in pair}
        known = {each.id: each for each in self._moves.of(artist.id, on=on) if each.id in ids}
        services, gone = dict(self._pictures.services(ids, on=on)), 0
        for pair in pairs:
            if not known.keys() >= set(pair):
                continue
            kept, other = sorted((known[id_] for id_ in pair), key=_first)
            ours, theirs = services.get(kept.id, _NONE), services.get(other.id, _NONE)
            if ours & theirs or not is_twin(kept, other, artist=artist.name):
                continue
            self._moves.unite(other, kept, artist=artist, further=False, on=on)
            self._wanted.fill(kept, _as_candidate(other), on=on)
            known[kept.id] = self._wanted.get(kept.id, on=on) or kept
            services[kept.id] = ours | theirs
            del known[other.id]
            target, gone = AuditTarget(kind="wanted", id=kept.id), gone + 1
            details = {"title": kept.title, "other": other.id, "other_title": other.title, "service": other.service}
            self._audit.write(on, "wanted.joined", by=SYSTEM, target=target, details=details)
        if gone:
            self._moves.count_anew([artist.id], on=on)
        return gone

    def _looks_of(self, films: Sequence[Wanted], looks: Mapping[str, str]) -> Mapping[str, Sequence[int]]:
        """What each film looks like: its picture, and of one that is here the pictures in it."""
        here = {each.video_id for each in films if each.video_id}
        try:
            videos = {each.id: each.made.look for each in self._library.these(here, by=SYSTEM)} if here else {}
        except CatalogueUnavailableError as error:
            log.warning("what films of the library look like is not known: %s", error)
            videos = {}
        return {each.id: list(_looks(looks.get(each.id, ""), videos.get(each.video_id or "", ""))) for each in films}


def is_twin(kept: Wanted, other: Wanted, *, artist: str) -> bool:
    """Whether two films of an artist that look alike are one by all that is said of them, and the other may go."""
    if other.state in _HERE:
        return False
    # What somebody has ignored stays ignored by itself, or where it is here.
    if other.state is WantedState.IGNORED and kept.state not in {WantedState.IGNORED, WantedState.DOWNLOADED}:
        return False
    if kept.kind and other.kind and kept.kind != other.kind:
        return False
    if not same_length(kept.seconds, other.seconds):
        return False
    if match_key(kept.title, artist) == match_key(other.title, artist):
        return True
    are_timed = kept.seconds is not None and other.seconds is not None
    return are_timed and may_be_named_so(kept.title, other.title, artist=artist)


def _first(film: Wanted) -> tuple[int, float, str]:
    return _ORDER.index(film.state), film.found_at.timestamp(), film.id


def _looks(picture: str, film: str) -> Iterator[int]:
    yield from (int(each, 16) for each in ([picture] if picture else []) + pictures_in(film))


def _look_alike(one: Sequence[int], other: Sequence[int]) -> bool:
    return any((left ^ right).bit_count() <= MOST_APART for left in one for right in other)


def _as_candidate(film: Wanted) -> FilmCandidate:
    """What is known of a film, for another that knows less."""
    return FilmCandidate(
        title=film.title,
        service=film.service,
        source_id=film.source_id,
        url=film.url,
        year=film.year,
        seconds=film.seconds,
        picture=film.picture,
    )
