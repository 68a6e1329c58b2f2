"""One line of the audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AuditOutcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class AuditTarget:
    """What something was done to."""

    kind: str
    id: str


@dataclass(frozen=True, kw_only=True)
class AuditRecord:
    """Who did what to what, when, from where, and how it ended."""

    id: int
    at: int
    """Milliseconds of the database's clock."""
    actor_kind: str
    actor_id: str
    actor_name: str
    action: str
    target: AuditTarget | None
    outcome: AuditOutcome
    address: str | None
    request_id: str | None
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which entries are asked for; what is left out does not matter."""

    actor: str | None = None
    """An actor's id."""
    target: str | None = None
    """A target's id."""
    action: str | None = None
    """An action such as `user.login`, or the beginning of some with a star: `user.*`."""
    outcome: AuditOutcome | None = None
    since: int | None = None
    until: int | None = None
    before: int | None = None
    """Only entries that are older than the one with this number."""
