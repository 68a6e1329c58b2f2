"""`GET /api/events`: what changes, as it changes."""

import contextlib
import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import Blueprint, Response, request

from routes.http.actors import current_actor
from routes.http.clients import client
from routes.http.openapi.operation import Answer, header, operation, query
from routes.http.server.open_streams import HandOver, OpenStream, can_hand_over
from routes.http.wiring import services
from routes.updates.messages import beginning, mark, rendered
from services.actors.actor import Actor
from services.database.errors import DatabaseUnavailableError
from services.errors import BusyError
from services.updates.change import Change, Position, position_of
from services.updates.updates import Missed, Updates

blueprint = Blueprint("updates", __name__, url_prefix="/api")

_EVENT_STREAM = "text/event-stream"
_EXAMPLE = (
    "retry: 3000\n\n"
    "event: video.changed\nid: 57-1795083312345\n"
    'data: {"type":"video.changed","kind":"video","id":"20261120T101512345Z_…_film.mp4",'
    '"at":"2026-11-20T10:15:12.345Z"}\n\n'
)
_POSITION = {"type": "string", "pattern": r"^(\d{1,18}-)?\d{1,15}$"}
# When to come again; not all at once.
_SOONEST, _LATEST = 1_000, 5_000


@blueprint.get("/events")
@operation(
    tag="Library",
    name="listen",
    about=(
        "Videos that come, change and go, and jobs, as far as you may see them, as server-sent events: `event` is "
        "what has happened, `data` says to what. A comment comes every 15 seconds where nothing happens. A stream "
        "ends after some minutes; whoever comes again with `Last-Event-ID` is told what came in between. `reset` "
        "instead says that this cannot be told any more: look at everything anew. With `once` the answer is what "
        "there is to tell now, and ends: for those who would rather ask from time to time."
    ),
    curl='curl -N "$URL/api/events"',
    parameters=[
        header("Last-Event-ID", "The `id` that came last: go on from there.", schema=_POSITION),
        query("after", "The same, for those who cannot set headers; or a time in milliseconds.", schema=_POSITION),
        query("once", "Tell what there is to tell, and end.", schema={"type": "string"}),
    ],
    answers=[
        Answer(200, "What changes.", schema={"type": "string"}, content_type=_EVENT_STREAM, example=_EXAMPLE),
    ],
    faults=(
        BusyError("There is no room for one more. Ask from time to time instead.", retry_after=30),
        DatabaseUnavailableError(DatabaseUnavailableError.sentence, retry_after=5),
    ),
)
def listen() -> Response:
    """Be told of changes as they happen."""
    updates, by, after = services().updates.updates, current_actor(), _position()
    if "once" in request.args or request.method == "HEAD" or not can_hand_over(request.environ):
        return _stream([_told(updates.missed(after, by=by))])
    listening = _Listening(updates, updates.take_place(client(), by=by), by=by)
    try:
        missed = updates.missed(after, by=by)
    except BaseException:
        listening.close()
        raise
    response = _stream(listening.chunks(missed))
    response.call_on_close(listening.close)
    return response


class _StreamChannel:
    """How one client is told."""

    __slots__ = ("_stream",)

    def __init__(self, stream: OpenStream) -> None:
        self._stream = stream

    def tell(self, changes: Sequence[Change]) -> None:
        self._stream.send(b"".join(map(rendered, changes)))

    def mark(self, position: Position, *, is_gap: bool) -> None:
        self._stream.send(mark(position, is_gap=is_gap))

    def end(self) -> None:
        self._stream.end()


class _Listening:
    """One client that listens, from its request on: its place is given back once, however it ends."""

    def __init__(self, updates: Updates, give_back: Callable[[], None], *, by: Actor) -> None:
        self._updates = updates
        self._by = by
        self._place = contextlib.ExitStack()
        self._place.callback(give_back)

    def chunks(self, missed: Missed) -> Iterator[bytes]:
        """The beginning of the answer, after which the event loop goes on with it."""
        yield _told(missed)
        place = self._place.pop_all()

        def begin(stream: OpenStream) -> Callable[[], None]:
            place.callback(self._updates.listen(_StreamChannel(stream), missed, by=self._by))
            return place.close

        raise HandOver(begin)

    def close(self) -> None:
        """The request has ended; nothing is left to do where the event loop goes on."""
        self._place.close()


def _position() -> Position | None:
    """How far the client has been told. What nobody has given out is answered as what is too old."""
    text = request.headers.get("Last-Event-ID") or request.args.get("after")
    return (position_of(text) or Position(at=0)) if text else None


def _told(missed: Missed) -> bytes:
    changes = b"".join(map(rendered, missed.changes))
    retry = random.randint(_SOONEST, _LATEST)  # noqa: S311 - no secret
    return beginning(retry) + changes + mark(missed.position, is_gap=missed.is_gap)


def _stream(chunks: Iterable[bytes]) -> Response:
    # Proxies that keep an answer until it is whole would keep this one for ever.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(chunks, content_type=_EVENT_STREAM, headers=headers)
