"""The legal hold on the page of a video: put and lifted by plain forms."""

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services

blueprint = Blueprint("hold_pages", __name__)


@blueprint.post("/videos/<path:video_id>/hold")
def change(video_id: str) -> Response:
    """Put a video on hold, or lift its hold."""
    fields, holds, by = read_form(), services().holds.holds, current_actor()
    if fields.get("action") == "lift":
        holds.lift(video_id, by=by)
    else:
        holds.put(video_id, fields.get("reason", ""), by=by)
    return redirect(url_for("watch.page", video_id=video_id) + "#hold", code=303)
