"""The page of what one search finds; it works without scripts."""

from flask import Blueprint, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.queries import asked_cursor
from routes.search.api import SHOWN, asked_text
from routes.search.groups import KINDS, Asked, found_groups
from routes.search.messages import FoundGroup
from routes.site.pages import prepare_pages, show_page
from services.actors.policy import Act, require

blueprint = Blueprint("search_pages", __name__)
prepare_pages(blueprint)

_SHOWN_OF_ALL = 8


@blueprint.get("/search")
def page() -> Response:
    """All kinds with the first of each, or more of one."""
    by = current_actor()
    require(by, Act.LIST)
    kind = request.args.get("kind")
    kind = kind if kind in KINDS else None
    text = asked_text()
    limit, after = (_SHOWN_OF_ALL, None) if kind is None else (SHOWN, asked_cursor())
    groups = found_groups(Asked(text=text, limit=limit, by=by, after=after), kind=kind) if text else ()

    def more(group: FoundGroup) -> str | None:
        """Where more of a kind is."""
        if group.next is None:
            return None
        return url_for("search_pages.page", q=text, kind=group.kind, cursor=group.next)

    return show_page("search/results.html", asked=text, kind=kind, groups=groups, more=more)
