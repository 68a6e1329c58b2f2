"""The page on which a film's tier is chosen, and the way back from the archive; they work without scripts."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.actors.policy import Act
from services.tiers.errors import InvalidTierError
from services.videos.tier import LEAST_DAYS, Priority, Tier, paid_until

blueprint = Blueprint("tier_pages", __name__)
prepare_pages(blueprint)


@blueprint.get("/videos/<path:video_id>/tier")
def page(video_id: str) -> Response:
    """Where the film is kept, and what another tier would mean."""
    video = services().library.videos.get(video_id, by=current_actor(), act=Act.EDIT)
    paid = paid_until(video.tier, video.tier_since)
    return show_page(
        "tiers/edit.html",
        video=video,
        tiers=list(Tier),
        least_days=LEAST_DAYS,
        paid_until=paid if paid and paid > datetime.now(UTC) else None,
    )


@blueprint.post("/videos/<path:video_id>/tier")
def change(video_id: str) -> Response:
    """Keep the film in another tier."""
    tier = _tier(read_form().get("tier", ""))
    services().tiers.tiers.put(video_id, tier, by=current_actor())
    return redirect(url_for("watch.page", video_id=video_id), code=303)


@blueprint.post("/videos/<path:video_id>/rehydrate")
def bring_back(video_id: str) -> Response:
    """Bring the film back from the archive."""
    fields = read_form()
    priority = Priority.HIGH if fields.get("priority") == Priority.HIGH else Priority.STANDARD
    tier = _tier(fields.get("tier", Tier.HOT))
    services().tiers.tiers.bring_back(video_id, tier, priority, by=current_actor())
    return redirect(url_for("watch.page", video_id=video_id), code=303)


def _tier(text: str) -> Tier:
    try:
        return Tier(text)
    except ValueError as error:
        reason = f"Expected one of: {', '.join(Tier)}"
        raise InvalidTierError(f"{reason}.", errors=[{"field": "tier", "reason": reason}]) from error
