"""What happens to videos, written into the audit: storage has it first, so the events tell of it."""

from services.actors.actor import Actor, ActorKind
from services.audit.audit import Audit
from services.audit.entry import AuditTarget
from services.events.catalogue import EVENTS
from services.events.envelope import Said
from services.events.listener import Listener
from services.events.videos import AboutVideo, ClipCreated, VideoEvent, VideoHeld

_TOLD = tuple(each for each in EVENTS if issubclass(each, VideoEvent | AboutVideo | ClipCreated))


def video_listener(audit: Audit) -> Listener:
    """Writes down what people and Reelgate itself have done to videos, from where, and by which request."""

    def take(said: Said) -> None:
        by = Actor(
            kind=ActorKind(said.actor.kind),
            id=said.actor.id,
            name=said.actor.name,
            address=said.address,
            request_id=said.request_id,
        )
        # An event that comes twice is known by its id.
        details = {"event": said.id}
        if isinstance(said.event, VideoHeld):
            details["reason"] = said.event.video.about.hold_reason
        audit.add(said.type, by=by, target=AuditTarget(kind="video", id=said.subject), details=details)

    return Listener(name="audit", wants=_TOLD, take=take)
