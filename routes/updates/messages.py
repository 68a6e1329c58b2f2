"""How changes look in an event stream."""

from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from services.jobs.job import Job, State
from services.updates.change import Change, Position
from utils.timestamps import format_timestamp

RESET = "reset"
"""The name of what is sent instead of changes that cannot be told any more."""

_KEPT = 1024


class WorkMessage(Struct, frozen=True):
    """How far a job is, for whoever may see the job, or the video that it is about."""

    kind: str
    state: State
    progress: Annotated[float, Meta(ge=0, le=1)]
    job: str
    video: str | None
    error: str | None


class ChangeMessage(Struct, frozen=True, omit_defaults=True):
    """The data of one change."""

    type: Annotated[str, Meta(description="The event's name, as in its line `event`.")]
    kind: Annotated[str, Meta(description="What has changed: `video` or `job`.")]
    id: str
    at: str
    work: Annotated[WorkMessage | None, Meta(description="Of `job.changed` and `video.processing`.")] = None


@lru_cache(_KEPT)
def rendered(change: Change) -> bytes:
    """The change as it is sent, the same for all who may know of it."""
    message = ChangeMessage(
        type=change.type,
        kind=change.about.value,
        id=change.id,
        at=format_timestamp(change.at),
        work=None if change.job is None else _work(change.job),
    )
    return b"event: %b\nid: %b\ndata: %b\n\n" % (
        change.type.encode(),
        str(change.position).encode(),
        msgspec.json.encode(message),
    )


def _work(job: Job) -> WorkMessage:
    return WorkMessage(
        kind=job.kind, state=job.state, progress=job.progress, job=job.id, video=job.video, error=job.error
    )


def mark(position: Position, *, is_gap: bool) -> bytes:
    """How far all has been told; a client is told of it only when there is a gap."""
    if is_gap:
        return b'event: %b\nid: %b\ndata: {"type":"%b"}\n\n' % (RESET.encode(), str(position).encode(), RESET.encode())
    return b"id: %b\n\n" % str(position).encode()


def beginning(retry_milliseconds: int) -> bytes:
    """What comes first: when to come again after the end, and a word so that proxies pass the head on."""
    return b"retry: %d\n\n" % retry_milliseconds
