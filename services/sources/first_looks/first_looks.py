"""Looking new artists up for the first time, by itself."""

from collections.abc import Callable, Sequence

from services.actors.actor import SYSTEM
from services.artists.artists import Artists
from services.artists.errors import ArtistNotFoundError
from services.events.envelope import Said
from services.sources.adapter import Adapter
from services.sources.discovery import Discovery
from services.sources.errors import SourceOffError
from services.sources.first_looks.store import FirstLookStore
from services.steps import KeepGoing

PER_MINUTE = 5
"""So many artists are begun with in a minute, on all instances together."""


class FirstLooks:
    """Hears of new artists, and has each looked up once. Every method raises `DatabaseUnavailableError`."""

    def __init__(
        self,
        store: FirstLookStore,
        adapters: Sequence[Adapter],
        *,
        artists: Artists,
        discovery: Discovery,
        is_wanted: Callable[[], bool],
    ) -> None:
        """`is_wanted` says whether an administrator wants it now."""
        self._store = store
        self._adapters = tuple(adapters)
        self._artists = artists
        self._discovery = discovery
        self._is_wanted = is_wanted

    def heard(self, said: Said) -> None:
        """Have a new artist looked up: at once where few have come in lately, else when its turn comes."""
        if self._is_wanted() and any(map(_is_on, self._adapters)):
            self._store.add(said.subject)
            self.begin_due()

    def begin_due(self, go: KeepGoing = lambda _: None) -> int:
        """Begin with those whose turn it is; returns how many. While nobody wants it, they wait."""
        if not self._is_wanted():
            return 0
        count = 0
        for artist in self._store.claim(per_minute=PER_MINUTE):
            go(artist)
            count += self._begin(artist)
        return count

    def forget_old(self, *, seconds: float) -> int:
        """Forget those that were begun with so long ago; returns how many."""
        return self._store.forget_old(seconds=seconds)

    def _begin(self, artist_id: str) -> bool:
        try:
            artist = self._artists.get(artist_id, by=SYSTEM)
        except ArtistNotFoundError:
            self._store.drop(artist_id)
            return False
        # Another that has taken its place has been looked up by itself.
        if artist.id != artist_id or artist.discovered_at is not None:
            self._store.drop(artist_id)
            return False
        # Queued first: whoever dies in between leaves it to others, who find the same job.
        job = self._discovery.begin_first(artist, by=SYSTEM)
        self._store.looked(artist_id, job=job.id)
        return True


def _is_on(adapter: Adapter) -> bool:
    try:
        adapter.require()
    except SourceOffError:
        return False
    return True
