"""Taking in a folder of this server."""

from flask import Blueprint, Response, request
from msgspec.structs import replace

from routes.http.actors import current_actor
from routes.http.messages import fresh, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, query
from routes.http.queries import invalid_query
from routes.http.wiring import services
from routes.jobs.messages import JOB, NewJob, job_message
from routes.migration.messages import SURVEY, SurveyMessage, survey_message
from services.jobs.job import State
from services.migration.errors import MigrationOffError, invalid_folder
from services.migration.migrations import MOST_BATCH, STANDARD_BATCH
from services.migration.working import MIGRATION

blueprint = Blueprint("migration", __name__, url_prefix="/api")

_TRUE, _FALSE = ("true", "1"), ("false", "0", "")
_JOB = replace(JOB, kind=MIGRATION, video=None, state=State.QUEUED, progress=0.0, started_at=None)
_JOB = replace(_JOB, links=replace(_JOB.links, video=None))
_OFF = MigrationOffError("Files of this server are not taken in: MIGRATION_DIR is not set.")


@blueprint.post("/migrate-clips")
@operation(
    name="migrateClips",
    tag="Migration",
    summary="Take in a folder of the server",
    about="Every video below it comes in, as a job that goes on after a crash. The same folder again is the same job: "
    "what is here already is known by its path, size and time of last change, and does not come twice. The folder is "
    "only read. The `results` of the job tell of each file. A CSV or JSON list at the top of the folder may say "
    "`file`, `video`, `start`, `end` and `title`: then a file is a clip of that video, which is named by its id or by "
    "its file's name; without `file`, the clip is cut out of it.",
    curl='curl -X POST "$URL/api/migrate-clips?local_clips_dir=/srv/films"',
    parameters=[
        query(
            "local_clips_dir",
            "An absolute path, at or below MIGRATION_DIR. Left out, it is that folder.",
            example="/srv/films",
        ),
        query(
            "batch_size",
            "Files that are written down together.",
            schema={"type": "integer", "minimum": 1, "maximum": MOST_BATCH, "default": STANDARD_BATCH},
        ),
        query(
            "dry_run",
            "Only say what would come in.",
            schema={"type": "boolean", "default": False},
        ),
    ],
    answers=[
        Answer(200, "What would come in: with `dry_run`.", schema=SurveyMessage, example=SURVEY),
        Answer(202, "It is being taken in.", schema=NewJob, example=NewJob(job=_JOB)),
    ],
    faults=[invalid_folder("There is no such folder."), _OFF, faults.INVALID_QUERY, faults.DATABASE_DOWN],
)
def migrate_clips() -> Response:
    """Take in a folder, or say what is in it."""
    migrations, by = services().migration.migrations, current_actor()
    folder = request.args.get("local_clips_dir")
    size, dry = _batch_size(), _dry_run()
    if dry:
        return fresh(show(survey_message(migrations.look(folder, by=by))))
    job = migrations.begin(folder, batch_size=size, by=by)
    response = show(NewJob(job=job_message(job)), 202)
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return fresh(response)


def _batch_size() -> int:
    text = request.args.get("batch_size")
    if text is None:
        return STANDARD_BATCH
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MOST_BATCH):
        raise invalid_query("batch_size", f"The size of a batch must be a number from 1 to {MOST_BATCH}.")
    return int(text)


def _dry_run() -> bool:
    text = request.args.get("dry_run", "").lower()
    if text not in (*_TRUE, *_FALSE):
        raise invalid_query("dry_run", "Expected true or false.")
    return text in _TRUE
