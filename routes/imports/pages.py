"""The pages of imports: what was fetched and waits to be, and one list with its films. They work without scripts."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.imports.messages import following_page
from routes.imports.queries import import_query
from routes.imports.seen import as_seen
from routes.site.pages import prepare_pages, show_page
from services.actors.actor import Actor
from services.actors.policy import Act, may
from services.egress.errors import AddressNotAllowedError
from services.errors import ReelgateError
from services.imports.addresses import LONGEST
from services.imports.errors import AlreadyHereError, InvalidImportError
from services.imports.record import QUALITIES, ImportQuery, ImportRequest
from services.jobs.errors import JobStateError
from services.jobs.job import State

blueprint = Blueprint("import_pages", __name__)
prepare_pages(blueprint)

_ORDER = (State.FAILED, State.RUNNING, State.QUEUED, State.DONE, State.CANCELLED)


def is_of_use_to(by: Actor) -> bool:
    """Whether the navigation leads there."""
    return may(by, Act.READ_SOURCES)


@blueprint.get("/imports")
def page() -> Response:
    """All imports, the newest first, or those in one state."""
    return _listed()


@blueprint.post("/imports")
def begin() -> Response:
    """Have a film fetched by a plain form."""
    fields, by = read_form(), current_actor()
    imports = services().imports.imports
    imports.admit(by=by)
    try:
        found, _ = imports.begin(_asked(fields), by=by)
    except (AlreadyHereError, AddressNotAllowedError, InvalidImportError) as error:
        return _listed(fault=error, given=fields)
    return redirect(url_for("import_pages.page", _anchor=found.id), code=303)


@blueprint.get("/imports/<import_id>")
def one(import_id: str) -> Response:
    """One import; of a list, its films."""
    return _shown(import_id)


@blueprint.post("/imports/<import_id>/cancel")
def cancel(import_id: str) -> Response:
    """Cancel one by a plain form."""
    # What is over by now is shown as what it is.
    with suppress(JobStateError):
        services().imports.imports.cancel(import_id, by=current_actor())
    return _back(import_id)


@blueprint.post("/imports/<import_id>/retry")
def retry(import_id: str) -> Response:
    """Have one tried again by a plain form."""
    try:
        services().imports.imports.retry(import_id, by=current_actor())
    except (AlreadyHereError, JobStateError) as error:
        return _shown(import_id, fault=error)
    return _back(import_id)


def _listed(*, fault: ReelgateError | None = None, given: Mapping[str, str] | None = None) -> Response:
    asked = import_query(parent=None)
    # A film of a list stands below it, but is found by its state.
    return _page("imports/imports.html", replace(asked, top=not asked.states), fault=fault, given=given)


def _shown(import_id: str, *, fault: ReelgateError | None = None) -> Response:
    found = services().imports.imports.get(import_id, by=current_actor())
    asked = import_query(parent=found.id)
    [found] = as_seen([found])
    return _page("imports/import.html", asked, found=found, fault=fault)


def _page(template: str, asked: ImportQuery, *, fault: ReelgateError | None, **values: object) -> Response:
    by, imports = current_actor(), services().imports.imports
    listed = imports.page(asked, by=by)
    cursor = following_page(listed, parent=asked.parent)
    response = show_page(
        template,
        asked=asked,
        imports=as_seen(listed.imports),
        next=cursor and _address(asked, cursor=cursor),
        fault=fault,
        may_begin=imports.may_begin(by=by),
        may_change=partial(imports.may_change, by=by),
        states=_ORDER,
        qualities=QUALITIES,
        longest=LONGEST,
        **values,
    )
    response.status_code = 200 if fault is None else fault.status
    return response


def _address(asked: ImportQuery, *, cursor: str | None = None) -> str:
    """The address of a list that is shown."""
    states = ",".join(asked.states) or None
    if asked.parent is not None:
        return url_for("import_pages.one", import_id=asked.parent, state=states, cursor=cursor)
    return url_for("import_pages.page", state=states, cursor=cursor)


def _back(import_id: str) -> Response:
    """To the list that a form stood in: that of a state, of the films of a list, or all."""
    found = services().imports.imports.get(import_id, by=current_actor())
    below = found.parent if request.args.get("below") else None
    state = request.args.get("state")
    states = (State(state),) if state in set(State) else ()
    asked = ImportQuery(limit=1, parent=below, states=states)
    return redirect(f"{_address(asked)}#{found.id}", code=303)


def _asked(fields: Mapping[str, str]) -> ImportRequest:
    tags = tuple(tag for each in fields.get("tags", "").split(",") if (tag := each.strip()))
    return ImportRequest(
        url=fields.get("url", "").strip(),
        title=fields.get("title", "").strip() or None,
        tags=tags,
        quality=fields.get("quality") or QUALITIES[0],
    )
