"""The page of jobs: what needs a person first, then what runs, waits and is done. It works without scripts."""

from collections.abc import Mapping, Sequence
from functools import partial

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.wiring import services
from routes.jobs.list_query import job_query
from routes.site.pages import prepare_pages, show_page
from services.jobs.job import Job, State
from services.jobs.store import JobQuery
from utils.cursors import encode_cursor

blueprint = Blueprint("job_pages", __name__)
prepare_pages(blueprint)

_SECTIONS = {
    "needs_you": (State.FAILED,),
    "running": (State.RUNNING,),
    "waiting": (State.QUEUED,),
    "done": (State.DONE, State.CANCELLED),
}
_MOST_OF_A_SECTION = 20


@blueprint.get("/jobs")
def page() -> Response:
    """All jobs by what becomes of them, or a page of those in one state."""
    query = job_query()
    if query.states:
        found = services().jobs.jobs.page(query, by=current_actor())
        following = None
        if found.next:
            following = url_for("job_pages.page", state=request.args["state"], cursor=encode_cursor(found.next))
        return _shown({_name_of(query): found.jobs}, query, following)
    sections = {
        name: services()
        .jobs.jobs.page(
            JobQuery(states=states, video=query.video, kind=query.kind, limit=_MOST_OF_A_SECTION), by=current_actor()
        )
        .jobs
        for name, states in _SECTIONS.items()
    }
    return _shown(sections, query, None)


@blueprint.post("/jobs/<job_id>/cancel")
def cancel(job_id: str) -> Response:
    """Cancel a job by a plain form."""
    services().jobs.jobs.cancel(job_id, by=current_actor())
    return redirect(url_for("job_pages.page"), code=303)


@blueprint.post("/jobs/<job_id>/retry")
def retry(job_id: str) -> Response:
    """Have a job done anew by a plain form."""
    services().jobs.jobs.retry(job_id, by=current_actor())
    return redirect(url_for("job_pages.page"), code=303)


def _shown(sections: Mapping[str, Sequence[Job]], query: JobQuery, following: str | None) -> Response:
    may_change = partial(services().jobs.jobs.may_change, by=current_actor())
    return show_page("jobs/jobs.html", sections=sections, asked=query, next=following, may_change=may_change)


def _name_of(query: JobQuery) -> str:
    """The section that shows these states."""
    return next((name for name, states in _SECTIONS.items() if set(query.states) <= set(states)), "done")
