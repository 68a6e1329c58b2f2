"""What people think of a film's captions, signs and playing."""

from typing import Annotated

from flask import Blueprint, Response
from msgspec import Meta, Struct

from routes.http.actors import current_actor
from routes.http.messages import read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.openapi.parameters import AN_ID
from routes.http.wiring import services
from services.feedback.errors import InvalidFeedbackError
from services.feedback.rating import LONGEST_TEXT, RatedMatter

blueprint = Blueprint("feedback", __name__, url_prefix="/api/feedback")

_LARGEST = 32 * 1024
_INVALID = InvalidFeedbackError(
    "The request cannot be used: rating: Expected, and not there.",
    errors=[{"field": "rating", "reason": "Expected, and not there"}],
)


class FeedbackMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody thinks of one matter of a film."""

    video_id: Annotated[str, Meta(min_length=1, max_length=1024)]
    about: RatedMatter
    rating: Annotated[int, Meta(ge=1, le=5, description="From 1, which is bad, to 5.")]
    text: Annotated[str, Meta(max_length=LONGEST_TEXT)] = ""


_EXAMPLE = FeedbackMessage(video_id=AN_ID, about=RatedMatter.CAPTIONS, rating=4, text="The names are spelled wrong.")


@blueprint.post("")
@operation(
    name="giveFeedback",
    tag="Feedback",
    summary="Say how good captions, signs or playing are",
    about="One rating a person, film and matter: a later one takes the place of the earlier one.",
    curl='curl -X POST -H "Content-Type: application/json" '
    '-d "{\\"video_id\\": \\"$ID\\", \\"about\\": \\"captions\\", \\"rating\\": 4}" "$URL/api/feedback"',
    body=Body(FeedbackMessage, example={"video_id": AN_ID, "about": "captions", "rating": 4}),
    answers=[Answer(201, "It is kept.", schema=FeedbackMessage, example=_EXAMPLE)],
    faults=[
        *(faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE, _INVALID, faults.DATABASE_DOWN),
        *(faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA),
    ],
)
def give() -> Response:
    """Keep a rating."""
    said = read_message(FeedbackMessage, refuse=InvalidFeedbackError, largest=_LARGEST)
    given = services().feedback.feedback.give(
        said.video_id, said.about, rating=said.rating, text=said.text, by=current_actor()
    )
    kept = FeedbackMessage(video_id=given.video_id, about=given.about, rating=given.rating, text=given.text)
    return show(kept, 201)
