"""The pages of artists: all of them, as a wall or a list, and one. They work without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from msgspec import UNSET
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.artists.importing import LIST_ERRORS, entries_at
from routes.artists.queries import ARTIST_VIEW, artist_query, asked_view, wanted_query
from routes.artists.seen import pictures_of, seen_of
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.actors.actor import Actor
from services.actors.policy import Act, may
from services.artists.artist import SERVICES, Artist
from services.artists.change import ArtistChange, ArtistIds
from services.artists.csv_lists import entries_of
from services.artists.errors import ArtistExistsError, InvalidArtistError
from services.artists.lists import EntryOutcome, ListEntry, chosen
from services.artists.live_settings import WORD
from services.artists.store.pages import ArtistQuery
from services.database.errors import CatalogueUnavailableError
from services.errors import ReelgateError
from services.library.catalogue import PageQuery
from services.media.browser_support import Playable
from services.sources.errors import SourceNotFoundError
from services.videos.video import Video
from utils.cursors import encode_cursor

blueprint = Blueprint("artist_pages", __name__)
prepare_pages(blueprint)

_TRASH = 200
_VIDEOS = 12
_LIST_FAULTS: tuple[type[ReelgateError], ...] = (InvalidArtistError, SourceNotFoundError, *LIST_ERRORS)
"""What can be wrong with a list that somebody wants to take in."""
_MOST_CHOSEN = 80
"""Artists of a service's list that are ticked one by one; a form has no room for many more."""
_UNDONE = 40
"""As many as an address can name are brought back at once; more stand in the trash."""


@blueprint.app_template_global()
def word_for_artists() -> str:
    """What artists are called here, for pages that lead to theirs."""
    return services().live_settings.value(WORD)


@blueprint.context_processor
def words() -> dict[str, object]:
    """What artists are called here."""
    return {"artist_word": services().live_settings.value(WORD)}


@blueprint.app_template_global()
def artists_called() -> str:
    """The same, on pages of others."""
    return services().live_settings.value(WORD)


@blueprint.get("/artists")
def page() -> Response:
    """All artists."""
    return _listed()


@blueprint.post("/artists")
def change() -> Response:
    """Add an artist or a list of them, or delete some, or bring some back."""
    fields, by = read_form(), current_actor()
    slice_, ids = services().artists, fields.getlist("id")
    match fields.get("action"):
        case "add":
            return _added(fields)
        case "delete":
            done = [each.id for each in slice_.many.delete(ids, by=by) if each.status < 400]
            kept = done[:_UNDONE] if len(done) <= _UNDONE else []
            target = url_for("artist_pages.page", deleted=kept) if kept else url_for("artist_pages.trash")
            return redirect(target, code=303)
        case "restore":
            outcomes = slice_.many.restore(ids, by=by)
            refused = next((each.detail for each in outcomes if each.status >= 400), None)
            if refused:
                return _trash(fault=refused)
            return redirect(url_for("artist_pages.page"), code=303)
        case "preview" | "import" | "import-chosen" as action:
            return _from_list(fields, action)
        case _:
            raise InvalidArtistError("The form must say what to do: add, delete, restore, preview or import.")


@blueprint.get("/artists/trash")
def trash() -> Response:
    """Artists that can be brought back."""
    return _trash()


@blueprint.get("/artists/<artist_id>")
def one(artist_id: str) -> Response:
    """One artist, and what is known of its films."""
    return _shown(artist_id)


@blueprint.post("/artists/<artist_id>")
def change_one(artist_id: str) -> Response:
    """Change an artist, have it looked up, delete it, or let it take the place of another."""
    fields, by = read_form(), current_actor()
    slice_ = services().artists
    match fields.get("action"):
        case "edit":
            try:
                slice_.artists.edit(artist_id, _said(fields), by=by)
            except (ArtistExistsError, InvalidArtistError) as error:
                return _shown(artist_id, fault=error.detail, given=fields)
        case "delete":
            slice_.artists.delete(artist_id, by=by)
            return redirect(url_for("artist_pages.page", deleted=artist_id), code=303)
        case "merge":
            other = slice_.artists.by_names([fields.get("other", "")], by=by)
            if not other:
                return _shown(artist_id, nobody=True, given=fields)
            slice_.merging.merge(artist_id, [each.id for each in other.values()], by=by)
        case "discover":
            services().sources.discovery.begin(artist_id, by=by)
        case _:
            raise InvalidArtistError("The form must say what to do: edit, delete, merge or discover.")
    return redirect(url_for("artist_pages.one", artist_id=artist_id), code=303)


def _added(fields: MultiDict[str, str]) -> Response:
    by = current_actor()
    try:
        artist = services().artists.artists.create(ArtistChange(name=fields.get("name", "")), by=by)
    except (ArtistExistsError, InvalidArtistError) as error:
        if error.id:
            return redirect(url_for("artist_pages.one", artist_id=error.id), code=303)
        return _listed(fault=error.detail)
    return redirect(url_for("artist_pages.one", artist_id=artist.id), code=303)


def _from_list(fields: MultiDict[str, str], action: str) -> Response:
    """Show what would come of a CSV or of a service's list, or take in all of it or who was chosen."""
    by, lists = current_actor(), services().artists.lists
    try:
        entries = _entries_at(fields, by=by) if fields.get("service") else entries_of(fields.get("csv", ""))
        if action == "import-chosen":
            entries = chosen(entries, fields.getlist("only"))
        if action == "preview":
            return _listed(given=fields, outcomes=lists.preview(entries, by=by))
    except _LIST_FAULTS as error:
        return _listed(fault=error.detail, given=fields)
    lists.take_in(entries, by=by)
    return redirect(url_for("artist_pages.page", sort="-created_at"), code=303)


def _entries_at(fields: MultiDict[str, str], *, by: Actor) -> Sequence[ListEntry]:
    """Of the service's list. The form offers a period beside every service, though one alone knows such."""
    service = fields["service"]
    period = fields.get("period", "") if service in services().sources.lists.periods else ""
    return entries_at(service, fields.get("list", ""), period=period, by=by)


def _listed(
    *,
    fault: str | None = None,
    given: Mapping[str, str] | None = None,
    outcomes: list[EntryOutcome] | None = None,
) -> Response:
    by, asked = current_actor(), artist_query()
    slice_ = services().artists
    found = slice_.artists.page(asked, by=by)
    following = None
    if found.next:
        following = url_for("artist_pages.page", **_again(), cursor=encode_cursor(found.next))
    return show_page(
        "artists/artists.html",
        artists=found.artists,
        pictures=pictures_of(found.artists),
        asked=asked,
        view=asked_view(),
        total=slice_.artists.count(by=by),
        next=following,
        deleted=request.args.getlist("deleted")[:_UNDONE],
        fault=fault,
        given=given or {},
        most_chosen=_MOST_CHOSEN,
        list_periods=services().sources.lists.periods,
        list_services=services().sources.lists.titles,
        outcomes=outcomes,
    )


def _trash(*, fault: str | None = None) -> Response:
    asked = ArtistQuery(trash=True, limit=_TRASH)
    found = services().artists.artists.page(asked, by=current_actor())
    return show_page("artists/trash.html", artists=found.artists, pictures=pictures_of(found.artists), fault=fault)


def _shown(
    artist_id: str,
    *,
    fault: str | None = None,
    nobody: bool = False,
    given: Mapping[str, str] | None = None,
) -> Response:
    by = current_actor()
    artist = services().artists.artists.get(artist_id, by=by)
    if artist.id != artist_id:
        return redirect(url_for("artist_pages.one", artist_id=artist.id), code=301)
    asked = wanted_query(artist_id=artist.id)
    found = services().artists.wanted.page(asked, by=by)
    following = None
    if found.next:
        again = _again() | {"artist_id": artist.id, "cursor": encode_cursor(found.next)}
        following = url_for("artist_pages.one", **again)
    return show_page(
        "artists/artist.html",
        artist=artist,
        films=found.wanted,
        pictures=pictures_of([artist, *found.wanted]),
        ours=_ours(artist),
        last_look=services().sources.discovery.last(artist, by=by) if may(by, Act.CHANGE_SOURCES) else None,
        service_titles={each.service.name: each.service.title for each in services().sources.sources.adapters},
        seen=seen_of(found.wanted),
        makers=found.artists,
        asked=asked,
        next=following,
        fault=fault,
        nobody=nobody,
        given=given,
        services=SERVICES,
    )


@dataclass(frozen=True, kw_only=True)
class _VideosHere:
    """Videos of an artist, the newest, each with whether it can be played."""

    videos: tuple[tuple[Video, Playable], ...]
    more: bool


def _ours(artist: Artist) -> _VideosHere:
    by = current_actor()
    ids = services().artists.artists.ids_of(artist, by=by)
    try:
        page = services().library.videos.page(PageQuery(artist=artist.id, artist_ids=ids, limit=_VIDEOS), by=by)
    except CatalogueUnavailableError:
        return _VideosHere(videos=(), more=True)
    states = services().media.states.of_all(page.videos)
    shown = tuple((video, states[video.id].playable) for video in page.videos)
    return _VideosHere(videos=shown, more=page.next is not None)


def _again() -> dict[str, Any]:
    """What the request asks for, but for the place in the list."""
    return {name: value for name, value in request.args.items() if name in {*ARTIST_VIEW, "kind", "service", "year"}}


def _said(fields: MultiDict[str, str]) -> ArtistChange:
    """What the form says of an artist."""
    lists: dict[str, Any] = {
        name: [each.strip() for each in fields.get(name, "").splitlines() if each.strip()] for name in _LISTS
    }
    ids = ArtistIds(**{service: fields.get(f"ids.{service}", "").strip() or None for service in SERVICES})
    picture = fields["picture"].strip() if "picture" in fields else UNSET
    return ArtistChange(name=fields.get("name", ""), text=fields.get("text", ""), picture=picture, ids=ids, **lists)


_LISTS = ("other_names", "links")
