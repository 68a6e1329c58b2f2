"""Having a machine make captions, over HTTP."""

from flask import Blueprint, Response

from routes.captions.parameters import TRACK, asked_language
from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from routes.jobs.messages import JOB, NewJob, job_message
from services.captions.errors import CaptionsNotFoundError, EditedCaptionsError
from services.captions.recognition.engine import HOW_TO_TURN_ON, NoEngineError, NoSoundError

blueprint = Blueprint("recognition", __name__, url_prefix="/api/videos")

_NO_TRACK = CaptionsNotFoundError("That is no language, such as en or pt-BR.")
_EDITED = EditedCaptionsError("A person has worked on these captions: delete them first to have others made.")
_NO_SOUND = NoSoundError("There is no sound in this film: nothing can be heard in it.")


@blueprint.post("/<path:video_id>/captions/<language>/generate")
@operation(
    tag="Captions",
    curl='curl -X POST "$URL/api/videos/$ID/captions/en/generate"',
    about="The language is the one that is spoken; with `und` the engine finds it out, where it can. What comes of it "
    "has the origin `auto` until a person edits it. Asked again while it is under way, the answer names the same job. "
    "Nothing is written over captions that a person has worked on: a job that finds some is done, and its results say "
    "`edited`; where nobody was heard to speak they say `silent`.",
    parameters=[VIDEO_ID, TRACK],
    answers=[Answer(202, "The job.", schema=NewJob, example=NewJob(job=JOB))],
    faults=[
        faults.VIDEO_NOT_FOUND,
        _NO_TRACK,
        NoEngineError(HOW_TO_TURN_ON),
        faults.ARCHIVED,
        _EDITED,
        _NO_SOUND,
        faults.LIST_DOWN,
        faults.DATABASE_DOWN,
        *faults.STORAGE,
    ],
)
def generate_captions(video_id: str, language: str) -> Response:
    """Have captions made of what is said."""
    job = services().captions.recognition.generate(video_id, asked_language(language), by=current_actor())
    return show(NewJob(job=job_message(job)), 202)
