"""Drafts of caption tracks over HTTP: each is its person's alone."""

from flask import Blueprint, Response, request

from routes.captions.draft_messages import (
    CUE,
    DRAFT,
    CheckWish,
    DraftMessage,
    DraftSaved,
    DraftWish,
    cues_of,
    draft_message,
    draft_of,
    saved_message,
)
from routes.captions.messages import CAPTION, WARNING, CaptionCheck
from routes.captions.parameters import IF_NONE_MATCH, KIND, TRACK, asked_kind, asked_language
from routes.http.actors import current_actor
from routes.http.conditions import asked_condition
from routes.http.messages import read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, header, operation, query
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.queries import invalid_query
from routes.http.wiring import services
from services.captions.cues import Words
from services.captions.errors import CaptionsNotFoundError, InvalidDraftError
from services.captions.track import CaptionKind

blueprint = Blueprint("caption_drafts", __name__, url_prefix="/api/videos")

_TAG = "Captions"
_LARGEST = 6 * 1024 * 1024
"""Bytes of 20,000 cues with their times, and of the 2 MiB that a track may have."""
_IF_MATCH = header("If-Match", "Act on this version only: the draft's `etag`, in quotes.")
_ANEW = query(
    "anew", "`true`: what a draft would begin with now, whatever the one says that is kept.", schema={"type": "boolean"}
)
_NO_LANGUAGE = CaptionsNotFoundError("That is no language, such as en or pt-BR.")
_INVALID = InvalidDraftError(
    "The request cannot be used: cues: Expected, and not there.",
    errors=[{"field": "cues", "reason": "Expected, and not there"}],
)
_ASKING = (faults.VIDEO_NOT_FOUND, faults.FORBIDDEN, _NO_LANGUAGE, faults.INVALID_QUERY, faults.LIST_DOWN)
_FAULTS = (*_ASKING, *faults.STORAGE)
_SENT = (_INVALID, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)


@blueprint.get("/<path:video_id>/captions/<language>/draft")
@operation(
    tag=_TAG,
    curl='curl "$URL/api/videos/$ID/captions/en/draft"',
    about="For whoever may edit the video. Where the person has no draft it is what one would begin with: the cues of "
    "the track, or none where the language is begun from nothing, with `etag` null. "
    "To publish it, write the track with `based_on` as If-Match (`If-None-Match: *` where that is null), "
    "and delete the draft.",
    parameters=[VIDEO_ID, TRACK, KIND, _ANEW],
    answers=[Answer(200, "The draft.", schema=DraftMessage, example=DRAFT, headers=["ETag"])],
    faults=_FAULTS,
)
def get_draft(video_id: str, language: str) -> Response:
    """One's draft of a caption track."""
    anew = request.args.get("anew", "false")
    if anew not in {"true", "false"}:
        raise invalid_query("anew", "Expected true or false.")
    opened = services().captions.drafts.open(video_id, _key(language), anew=anew == "true", by=current_actor())
    return _tagged(show(draft_message(opened)), opened.etag)


@blueprint.put("/<path:video_id>/captions/<language>/draft")
@operation(
    tag=_TAG,
    curl='curl -X PUT -H "Content-Type: application/json" '
    '-d \'{"based_on": null, "cues": [{"start": 1, "end": 3, "text": "Hello."}]}\' '
    '"$URL/api/videos/$ID/captions/en/draft"',
    about="Nobody else sees it. Cues that say nothing yet, or end before they begin, are kept; the warnings name "
    "cues by their place in what was sent. With If-Match, or `If-None-Match: *` for the first, two windows of one "
    "person do not undo each other.",
    parameters=[VIDEO_ID, TRACK, KIND, _IF_MATCH, IF_NONE_MATCH],
    body=Body(DraftWish, example={"based_on": CAPTION.etag, "cues": [{"start": 12.5, "end": 12.9, "text": CUE.text}]}),
    answers=[
        Answer(
            200,
            "The draft is kept.",
            schema=DraftSaved,
            example=DraftSaved(etag="0x8DD0A1B2C3D4E60", warnings=(WARNING,)),
            headers=["ETag"],
        )
    ],
    faults=[*_FAULTS, *_SENT, faults.RECORD_CHANGED],
)
def put_draft(video_id: str, language: str) -> Response:
    """Keep one's draft of a caption track."""
    key = _key(language)
    wish = read_message(DraftWish, refuse=InvalidDraftError, largest=_LARGEST)
    saved = services().captions.drafts.save(
        video_id, key, draft_of(wish), condition=asked_condition(), by=current_actor()
    )
    return _tagged(show(saved_message(saved)), saved.etag)


@blueprint.delete("/<path:video_id>/captions/<language>/draft")
@operation(
    tag=_TAG,
    curl='curl -X DELETE "$URL/api/videos/$ID/captions/en/draft"',
    about="Where there is none, nothing happens.",
    parameters=[VIDEO_ID, TRACK, KIND, _IF_MATCH],
    answers=[Answer(204, "There is no draft any more.")],
    faults=[*_FAULTS, faults.RECORD_CHANGED],
)
def delete_draft(video_id: str, language: str) -> tuple[str, int]:
    """Throw one's draft of a caption track away."""
    services().captions.drafts.discard(video_id, _key(language), condition=asked_condition(), by=current_actor())
    return "", 204


@blueprint.post("/<path:video_id>/captions/<language>/check")
@operation(
    name="checkCues",
    tag=_TAG,
    curl='curl -H "Content-Type: application/json" -d \'{"cues": [{"start": 1, "end": 1.4, "text": "Hello."}]}\' '
    '"$URL/api/videos/$ID/captions/en/check"',
    about="For whoever may edit the video, and wants to know while they write. Nothing is kept.",
    parameters=[VIDEO_ID, TRACK, KIND],
    body=Body(CheckWish, example={"cues": [{"start": 12.5, "end": 12.9, "text": CUE.text}]}),
    answers=[Answer(200, "The warnings.", schema=CaptionCheck, example=CaptionCheck(warnings=(WARNING,)))],
    faults=[*_FAULTS, *_SENT],
)
def check_cues(video_id: str, language: str) -> Response:
    """What the quality gate says of some cues."""
    kind = _key(language)[1]
    wish = read_message(CheckWish, refuse=InvalidDraftError, largest=_LARGEST)
    words = Words(cues=cues_of(wish.cues))
    found = services().captions.drafts.check(video_id, kind, words, by=current_actor())
    return show(CaptionCheck(warnings=found))


def _key(language: str) -> tuple[str, CaptionKind]:
    return asked_language(language), asked_kind() or CaptionKind.CAPTIONS


def _tagged(response: Response, etag: str | None) -> Response:
    if etag is not None:
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-store"
    return response
