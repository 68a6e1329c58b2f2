"""The page of wanted films; it works without scripts."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.artists.queries import ARTIST_VIEW, wanted_query
from routes.artists.seen import pictures_of, seen_of
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.artists.artist import Artist, WantedState
from services.artists.candidate import Wanted
from services.artists.errors import InvalidWantedStateError
from services.artists.live_settings import WORD
from services.artists.store.pages import ArtistQuery
from services.imports.errors import AlreadyHereError
from utils.cursors import encode_cursor

blueprint = Blueprint("wanted_pages", __name__)
prepare_pages(blueprint)


@blueprint.context_processor
def words() -> dict[str, object]:
    """What artists are called here."""
    return {"artist_word": services().live_settings.value(WORD)}


@blueprint.get("/wanted")
def page() -> Response:
    """Films that are wanted, or in another state; or the artists of whom some are."""
    by, asked, slice_ = current_actor(), wanted_query(usual_state=WantedState.WANTED), services().artists
    if request.args.get("group") == "artist":
        groups = slice_.artists.page(ArtistQuery(state=asked.state, sort="-wanted", limit=200), by=by)
        return _shown(asked, groups=groups.artists, films=(), seen=(), makers={}, next=None)
    found = slice_.wanted.page(asked, by=by)
    following = None
    if found.next:
        again: dict[str, Any] = {name: value for name, value in request.args.items() if name in _ASKED}
        following = url_for("wanted_pages.page", **again | {"cursor": encode_cursor(found.next)})
    return _shown(
        asked, groups=None, films=found.wanted, seen=seen_of(found.wanted), makers=found.artists, next=following
    )


@blueprint.post("/wanted/<wanted_id>")
def change(wanted_id: str) -> Response:
    """Have a film fetched, want it, or ignore it."""
    fields = read_form()
    action = fields.get("action", "")
    slice_, by = services().artists, current_actor()
    if action == "download":
        # What is here already is shown as such from then on.
        with suppress(AlreadyHereError):
            slice_.downloads.begin(wanted_id, by=by)
        wanted = slice_.wanted.get(wanted_id, by=by)
    elif action in _STATES:
        wanted = slice_.deciding.decide(wanted_id, _STATES[action], by=by)
    else:
        raise InvalidWantedStateError("The form must say what to do: download, want or ignore.")
    if wanted.artist_id and fields.get("back") == "artist":
        return redirect(url_for("artist_pages.one", artist_id=wanted.artist_id), code=303)
    return redirect(url_for("wanted_pages.page"), code=303)


_STATES = {"want": WantedState.WANTED, "ignore": WantedState.IGNORED}
_ASKED = frozenset({*ARTIST_VIEW, "kind", "service", "year", "artist"})


def _shown(asked: object, *, groups: Sequence[Artist] | None, films: Sequence[Wanted], **values: object) -> Response:
    totals = services().artists.wanted.totals(by=current_actor())
    pictures = pictures_of([*(groups or ()), *films])
    return show_page(
        "artists/wanted.html", asked=asked, totals=totals, groups=groups, films=films, pictures=pictures, **values
    )
