"""Having a machine make a sign track, over HTTP."""

from flask import Blueprint, Response

from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, path
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from routes.jobs.messages import JOB, NewJob, job_message
from services.sign_engine.errors import HOW_TO_TURN_ON, NoSignEngineError, NoTranscriptError
from services.sign_tracks.errors import EditedSignTrackError, InvalidSignTrackError

blueprint = Blueprint("sign_engine", __name__, url_prefix="/api/videos")

_LANGUAGE = path(
    "lang", "The sign language, as BCP 47 writes it; `ASL`, `BSL` and `DGS` are understood too.", example="ase"
)
_NO_LANGUAGE = "Expected the tag of a sign language, such as ase, bfi or gsg"


@blueprint.post("/<path:video_id>/sign/<lang>/generate")
@operation(
    name="generateSignTrack",
    tag="Sign tracks",
    summary="Have a machine sign the video",
    about="Of its captions, or else its subtitles. The track has the kind `avatar` and the origin `auto`; its video "
    "belongs to whom the film belongs to. Asked again while it is under way, the answer names the same job. A track "
    "that a person has set is never replaced: a job that finds one is done, and its results say `edited`.",
    curl='curl -X POST "$URL/api/videos/$ID/sign/ase/generate"',
    parameters=[VIDEO_ID, _LANGUAGE],
    answers=[Answer(202, "The job.", schema=NewJob, example=NewJob(job=JOB))],
    faults=[
        faults.VIDEO_NOT_FOUND,
        InvalidSignTrackError(f"{_NO_LANGUAGE}.", errors=[{"field": "language", "reason": _NO_LANGUAGE}]),
        NoSignEngineError(HOW_TO_TURN_ON),
        NoTranscriptError("There is nothing to sign: the film has no captions or subtitles."),
        EditedSignTrackError("A person has set this sign track: take it away first to have one made."),
        faults.LIST_DOWN,
        faults.DATABASE_DOWN,
        *faults.STORAGE,
    ],
)
def generate_track(video_id: str, lang: str) -> Response:
    """Have a sign track made of what is said."""
    job = services().sign_engine.engine.generate(video_id, lang, by=current_actor())
    return show(NewJob(job=job_message(job)), 202)
