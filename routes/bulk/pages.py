"""Many videos at once without scripts: chosen in the list, changed by one form; and what became of them."""

from typing import Any

import msgspec
from flask import Blueprint, redirect, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.bulk.messages import BulkQuery, page_query
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.actors.policy import Act, may
from services.bulk.actions import Action
from services.bulk.bulk import BulkWish
from services.bulk.errors import invalid
from services.bulk.store import ItemState, Value
from services.videos.tier import Tier

blueprint = Blueprint("bulk_pages", __name__, url_prefix="/bulk")
prepare_pages(blueprint)

_FILTERS = ("q", "tag", "artist", "collection", "longer_than", "missing", "held", "tier")


@blueprint.app_template_global()
def owners_to_choose() -> list[tuple[str, str]]:
    """To whom whoever asks may give videos."""
    by = current_actor()
    return list(services().accounts.people.owners(by=by)) if may(by, Act.UPLOAD_FOR_OTHERS) else []


@blueprint.app_template_global()
def tiers_to_choose() -> list[str]:
    """Where videos can be kept."""
    return [tier.value for tier in Tier]


@blueprint.post("/choose")
def choose() -> Response:
    """What can be done with the videos that are chosen."""
    fields = read_form()
    query = _query(fields)
    if query is None and "id" not in fields:
        raise invalid("ids", "Select at least one video first.")
    by, chosen = current_actor(), fields.getlist("id")
    count = len(chosen) if query is None else services().bulk.actions.count(page_query(query), by=by)
    asked = {} if query is None else {"all": "true"} | {name: fields[name] for name in _FILTERS if fields.get(name)}
    return show_page("bulk/choose.html", ids=chosen if query is None else [], asked=asked, count=count)


@blueprint.post("")
def begin() -> Response:
    """Do it."""
    fields = read_form()
    try:
        action = Action(fields.get("action", ""))
    except ValueError as error:
        raise invalid("action", f"The action must be one of: {', '.join(Action)}.") from error
    query = _query(fields)
    wish = BulkWish(
        action=action,
        value=_value(action, fields),
        ids=fields.getlist("id") if query is None else None,
        query=None if query is None else page_query(query),
    )
    progress = services().bulk.actions.begin(wish, by=current_actor())
    return redirect(url_for("bulk_pages.page", bulk_id=progress.bulk.id), code=303)


@blueprint.get("/<bulk_id>")
def page(bulk_id: str) -> Response:
    """What became of them."""
    actions, by = services().bulk.actions, current_actor()
    progress = actions.get(bulk_id, by=by)
    troubles = actions.troubles(progress, by=by)
    known = services().library.videos.these([each.video for each in troubles], by=by, trash=True)
    return show_page(
        "bulk/result.html",
        progress=progress,
        done=progress.counts.get(ItemState.DONE, 0),
        refused=progress.counts.get(ItemState.REFUSED, 0),
        troubles=troubles,
        titles={video.id: video.title for video in known},
    )


@blueprint.post("/<bulk_id>/undo")
def undo(bulk_id: str) -> Response:
    """Take a deletion back."""
    progress = services().bulk.actions.undo(bulk_id, by=current_actor())
    return redirect(url_for("bulk_pages.page", bulk_id=progress.bulk.id), code=303)


def _query(fields: MultiDict[str, str]) -> BulkQuery | None:
    """What is asked for where all that the list finds is meant."""
    if fields.get("all") != "true":
        return None
    asked: dict[str, Any] = {name: fields[name] for name in _FILTERS if fields.get(name)}
    try:
        return msgspec.convert(asked, type=BulkQuery, strict=False)
    except msgspec.ValidationError as error:
        raise invalid("query", "This list cannot be asked for.") from error


def _value(action: Action, fields: MultiDict[str, str]) -> Value:
    if action in {Action.TAG, Action.UNTAG}:
        return [tag for each in fields.get("tags", "").split(",") if (tag := each.strip())]
    if action in {Action.ARTIST, Action.UNARTIST}:
        return [name for each in fields.get("artists", "").splitlines() if (name := each.strip())]
    if action in {Action.COLLECTION, Action.UNCOLLECTION}:
        return fields.getlist("collection_to") or None
    if action in {Action.VISIBILITY, Action.OWNER, Action.TIER}:
        return fields.get(action.value, "")
    return None
