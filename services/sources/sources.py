"""Outside services as people meet them: how they are, and a try whether they answer."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.sources.adapter import Adapter
from services.sources.adapters.feeds import FEED
from services.sources.asking import ServiceClient
from services.sources.errors import SourceFailedError, SourceNotFoundError, SourceOffError, SourceRestsError
from services.sources.service import Service, ServiceHealth, ServiceState
from services.sources.store import ServiceStore


@dataclass(frozen=True, kw_only=True)
class SourceShown:
    """A service, and how it is."""

    service: Service
    health: ServiceHealth
    needs_key: bool = False
    key_is_set: bool = False
    can_be_tested: bool = False
    why_off: str | None = None
    """What it lacks, in a sentence."""


class Sources:
    """All services that are known here. What is kept about them raises `DatabaseUnavailableError`."""

    def __init__(self, adapters: Sequence[Adapter], store: ServiceStore, client: ServiceClient) -> None:
        self.adapters = tuple(adapters)
        self._store = store
        self._client = client

    def all(self, *, by: Actor) -> Sequence[SourceShown]:
        """How all of them are."""
        require(by, Act.READ_SOURCES)
        known = self._store.all()
        feeds = (
            SourceShown(service=Service(name=name, title=name.removeprefix(FEED)), health=health)
            for name, health in sorted(known.items())
            if name.startswith(FEED)
        )
        return [*(_shown(each, known) for each in self.adapters), *feeds]

    def get(self, name: str, *, by: Actor) -> SourceShown:
        """One of them; raises `SourceNotFoundError`."""
        found = next((each for each in self.all(by=by) if each.service.name == name), None)
        if found is None:
            raise SourceNotFoundError("There is no outside service of that name.")
        return found

    def test(self, name: str, *, by: Actor) -> SourceShown:
        """Ask it once, now, whatever was known of it, and show how it is then; its failure is shown, not raised."""
        require(by, Act.CHANGE_SOURCES)
        self.get(name, by=by)
        adapter = next((each for each in self.adapters if each.service.name == name), None)
        if adapter is None:
            raise SourceOffError("There is nothing of its own to ask: each feed lies elsewhere.")
        adapter.require()
        with contextlib.suppress(SourceFailedError, SourceRestsError):
            adapter.ping(self._client.impatient())
        return self.get(name, by=by)


def _shown(adapter: Adapter, known: Mapping[str, ServiceHealth]) -> SourceShown:
    health = known.get(adapter.service.name, ServiceHealth())
    why_off = None
    try:
        adapter.require()
    except SourceOffError as error:
        health, why_off = replace(health, state=ServiceState.OFF), error.detail
    return SourceShown(
        service=adapter.service,
        needs_key=adapter.needs_key,
        key_is_set=adapter.needs_key and why_off is None,
        can_be_tested=True,
        health=health,
        why_off=why_off,
    )
