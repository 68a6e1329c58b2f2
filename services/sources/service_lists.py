"""Artists of lists that people have at services: a playlist, what they listen to, what their library server holds."""

import time
from collections.abc import Iterable, Mapping, Sequence

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.artists.lists import MOST_ENTRIES
from services.sources.adapter import HeldArtist, LibraryServer, ListingService
from services.sources.asking import ServiceClient
from services.sources.errors import InvalidListError, SourceNotFoundError, SourceRestsError

_PATIENCE = 45.0
_AGAIN_AFTER = 5


class ServiceLists:
    """Reads them, for somebody who waits."""

    def __init__(
        self,
        listing: Mapping[str, ListingService],
        servers: Mapping[str, LibraryServer],
        client: ServiceClient,
        *,
        patience: float = _PATIENCE,
    ) -> None:
        """Both by name; after `patience` seconds whoever waits is asked to come back."""
        self._listing = listing
        self._servers = servers
        self._client = client
        self._patience = patience

    @property
    def titles(self) -> Mapping[str, str]:
        """What people call the services that have lists, by their names."""
        return {name: each.service.title for name, each in (*self._listing.items(), *self._servers.items())}

    @property
    def periods(self) -> Mapping[str, Sequence[str]]:
        """The names of the services that tell whom somebody has heard the most, and of which times."""
        return {name: each.periods for name, each in self._listing.items() if each.periods}

    def artists(self, service: str, named: str, *, period: str = "", by: Actor) -> Sequence[HeldArtist]:
        """The artists of the list that is named so, or all that a library server holds, whose list has no name.

        With a `period`, those that the person of that name has heard the most in it, where the service knows.

        Raises `SourceNotFoundError`, `SourceOffError`, `InvalidListError`, `ListNotFoundError`, `ListNotShownError`,
        `SourceFailedError`, and `SourceRestsError`: what was read until then is kept for a while.
        """
        require(by, Act.CHANGE_SOURCES)
        if service not in self.titles:
            raise SourceNotFoundError("There is no outside service of that name that has lists.")
        if period and period not in self.periods.get(service, ()):
            raise InvalidListError("This service does not tell whom somebody has heard the most in such a time.")
        if (server := self._servers.get(service)) is not None:
            if named.strip():
                raise InvalidListError(f"{server.service.title} has one list: leave out which.")
            server.require()
            return self._read(server.service.title, server.artists(self._client))
        lists = self._listing[service]
        lists.require()
        return self._read(lists.service.title, lists.artists_of(named, self._client, period=period))

    def _read(self, title: str, artists: Iterable[HeldArtist]) -> Sequence[HeldArtist]:
        until = time.monotonic() + self._patience
        found: list[HeldArtist] = []
        for each in artists:
            found.append(each)
            if len(found) > MOST_ENTRIES:
                raise InvalidListError(f"The list has more than {MOST_ENTRIES} artists; so many are taken at once.")
            if time.monotonic() > until:
                detail = f"{title} has a long list, and is asked slowly. Ask again: what was read is kept for a while."
                raise SourceRestsError(detail, retry_after=_AGAIN_AFTER)
        return found
