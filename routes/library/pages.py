"""The pages of the library: the list with the upload form, and the trash. They work without scripts."""

import contextlib
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.queries import asked_number
from routes.http.wiring import services
from routes.library.list_query import asked_words, library_query, trash_query
from routes.search.shown import ShownMoment, shown_moment
from routes.site.pages import prepare_pages, show_page
from services.accessibility.bits import things_of
from services.captions.search import MOST_COUNTED
from services.database.errors import CatalogueUnavailableError
from services.library.catalogue import PageQuery
from services.library.errors import VideoNotFoundError
from utils.cursors import Cursor, encode_cursor

blueprint = Blueprint("library", __name__)
prepare_pages(blueprint)

_MOST_CARDS = 50
_LENGTHS = (60, 600, 3600)
"""Seconds that the list can be narrowed by."""
_SPOKEN = "transcripts"
"""Where the address says that it is to be searched."""
_MOMENTS, _MOMENTS_BESIDE = 30, 3


@dataclass(frozen=True, kw_only=True)
class SaidMoments:
    """Moments at which something is said, and where more of them are."""

    moments: tuple[ShownMoment, ...]
    next: int | None


@blueprint.get("/")
def home() -> Response:
    """The upload form and a page of the library."""
    if request.args.get("in") == _SPOKEN:
        return _spoken()
    query = library_query()
    library, address = services().library.videos, partial(_address, query)
    try:
        page = library.page(query, by=current_actor())
        counted = len(page.videos)
        totals = None if query.is_narrowed else library.totals(by=current_actor(), at_least=counted)
        said = _beside(query, is_alone=not page.videos)
    except CatalogueUnavailableError:
        return show_page("library/home.html", query=query, page=None, address=address, lacking=())
    # The cursor remembers the search; the address shows it too.
    following = address(cursor=encode_cursor(page.next)) if page.next else None
    return show_page(
        "library/home.html",
        query=query,
        page=page,
        totals=totals,
        next=following,
        address=address,
        lengths=_LENGTHS,
        said=said,
        all_said=_spoken_address(q=query.q),
        lacking=things_of(query.lacks),
        artist_name=_name_of(query.artist),
        collection_title=_title_of(query.collection),
    )


def _name_of(artist_id: str) -> str:
    """What the artist is called that the list is narrowed to; its id where there is none."""
    known = services().artists.artists.these([artist_id], by=current_actor()) if artist_id else {}
    return known[artist_id].name if artist_id in known else artist_id


def _title_of(collection_id: str) -> str:
    """What the collection is called that the list is narrowed to; its id where whoever asks sees none."""
    collections = services().collections.collections
    known = collections.these([collection_id], by=current_actor()) if collection_id else {}
    return known[collection_id].title if collection_id in known else collection_id


def _spoken() -> Response:
    """The same page with moments at which it is said, and nothing else."""
    q, after, by = asked_words(), asked_number(_SPOKEN), current_actor()
    query, search = PageQuery(q=q), services().captions.search
    address = partial(_address, query)
    try:
        said = _said(q, limit=_MOMENTS, after=after and after[0])
        count = search.count(q, by=by)
    except CatalogueUnavailableError:
        return show_page("library/home.html", query=query, page=None, address=address)
    following = None
    if said.next is not None:
        cursor = Cursor(sort=_SPOKEN, q=q, tag="", value=said.next, id=said.moments[-1].video.id)
        following = _spoken_address(q=q, cursor=encode_cursor(cursor))
    return show_page(
        "library/home.html",
        query=query,
        spoken_only=True,
        said=said,
        next=following,
        address=address,
        count=count,
        most=MOST_COUNTED,
    )


def _beside(query: PageQuery, *, is_alone: bool) -> SaidMoments | None:
    """The first moments, beside the first videos that were found; more of them where they are all that was found."""
    if not query.q or query.tag or query.longer_than is not None or query.after is not None:
        return None
    return _said(query.q, limit=_MOMENTS if is_alone else _MOMENTS_BESIDE)


def _said(q: str, *, limit: int, after: int | None = None) -> SaidMoments:
    found = services().captions.search.find(q, limit=limit, after=after, by=current_actor())
    return SaidMoments(moments=tuple(shown_moment(each, q) for each in found.moments), next=found.next)


def _spoken_address(**asked: str) -> str:
    return url_for("library.home", **asked, **{"in": _SPOKEN})  # type: ignore[arg-type]  # Its own names are none of these.


def _address(query: PageQuery, **changes: str | float | None) -> str:
    """The address of the same list but for some changes; None leaves a part out."""
    asked: dict[str, str | float | None] = {
        "q": query.q or None,
        "tag": query.tag or None,
        "tier": query.tier or None,
        "artist": query.artist or None,
        "collection": query.collection or None,
        "longer_than": query.longer_than,
        "held": "true" if query.held else None,
        "missing": next(iter(things_of(query.lacks)), None),
        "sort": query.sort,
    }
    asked |= changes
    length = asked["longer_than"]
    if isinstance(length, float):
        asked["longer_than"] = f"{length:.15g}"
    return url_for("library.home", **asked)  # type: ignore[arg-type]  # Its own names are none of these.


@blueprint.get("/cards")
def cards() -> Response:
    """Cards of some videos, as the list shows them: those of which whoever asks may know."""
    videos = []
    for id_ in request.args.getlist("id")[:_MOST_CARDS]:
        with contextlib.suppress(VideoNotFoundError):
            videos.append(services().library.videos.get(id_, by=current_actor()))
    return show_page("library/cards.html", videos=videos)


@blueprint.post("/trash")
def restore() -> Response:
    """Take one or several videos out of the trash by a plain form."""
    ids = read_form().getlist("id") or [""]
    if len(ids) == 1:
        video = services().library.videos.restore(ids[0], by=current_actor())
        return redirect(url_for("watch.page", video_id=video.id), code=303)
    _restore_all(ids)
    return redirect(url_for("library.home"), code=303)


@blueprint.post("/trash/purge")
def purge() -> Response:
    """Delete a video that is in the trash for good by a plain form."""
    services().library.trash.purge_one(read_form().get("id", ""), by=current_actor())
    return redirect(url_for("library.trash"), code=303)


@blueprint.get("/trash")
def trash() -> Response:
    """What can be restored, and until when."""
    library = services().library.videos
    page = library.page(trash_query(), by=current_actor())
    following = url_for("library.trash", cursor=encode_cursor(page.next)) if page.next else None
    return show_page("library/trash.html", page=page, next=following, until=library.restorable_until)


def _restore_all(ids: list[str]) -> None:
    """Restore what can be; raise at the end for what could not."""
    missed = []
    for each in ids:
        try:
            services().library.videos.restore(each, by=current_actor())
        except VideoNotFoundError as error:
            missed.append({"field": each, "reason": error.detail})
    if missed:
        count = len(ids) - len(missed)
        raise VideoNotFoundError(f"{len(missed)} of {len(ids)} were not in the trash; {count} are back.", errors=missed)
