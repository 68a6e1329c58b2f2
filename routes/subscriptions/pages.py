"""The page of schedules; it works without scripts."""

from collections.abc import Mapping

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from routes.sources.messages import moment_of
from services.actors.policy import Act, may
from services.egress.errors import AddressNotAllowedError
from services.subscriptions.errors import InvalidSubscriptionError, SubscriptionExistsError, invalid
from services.subscriptions.subscription import SubscriptionChange, SubscriptionKind
from services.subscriptions.subscriptions import NewSubscription

blueprint = Blueprint("schedule_pages", __name__)
prepare_pages(blueprint)

_FIELDS = ("kind", "target", "interval", "quiet_from", "quiet_to", "time_zone", "max_per_day", "keep")
INTERVALS = (15, 60, 360, 1440, 10080)
"""Minutes that the form offers."""


@blueprint.get("/schedules")
def page() -> Response:
    """What is looked at on a schedule."""
    return _shown()


@blueprint.post("/schedules")
def change() -> Response:
    """Add one, look now, pause, resume or remove one."""
    fields, by = read_form(), current_actor()
    subscriptions, id_ = services().subscriptions.subscriptions, fields.get("id", "")
    match fields.get("action"):
        case "add":
            try:
                subscriptions.add(_asked(fields), by=by)
            except (InvalidSubscriptionError, SubscriptionExistsError, AddressNotAllowedError) as error:
                return _shown(fault=error.detail, fields=fields)
        case "run":
            subscriptions.run(id_, by=by)
        case "pause" | "resume" as action:
            subscriptions.change(id_, SubscriptionChange(paused=action == "pause"), by=by)
        case "remove":
            subscriptions.remove(id_, by=by)
        case _:
            raise invalid("action", "Expected add, run, pause, resume or remove")
    return redirect(url_for("schedule_pages.page"), code=303)


def _shown(*, fault: str | None = None, fields: Mapping[str, str] | None = None) -> Response:
    by = current_actor()
    found = services().subscriptions.subscriptions.all(by=by)
    artists = services().artists.artists.these({each.artist for each in found if each.artist}, by=by)
    return show_page(
        "subscriptions/schedules.html",
        subscriptions=found,
        artists=artists,
        may_change=may(by, Act.CHANGE_SOURCES),
        fault=fault,
        given={name: (fields or {}).get(name, "") for name in _FIELDS},
        intervals=INTERVALS,
        kinds=tuple(SubscriptionKind),
        moment_of=moment_of,
    )


def _asked(fields: Mapping[str, str]) -> NewSubscription:
    """What a form says; what is wrong with it is said where subscriptions are checked."""
    try:
        kind = SubscriptionKind(fields.get("kind", ""))
    except ValueError as error:
        raise invalid("kind", "Expected feed, channel, artist or search") from error
    target = fields.get("target", "").strip()
    begin, end = fields.get("quiet_from", "").strip(), fields.get("quiet_to", "").strip()
    return NewSubscription(
        kind=kind,
        url=target if kind in {SubscriptionKind.FEED, SubscriptionKind.CHANNEL} else None,
        artist=_artist(target) if kind is SubscriptionKind.ARTIST else None,
        query=target if kind is SubscriptionKind.SEARCH else None,
        interval_minutes=_number(fields, "interval") or 0,
        quiet_hours=f"{begin}-{end}" if begin or end else None,
        time_zone=fields.get("time_zone", "").strip() or "UTC",
        max_per_day=_number(fields, "max_per_day"),
        keep=_number(fields, "keep"),
    )


def _artist(name: str) -> str:
    """The id of the artist of that name, or the text where there is none: it may be an id."""
    found = services().artists.artists.by_names([name], by=current_actor())
    return next((each.id for each in found.values()), name)


def _number(fields: Mapping[str, str], name: str) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise invalid(name, "Expected a whole number")
    return int(text)
