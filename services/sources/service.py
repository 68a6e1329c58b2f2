"""An outside service, as the way to it is concerned."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Service:
    """How a service is to be asked."""

    name: str
    title: str
    """What people call it."""
    per_minute: int = 60
    """Requests that it is sent at most."""
    at_once: int = 1
    """So many of them may follow each other without a pause."""
    seconds: float = 20.0
    """A request may take so long, its answer included."""
    tries: int = 3
    largest: int = 4 * 1024 * 1024
    """Bytes of an answer."""
    keep_seconds: float = 15 * 60.0
    """An answer is good for so long."""

    @property
    def family(self) -> str:
        """Its name, without the host that it has one of many for."""
        return self.name.partition(":")[0]


class ServiceState(StrEnum):
    """How a service is."""

    OFF = "off"
    """It has no key, or no address."""
    UNKNOWN = "unknown"
    """It has not been asked yet."""
    OK = "ok"
    SLOW = "slow"
    """It has asked for a pause."""
    FAILING = "failing"
    """Its last answer was none."""
    AWAY = "away"
    """It has failed so often that it is not asked for a while."""


@dataclass(frozen=True, kw_only=True)
class ServiceHealth:
    """What is known of a service. Times are milliseconds since 1970."""

    state: ServiceState = ServiceState.UNKNOWN
    asked: int = 0
    failed: int = 0
    asked_in_hour: int = 0
    """Since the hour began."""
    answered_at: int | None = None
    failed_at: int | None = None
    last_error: str | None = None
    asked_again_at: int | None = None
    """It is not asked before."""
