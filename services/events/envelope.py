"""An event as it was said: by whom, when, and from where. This is what listeners get, and what the outbox keeps."""

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.actors.actor import Actor
from services.events.catalogue import BY_NAME
from services.events.event import Event, name_of
from utils.timestamps import utc_milliseconds

_IDS = uuid.UUID("6a1f5f0e-5f0c-4c8e-9d44-7f4b1f2f7b61")
"""The space of the ids of events that have a key; any other number would do as well, for ever."""


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """An actor as others are told of it."""

    kind: str
    id: str
    name: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its envelope. A listener may get the same one twice, and knows it by its id."""

    id: str
    at: datetime
    actor: Who
    event: Event
    address: str | None = None
    """Where the request came from; for the audit alone."""
    request_id: str | None = None
    kept: bool = True
    """Whether it waits in the outbox for all who could not take it at once."""

    @property
    def type(self) -> str:
        """The event's name in the contract."""
        return name_of(self.event)

    @property
    def subject(self) -> str:
        """The id of the thing that it happened to."""
        return self.event.subject

    @property
    def data(self) -> dict[str, Any]:
        """The event's fields, as JSON has them."""
        fields: dict[str, Any] = msgspec.to_builtins(self.event)
        return {name: value for name, value in fields.items() if name != self.event.__struct_config__.tag_field}


def said_by(by: Actor, event: Event) -> Said:
    """The event in an envelope of its own."""
    id_ = uuid.uuid4() if event.key is None else uuid.uuid5(_IDS, f"{name_of(event)} {event.key}")
    return Said(
        id=str(id_),
        at=utc_milliseconds(datetime.now(UTC)),
        actor=Who(kind=by.kind.value, id=by.id, name=by.name),
        event=event,
        address=by.address,
        request_id=by.request_id,
    )


class _Message(msgspec.Struct, kw_only=True):
    """An envelope in the outbox; what a newer version has added to it is not looked at."""

    id: str
    at: datetime
    actor: Who
    type: str
    subject: str
    data: msgspec.Raw
    address: str | None = None
    request_id: str | None = None


def to_message(said: Said) -> str:
    """The envelope as the outbox keeps it."""
    message = _Message(
        id=said.id,
        at=said.at,
        actor=said.actor,
        type=said.type,
        subject=said.subject,
        data=msgspec.Raw(msgspec.json.encode(said.data)),
        address=said.address,
        request_id=said.request_id,
    )
    return msgspec.json.encode(message).decode()


def from_message(content: str) -> Said:
    """Read an envelope of this version, the one before or the one after; raises `msgspec.ValidationError`."""
    message = msgspec.json.decode(content, type=_Message)
    return Said(
        id=message.id,
        at=message.at,
        actor=message.actor,
        event=msgspec.json.decode(message.data, type=BY_NAME[message.type]),
        address=message.address,
        request_id=message.request_id,
    )
