"""Having a machine make a sign track, by a plain form on the page of sign tracks."""

from dataclasses import dataclass

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from services.jobs.job import JobStanding, State
from services.videos.video import Video

blueprint = Blueprint("sign_engine_pages", __name__)


@dataclass(frozen=True, kw_only=True)
class SignsOnPage:
    """What the page says of signs that a machine makes."""

    can_be_made: bool
    making: JobStanding | None
    """How far it is with those that it was last asked for."""

    @property
    def are_made(self) -> bool:
        """Whether some are being made now."""
        return self.making is not None and self.making.state in {State.QUEUED, State.RUNNING}


@blueprint.app_template_global()
def signs_on_page(video: Video) -> SignsOnPage:
    """What there is for whoever asks."""
    engine = services().sign_engine.engine
    return SignsOnPage(can_be_made=engine.is_possible, making=engine.standing(video, by=current_actor()))


@blueprint.post("/videos/<path:video_id>/sign-tracks/generate")
def generate(video_id: str) -> Response:
    """Ask for a track by a plain form."""
    services().sign_engine.engine.generate(video_id, read_form().get("language", ""), by=current_actor())
    return redirect(url_for("sign_track_pages.page", video_id=video_id), code=303)
