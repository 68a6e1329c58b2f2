"""Outside services over HTTP: how they are, and a try whether they answer."""

from flask import Blueprint, Response

from routes.http.actors import current_actor
from routes.http.messages import fresh, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, path
from routes.http.wiring import services
from routes.sources.messages import SOURCE, SourceList, SourceMessage, source_message
from services.sources.errors import SourceNotFoundError, SourceOffError

blueprint = Blueprint("sources", __name__, url_prefix="/api/sources")

_TAG = "Sources"
_NAME = path("name", "The name of a service.", schema={"type": "string", "minLength": 1}, example="musicbrainz")


@blueprint.get("")
@operation(
    tag=_TAG,
    summary="How outside services are",
    about="Those that films are looked for at, and the hosts of feeds that were asked. Their keys are live settings.",
    curl='curl "$URL/api/sources"',
    answers=[Answer(200, "All of them.", schema=SourceList, example=SourceList(sources=[SOURCE]))],
    faults=[faults.DATABASE_DOWN],
)
def list_sources() -> Response:
    """All services."""
    shown = services().sources.sources.all(by=current_actor())
    return fresh(show(SourceList(sources=[source_message(each) for each in shown])))


@blueprint.post("/<name>/test")
@operation(
    tag=_TAG,
    summary="Ask a service whether it answers",
    about="For managers. It is asked once, now, with its key, even where it has failed too often; what came of it is "
    "its `state` then, and `last_error`.",
    curl='curl -X POST "$URL/api/sources/musicbrainz/test"',
    parameters=[_NAME],
    answers=[Answer(200, "How it is.", schema=SourceMessage, example=SOURCE)],
    faults=[
        SourceNotFoundError("There is no outside service of that name."),
        SourceOffError("IMVDb has no key. An administrator can set one among the live settings."),
        faults.DATABASE_DOWN,
    ],
)
def test_source(name: str) -> Response:
    """Try one."""
    return fresh(show(source_message(services().sources.sources.test(name, by=current_actor()))))
