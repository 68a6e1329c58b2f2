"""How jobs look in JSON."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from msgspec import Meta, Struct

from routes.http.openapi.parameters import AN_ID
from services.jobs.job import Job, State
from services.jobs.store import JobPage
from utils.cursors import encode_cursor
from utils.timestamps import format_timestamp

_Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class JobLinks(Struct, frozen=True):
    """Addresses of one job, relative to the server; `video` is null when it is about none."""

    self: str
    cancel: str
    retry: str
    video: str | None


class JobMessage(Struct, frozen=True):
    """One job."""

    id: str
    kind: str
    video: Annotated[str | None, Meta(description="The id of the video that it is about.")]
    state: State
    progress: Annotated[float, Meta(ge=0, le=1)]
    attempts: Annotated[int, Meta(description="How often it has been begun.")]
    error: Annotated[str | None, Meta(description="Why the last attempt failed; it may be tried again by itself.")]
    results: Annotated[
        list[dict[str, Any]] | None,
        Meta(
            description="What became of each thing, of many at once. Null in lists, and for who may not have it done."
        ),
    ]
    created_at: _Time
    started_at: Annotated[_Time | None, Meta(description="When the newest attempt began.")]
    finished_at: _Time | None
    links: JobLinks


class JobList(Struct, frozen=True):
    """A page of the list, the newest first."""

    jobs: list[JobMessage]
    next: str | None


class NewJob(Struct, frozen=True):
    """What has been begun and goes on."""

    job: JobMessage


def job_message(job: Job) -> JobMessage:
    """One job as the API shows it."""
    path = f"/api/jobs/{job.id}"
    return JobMessage(
        id=job.id,
        kind=job.kind,
        video=job.video,
        state=job.state,
        progress=job.progress,
        attempts=job.attempts,
        error=job.error,
        results=None if job.results is None else [dict(result) for result in job.results],
        created_at=format_timestamp(job.created_at),
        started_at=_time(job.started_at),
        finished_at=_time(job.finished_at),
        links=JobLinks(
            self=path,
            cancel=f"{path}/cancel",
            retry=f"{path}/retry",
            video=None if job.video is None else f"/api/videos/{quote(job.video)}",
        ),
    )


def job_list(page: JobPage) -> JobList:
    """A page of the list as the API shows it."""
    return JobList(jobs=[job_message(job) for job in page.jobs], next=encode_cursor(page.next) if page.next else None)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_timestamp(moment)


_ID = "3f0c9d1e8a7b4c5d9e6f7a8b"
JOB = JobMessage(
    id=_ID,
    kind="poster",
    video=AN_ID,
    state=State.RUNNING,
    progress=0.4,
    attempts=1,
    error=None,
    results=None,
    created_at="2026-11-20T10:15:12.345Z",
    started_at="2026-11-20T10:15:12.600Z",
    finished_at=None,
    links=JobLinks(
        self=f"/api/jobs/{_ID}",
        cancel=f"/api/jobs/{_ID}/cancel",
        retry=f"/api/jobs/{_ID}/retry",
        video=f"/api/videos/{AN_ID}",
    ),
)
"""An example."""
