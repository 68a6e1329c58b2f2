"""Looking artists up at outside services, over HTTP."""

from flask import Blueprint, Response

from routes.http.actors import current_actor
from routes.http.messages import fresh, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, path
from routes.http.wiring import services
from routes.jobs.messages import JOB, NewJob, job_message
from services.artists.errors import ArtistNotFoundError

blueprint = Blueprint("discovery", __name__, url_prefix="/api/artists")

_ARTIST_ID = path(
    "artist_id", "The id of an artist.", schema={"type": "string", "minLength": 1}, example="0123456789abcdef01234567"
)


@blueprint.post("/<artist_id>/discover")
@operation(
    tag="Sources",
    summary="Look an artist up at all services",
    about="For managers. What services name and nobody knew becomes WANTED, with the reason and how sure that is; one "
    "that fails does not keep the others from being asked. The job's `results` say what came of each.",
    curl='curl -X POST "$URL/api/artists/$ID/discover"',
    parameters=[_ARTIST_ID],
    answers=[Answer(202, "The job that looks.", schema=NewJob, example=NewJob(job=JOB))],
    faults=[ArtistNotFoundError("There is no such artist."), faults.DATABASE_DOWN],
)
def discover(artist_id: str) -> tuple[Response, int]:
    """Have an artist looked up."""
    job = services().sources.discovery.begin(artist_id, by=current_actor())
    return fresh(show(NewJob(job=job_message(job)))), 202
