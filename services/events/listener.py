"""Who wants to know of events."""

from collections.abc import Callable
from dataclasses import dataclass

from services.events.envelope import Said
from services.events.event import Event, name_of


@dataclass(frozen=True, kw_only=True)
class Listener:
    """What one slice does when it hears of certain events."""

    name: str
    """What waits in the outbox is kept for this name, over restarts and versions: it does not change."""
    wants: tuple[type[Event], ...]
    """`EVENTS` of `services/events/catalogue.py` for all there are."""
    take: Callable[[Said], object]
    """Does it; whatever it raises, it is asked again later. It may be handed the same event twice, and events in
    another order than they were said in. What takes longer than a few seconds is a job's work."""
    only: Callable[[Event], bool] = lambda _: True
    """Of these it is told of those alone of which this is true: of others no row waits in the outbox."""
    at_once: bool = False
    """Taken before `say` returns, and again from the outbox only when that fails. A process that is killed in between
    has not told such a listener: it must be able to find out by itself."""

    def __post_init__(self) -> None:
        """Refuse a base class: what waits in the outbox is found by the names of events, and it has none."""
        for each in self.wants:
            if "." not in name_of(each):
                raise ValueError(f"{each.__name__} is no event that has a name.")

    def wants_it(self, event: Event) -> bool:
        """Whether it is told of this event."""
        return isinstance(event, self.wants) and self.only(event)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the events that it wants."""
        return tuple(map(name_of, self.wants))
