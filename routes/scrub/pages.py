"""The page that says whether what is stored is what it was."""

from flask import Blueprint
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.wiring import services
from routes.scrub.messages import moment_of
from routes.site.pages import prepare_pages, show_page

blueprint = Blueprint("scrub_pages", __name__)
prepare_pages(blueprint)


@blueprint.get("/storage/scrub")
def page() -> Response:
    """The last pass, and what is damaged."""
    by = current_actor()
    report = services().scrub.scrubber.report(by=by)
    known = services().library.videos.these([each.video_id for each in report.damaged], by=by, trash=True)
    videos = {video.id: video for video in known}
    return show_page("scrub/scrub.html", report=report, last=report.last, videos=videos, moment_of=moment_of)
