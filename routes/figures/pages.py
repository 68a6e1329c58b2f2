"""The page of figures."""

from flask import Blueprint
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page

blueprint = Blueprint("figure_pages", __name__)
prepare_pages(blueprint)


@blueprint.get("/figures")
def figures() -> Response:
    """What is used, how quick it is, and how much of the library is for everybody."""
    return show_page("figures/figures.html", figures=services().figures.figures.shown(by=current_actor()))
