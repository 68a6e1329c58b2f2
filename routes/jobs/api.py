"""Jobs over HTTP: the list, one job, cancelling it, trying it again."""

from flask import Blueprint, Response
from msgspec.structs import replace

from routes.http.actors import current_actor
from routes.http.messages import asked_again, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, operation, path, query
from routes.http.openapi.parameters import PAGING
from routes.http.wiring import services
from routes.jobs.list_query import LONGEST, STATES, job_query
from routes.jobs.messages import JOB, JobList, JobMessage, NewJob, job_list, job_message
from services.database.errors import DatabaseUnavailableError
from services.jobs.errors import JobNotFoundError, JobStateError
from services.jobs.job import Job, State
from utils.patterns import PLAIN

blueprint = Blueprint("jobs", __name__, url_prefix="/api")

_TAG = "Jobs"
_CANCELLED = replace(JOB, state=State.CANCELLED, finished_at="2026-11-20T10:15:14.000Z")
_WAITING = replace(JOB, state=State.QUEUED, progress=0.0, started_at=None)

_JOB_ID = path("job_id", "The id of a job.", schema={"type": "string", "minLength": 1}, example=JOB.id)
_WORD = {"type": "string", "maxLength": LONGEST, "pattern": PLAIN}
_DATABASE_DOWN = DatabaseUnavailableError(DatabaseUnavailableError.sentence, retry_after=5)
_READING = (JobNotFoundError("There is no such job."), _DATABASE_DOWN)
_CHANGING = (*_READING, JobStateError("The job is done and cannot be cancelled any more."))


@blueprint.get("/jobs")
@operation(
    tag=_TAG,
    about="Those that you may see, the newest first.",
    curl='curl "$URL/api/jobs?state=queued,running"',
    parameters=[
        query("video", "Only those about this video.", schema=_WORD),
        query("kind", "Only those of this kind.", schema=_WORD),
        query(
            "state",
            "Only those in this state, or in one of several, with commas between.",
            schema={"type": "string", "pattern": STATES},
            example="queued,running",
        ),
        *PAGING,
    ],
    answers=[Answer(200, "The page.", schema=JobList, example=JobList(jobs=[JOB], next=None))],
    faults=(faults.INVALID_QUERY, _DATABASE_DOWN),
)
def list_jobs() -> Response:
    """A page of the jobs."""
    return asked_again(show(job_list(services().jobs.jobs.page(job_query(), by=current_actor()))))


@blueprint.get("/jobs/<job_id>")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/jobs/$ID"',
    parameters=[_JOB_ID],
    answers=[Answer(200, "The job.", schema=JobMessage, example=JOB)],
    faults=_READING,
)
def get_job(job_id: str) -> Response:
    """One job."""
    return _shown(services().jobs.jobs.get(job_id, by=current_actor()))


@blueprint.post("/jobs/<job_id>/cancel")
@operation(
    tag=_TAG,
    about="What works on it is ended within seconds, with all that it has started.",
    curl='curl -X POST "$URL/api/jobs/$ID/cancel"',
    parameters=[_JOB_ID],
    answers=[Answer(200, "The job, cancelled.", schema=JobMessage, example=_CANCELLED)],
    faults=_CHANGING,
)
def cancel_job(job_id: str) -> Response:
    """Cancel a job."""
    return _shown(services().jobs.jobs.cancel(job_id, by=current_actor()))


@blueprint.post("/jobs/<job_id>/retry")
@operation(
    tag=_TAG,
    about="It keeps its id, and gets all its attempts again.",
    curl='curl -X POST "$URL/api/jobs/$ID/retry"',
    parameters=[_JOB_ID],
    answers=[Answer(202, "The job, waiting.", schema=NewJob, example=NewJob(job=_WAITING))],
    faults=_CHANGING,
)
def retry_job(job_id: str) -> tuple[Response, int]:
    """Have a job done anew."""
    return asked_again(show(NewJob(job=job_message(services().jobs.jobs.retry(job_id, by=current_actor()))))), 202


def _shown(job: Job) -> Response:
    return asked_again(show(job_message(job)))
