"""How the audit looks in JSON."""

from typing import Any

from msgspec import Struct

from routes.accounts.shown import Time, time_of
from services.actors.actor import ActorKind
from services.audit.entry import AuditOutcome, AuditRecord


class AuditActorMessage(Struct, frozen=True):
    """Who did it."""

    kind: ActorKind
    id: str
    name: str


class AuditTargetMessage(Struct, frozen=True):
    """What it was done to."""

    kind: str
    id: str


class AuditEntryMessage(Struct, frozen=True):
    """Who did what to what, when, from where, and how it ended."""

    id: int
    at: Time
    actor: AuditActorMessage
    action: str
    target: AuditTargetMessage | None
    outcome: AuditOutcome
    address: str | None
    request_id: str | None
    details: dict[str, Any]


class AuditPage(Struct, frozen=True):
    """A page of the audit, the latest first."""

    entries: list[AuditEntryMessage]
    next: str | None


def entry_message(entry: AuditRecord) -> AuditEntryMessage:
    """One entry."""
    target = entry.target
    return AuditEntryMessage(
        id=entry.id,
        at=time_of(entry.at),
        actor=AuditActorMessage(kind=ActorKind(entry.actor_kind), id=entry.actor_id, name=entry.actor_name),
        action=entry.action,
        target=None if target is None else AuditTargetMessage(kind=target.kind, id=target.id),
        outcome=entry.outcome,
        address=entry.address,
        request_id=entry.request_id,
        details=dict(entry.details),
    )
