"""The page of outside services; it works without scripts."""

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from routes.sources.messages import moment_of
from services.actors.policy import Act, may
from services.sources.errors import SourceOffError

blueprint = Blueprint("source_pages", __name__)
prepare_pages(blueprint)


@blueprint.get("/sources")
def page() -> Response:
    """How outside services are."""
    by = current_actor()
    return show_page(
        "sources/sources.html",
        sources=services().sources.sources.all(by=by),
        tried=request.args.get("tried"),
        may_test=may(by, Act.CHANGE_SOURCES),
        may_set=may(by, Act.ADMINISTER),
        moment_of=moment_of,
    )


@blueprint.post("/sources")
def try_one() -> Response:
    """Ask one of them whether it answers."""
    name = read_form().get("name", "")
    try:
        services().sources.sources.test(name, by=current_actor())
    except SourceOffError:
        return redirect(url_for("source_pages.page"), code=303)
    return redirect(url_for("source_pages.page", tried=name, _anchor="tried"), code=303)
