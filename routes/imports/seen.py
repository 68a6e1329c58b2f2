"""Imports as whoever asks may see them: what has become a private video is not told to others by its import."""

from collections.abc import Iterable
from dataclasses import replace

from routes.http.actors import current_actor
from routes.http.wiring import services
from services.imports import addresses
from services.imports.record import Import


def as_seen(imports: Iterable[Import]) -> tuple[Import, ...]:
    """The same imports; of one whose video may not be seen, that it was fetched from some site is all that is left.

    Who may see to the import knows what was asked for: then the video alone is not named.
    """
    found, by = tuple(imports), current_actor()
    seen = services().library.beside.of([each.video for each in found if each.video], by=by)
    mine = services().imports.imports.may_change
    return tuple(
        each if each.video is None or each.video in seen else _without_video(each, is_known=mine(each, by=by))
        for each in found
    )


def _without_video(found: Import, *, is_known: bool) -> Import:
    if is_known:
        return replace(found, video=None)
    site = addresses.site(found.url)
    return replace(found, video=None, url=site, title=None, tags=(), artist=None, collection=None)
