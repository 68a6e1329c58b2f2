"""The pages of collections: all of them, one, and the part of a video's page about them. They work without scripts."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.collections.messages import counts_of
from routes.collections.queries import collection_query
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.actors.policy import Act, may
from services.collections.change import CollectionChange
from services.collections.collection import MemberRole, Openness, Standing, VideoCollection
from services.collections.collections import may_change, may_share
from services.collections.errors import InvalidCollectionError, invalid
from services.collections.store import CollectionQuery
from services.database.errors import CatalogueUnavailableError, DatabaseUnavailableError
from services.library.catalogue import Page, PageQuery
from services.videos.video import Video
from utils.cursors import encode_cursor

blueprint = Blueprint("collection_pages", __name__)
prepare_pages(blueprint)

_VIDEOS = 48
_CHOICE = 200


@blueprint.app_template_global()
def collections_of(video: Video) -> tuple[VideoCollection, ...]:
    """The collections of a video that whoever asks sees."""
    found = services().collections.grouping.of([video], by=current_actor()) or {}
    return found.get(video.id, ())


@blueprint.app_template_global()
def collections_to_choose() -> tuple[VideoCollection, ...]:
    """Into which collections whoever asks may put videos."""
    by = current_actor()
    if not may(by, Act.COLLECT):
        return ()
    with suppress(DatabaseUnavailableError):
        return services().collections.collections.page(CollectionQuery(editable=True, limit=_CHOICE), by=by).collections
    return ()


@blueprint.get("/collections")
def page() -> Response:
    """All collections."""
    return _listed()


@blueprint.post("/collections")
def change() -> Response:
    """Make a collection, or bring one back."""
    fields, by = read_form(), current_actor()
    collections = services().collections.collections
    match fields.get("action"):
        case "add":
            try:
                made = collections.create(CollectionChange(title=fields.get("title", "")), by=by)
            except InvalidCollectionError as error:
                return _listed(fault=error.detail)
        case "restore":
            made = collections.restore(fields.get("id", ""), by=by)
        case _:
            raise InvalidCollectionError("The form must say what to do: add or restore.")
    return redirect(url_for("collection_pages.one", collection_id=made.id), code=303)


@blueprint.get("/collections/<collection_id>")
def one(collection_id: str) -> Response:
    """One collection, its videos, and with whom it is shared."""
    return _shown(collection_id)


@blueprint.post("/collections/<collection_id>")
def change_one(collection_id: str) -> Response:
    """Change a collection, share it, take a video out of it, or delete it."""
    fields = read_form()
    try:
        return redirect(_changed(collection_id, fields), code=303)
    except InvalidCollectionError as error:
        return _shown(collection_id, fault=error.detail, given=fields)


@blueprint.post("/collections/videos/<path:video_id>")
def change_video(video_id: str) -> Response:
    """Put a video into a collection, or take it out."""
    fields, by = read_form(), current_actor()
    grouping, collection_id = services().collections.grouping, fields.get("collection", "")
    # Not before: who may not change the video learns nothing of collections by this.
    services().library.videos.get(video_id, by=by, act=Act.EDIT)
    match fields.get("action"):
        case "add":
            services().collections.collections.changeable(collection_id, by=by)
            grouping.put(video_id, [collection_id], by=by)
        case "take":
            grouping.take(collection_id, video_id, by=by)
        case _:
            raise InvalidCollectionError("The form must say what to do: add or take.")
    return redirect(url_for("watch.page", video_id=video_id, _anchor="collections"), code=303)


def _changed(collection_id: str, fields: MultiDict[str, str]) -> str:
    """Do what the form says; returns where to go on."""
    by, collections = current_actor(), services().collections.collections
    match fields.get("action"):
        case "edit":
            collections.edit(collection_id, _said(fields), by=by)
        case "share":
            collections.share(collection_id, fields.get("user", "").strip(), _role(fields), by=by)
        case "unshare":
            collections.unshare(collection_id, fields.get("user", ""), by=by)
        case "leave":
            collections.unshare(collection_id, by.id, by=by)
            return url_for("collection_pages.page")
        case "take":
            services().collections.grouping.take(collection_id, fields.get("video", ""), by=by)
        case "delete":
            collections.delete(collection_id, by=by)
            return url_for("collection_pages.page", deleted=collection_id)
        case _:
            raise InvalidCollectionError("The form must say what to do: edit, share, unshare, leave, take or delete.")
    return url_for("collection_pages.one", collection_id=collection_id)


def _listed(*, fault: str | None = None) -> Response:
    asked = collection_query()
    found = services().collections.collections.page(asked, by=current_actor())
    following = None
    if found.next:
        again = {name: value for name in ("q", "trash") if (value := request.args.get(name))}
        following = url_for("collection_pages.page", **again, cursor=encode_cursor(found.next))  # type: ignore[arg-type]
    return show_page(
        "collections/collections.html",
        collections=found.collections,
        counts=counts_of(found.collections),
        asked=asked,
        next=following,
        deleted=request.args.get("deleted", ""),
        fault=fault,
    )


def _shown(collection_id: str, *, fault: str | None = None, given: MultiDict[str, str] | None = None) -> Response:
    by, collections = current_actor(), services().collections.collections
    collection = collections.get(collection_id, by=by)
    changes, shares = may_change(collection, by=by), may_share(collection, by=by)
    return show_page(
        "collections/collection.html",
        collection=collection,
        owner=collections.owner_of(collection, by=by),
        count=counts_of([collection]).get(collection.id),
        page=_inside(collection),
        members=collections.members(collection.id, by=by) if changes else (),
        changes=changes,
        shares=shares,
        is_member=collection.standing in {Standing.EDITOR, Standing.VIEWER},
        fault=fault,
        given=given,
    )


def _inside(collection: VideoCollection) -> Page | None:
    """Its newest videos; None where that is not known now."""
    query = PageQuery(collection=collection.id, collection_ids=(collection.id,), limit=_VIDEOS)
    try:
        return services().library.videos.page(query, by=current_actor())
    except CatalogueUnavailableError:
        return None


def _said(fields: MultiDict[str, str]) -> CollectionChange:
    """What the form says of a collection."""
    said: dict[str, Any] = {name: fields[name] for name in ("title", "description") if name in fields}
    if "visibility" in fields:
        try:
            said["visibility"] = Openness(fields["visibility"])
        except ValueError as error:
            raise invalid("visibility", f"It must be one of: {', '.join(Openness)}.") from error
    return CollectionChange(**said)


def _role(fields: MultiDict[str, str]) -> MemberRole:
    try:
        return MemberRole(fields.get("role", ""))
    except ValueError as error:
        raise invalid("role", f"It must be one of: {', '.join(MemberRole)}.") from error
