"""Having films fetched that discovery is sure enough of, without anybody who asks."""

from collections.abc import Callable

from services.actors.actor import SYSTEM
from services.actors.errors import ForbiddenError
from services.artists.accepting.store import AcceptedStore
from services.artists.artist import WantedState
from services.artists.downloads import Downloads
from services.artists.errors import NoAddressError, WantedNotFoundError
from services.artists.wanted import WantedVideos
from services.egress.errors import AddressNotAllowedError
from services.imports.errors import AlreadyHereError, InvalidImportError
from services.steps import KeepGoing


class Accepting:
    """A step of housekeeping. Every method raises `DatabaseUnavailableError`."""

    def __init__(
        self,
        store: AcceptedStore,
        wanted: WantedVideos,
        downloads: Downloads,
        *,
        least: Callable[[], int],
        per_day: Callable[[], int],
    ) -> None:
        """`least` is in percent of confidence; with 0 nothing is fetched by itself."""
        self._store = store
        self._wanted = wanted
        self._downloads = downloads
        self._least = least
        self._per_day = per_day

    def begin_due(self, go: KeepGoing = lambda _: None) -> int:
        """Begin with those that may be fetched now; returns how many that were."""
        least = self._least()
        if not least:
            return 0
        count = 0
        for film in self._store.claim(least=10 * least, per_day=self._per_day()):
            go(film)
            count += self._begin(film)
            self._store.settle(film)
        return count

    def _begin(self, film: str) -> bool:
        try:
            if self._wanted.get(film, by=SYSTEM).state is not WantedState.WANTED:
                return False  # Somebody has decided meanwhile.
            self._downloads.begin(film, by=SYSTEM)
        except (AddressNotAllowedError, InvalidImportError, NoAddressError) as error:
            self._wanted.set_state(film, WantedState.FAILED, error=error.detail, by=SYSTEM)
            return False
        except (AlreadyHereError, ForbiddenError, WantedNotFoundError):
            return False
        return True
