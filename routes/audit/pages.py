"""The page of the audit."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug import Response

from routes.audit.api import audit_query, page_of_entries
from routes.audit.messages import entry_message
from routes.site.pages import prepare_pages, show_page

blueprint = Blueprint("audit_pages", __name__)
prepare_pages(blueprint)


@blueprint.get("/audit")
def audit() -> Response:
    """The latest entries, or those that are asked for."""
    entries, following = page_of_entries(audit_query())
    asked: dict[str, Any] = {name: text for name, text in request.args.items() if text and name != "cursor"}
    return show_page(
        "audit/audit.html",
        entries=[entry_message(each) for each in entries],
        next=following and url_for("audit_pages.audit", **asked, cursor=following),
        asked=asked,
        export=url_for("audit_api.list_entries", **asked, format="jsonl"),
    )
