"""Feedback on the page of a film: given by a plain form."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.captions.pages import WordsOnPage
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from services.actors.policy import Act, may
from services.captions.track import CaptionKind
from services.errors import ReelgateError
from services.feedback.errors import InvalidFeedbackError
from services.feedback.rating import HIGHEST, LONGEST_TEXT, LOWEST, RatedMatter
from services.videos.video import Video

blueprint = Blueprint("feedback_pages", __name__)


@dataclass(frozen=True, kw_only=True)
class RatingForm:
    """One question, and what whoever is asked has answered before."""

    about: str
    rating: int | None
    text: str
    is_new: bool
    """Whether it was answered just now."""


@blueprint.app_template_global()
def rating_forms(video: Video, words: WordsOnPage, signs: Sequence[object]) -> tuple[RatingForm, ...]:
    """What can be rated of a film that is shown: its captions and signs, by those who may say something."""
    if not may(current_actor(), Act.COMMENT, video):
        return ()
    has_words = any(each.kind is not CaptionKind.DESCRIPTIONS for each in words.tracks)
    matters = [*([RatedMatter.CAPTIONS] if has_words else []), *([RatedMatter.SIGN] if signs else [])]
    try:
        known = services().feedback.feedback.own(video.id, by=current_actor()) if matters else {}
    except ReelgateError:
        return ()  # The rest of the page can still be read.
    return tuple(
        RatingForm(
            about=each.value,
            rating=known[each].rating if each in known else None,
            text=known[each].text if each in known else "",
            is_new=each in known and request.args.get("rated") == each.value,
        )
        for each in matters
    )


@blueprint.post("/videos/<path:video_id>/feedback")
def rate(video_id: str) -> Response:
    """Keep a rating, and show that it is kept."""
    form = read_form()
    about, rating, text = form.get("about", ""), form.get("rating", ""), form.get("text", "")
    if about not in set(RatedMatter):
        raise _invalid("about", "Say what is rated: captions, sign or playback")
    if rating not in {str(mark) for mark in range(LOWEST, HIGHEST + 1)}:
        raise _invalid("rating", f"Choose a mark from {LOWEST} to {HIGHEST}")
    # Browsers send two letters for the end of a line, and count one.
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        raise _invalid("text", f"At most {LONGEST_TEXT} letters are kept")
    services().feedback.feedback.give(video_id, RatedMatter(about), rating=int(rating), text=text, by=current_actor())
    return redirect(url_for("watch.page", video_id=video_id, rated=about, _anchor="accessibility"), code=303)


def _invalid(field: str, reason: str) -> InvalidFeedbackError:
    return InvalidFeedbackError(f"{reason}.", errors=[{"field": field, "reason": reason}])
