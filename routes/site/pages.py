"""What all pages share: how one is rendered, what it tells its scripts, and how values look in it."""

import time
import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, current_app, make_response, render_template
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.compression import compress
from routes.http.feature import may_enter, navigation_for
from routes.http.security_headers import allow_media_from, allow_pictures_from, allow_uploads_to
from routes.http.wiring import services
from routes.site.language import catalogue
from routes.site.reader import preferences
from services.actors.actor import NOBODY, Actor, ActorKind
from services.actors.policy import Act, may
from services.errors import ReelgateError
from services.metrics import PAGES_SHOWN
from services.videos.video import Video
from utils.timestamps import format_timestamp

blueprint = Blueprint("site", __name__)

_HUES = 12
_UPLOADING = "upload.upload_form"
_MOST_TAGS = 8


def show_page(template: str, **values: object) -> Response:
    """A page of ours, made of a template."""
    # Where players are sent to another origin, a script cannot take a still from what they play, and what they are sent
    # to ends after some minutes.
    redirects = current_app.config["PLAYBACK_REDIRECTS"]
    wanted = preferences()
    PAGES_SHOWN.labels(str(wanted.visual_density), str(wanted.reading_level)).inc()
    response = make_response(render_template(template, stills=not redirects, renewable=redirects, **values))
    # It is made for one person, as they prefer it and with what they may see: no shared cache keeps it.
    response.headers["Cache-Control"] = "private, no-cache"
    return compress(response)


def prepare_pages(pages: Blueprint) -> None:
    """Let pages play and upload where that is done elsewhere: scripts turn one page into another."""
    pages.before_request(_allow_other_origins)


def _allow_other_origins() -> None:
    if current_app.config["PLAYBACK_REDIRECTS"]:
        allow_media_from(services().playback.player.origin)
    if current_app.config["SENDS_TO_CDN"]:
        allow_pictures_from(services().playback.player.origin)
    if current_app.config["UPLOAD_MODE"] == "direct":
        allow_uploads_to(services().uploads.direct.origin)


@blueprint.app_context_processor
def upload_rules() -> dict[str, object]:
    """What every page tells its scripts of uploads, so that they can refuse a file before a byte is sent."""
    rules = services().uploads.whole.rules
    extensions = sorted(rules.extensions or ())
    return {
        "upload_rules": {
            "extensions": ",".join(extensions),
            "accept": ",".join(["video/*", *(f".{each}" for each in extensions)]) if extensions else "",
            "largest": rules.largest,
            "mode": current_app.config["UPLOAD_MODE"],
        }
    }


@blueprint.app_context_processor
def navigation() -> dict[str, object]:
    """What the navigation shows to whoever asks; an error page may be for somebody who cannot be told."""
    return {"navigation": navigation_for(_whoever_asks())}


@blueprint.app_template_global()
def may_do(act: str, video: Video | None = None) -> bool:
    """Whether whoever asks may do it, so that a page offers nothing that would be refused."""
    by = _whoever_asks()
    return may(by, Act(act), video) and (act != Act.UPLOAD or may_enter(by, _UPLOADING))


@blueprint.app_template_global()
def may_open(endpoint: str) -> bool:
    """Whether the part of the site that a page is of has been opened for whoever asks."""
    return may_enter(_whoever_asks(), endpoint)


@blueprint.app_template_global()
def whoever_is_signed_in() -> Actor | None:
    """The person whom a page is made for; nobody where a server asks nobody who they are."""
    by = _whoever_asks()
    return by if by.kind is ActorKind.PERSON else None


def _whoever_asks() -> Actor:
    try:
        return current_actor()
    except ReelgateError:
        return NOBODY


@blueprint.app_template_global()
def made_at() -> int:
    """The time in milliseconds: scripts ask for what has changed since a page was made."""
    return time.time_ns() // 1_000_000


@blueprint.app_template_filter()
def most_tags(videos: Sequence[Video]) -> list[str]:
    """The tags that most of these videos have, to narrow a list by."""
    counted = Counter(tag for video in videos for tag in video.tags)
    return [tag for tag, _ in counted.most_common(_MOST_TAGS)]


@blueprint.app_template_filter()
def file_size(count: int) -> str:
    """A number of bytes as people read it: `6.1 GB`."""
    return catalogue().size(count)


@blueprint.app_template_filter()
def decimal(number: float) -> str:
    """A number with one place behind the point, such as `21.9`, with its own point and minus."""
    return catalogue().decimal(number)


@blueprint.app_template_filter()
def clock(seconds: float) -> str:
    """A length as players show it: `1:03:22`."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@blueprint.app_template_filter()
def day(moment: datetime) -> str:
    """A day as people read it: `20 Nov 2026`."""
    return catalogue().day(moment)


@blueprint.app_template_filter()
def moment(when: datetime) -> str:
    """A moment as people read it who have no scripts to show it in their own zone: `20 Nov 2026, 09:05 UTC`."""
    return catalogue().text("format.utc", day=day(when), time=f"{when:%H:%M}")


@blueprint.app_template_filter()
def moment_of(milliseconds: int) -> datetime:
    """The moment that the database counts in milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@blueprint.app_template_filter()
def timestamp(when: datetime) -> str:
    """A moment as scripts read it."""
    return format_timestamp(when)


@blueprint.app_template_filter()
def hue(video: Video) -> int:
    """Which of the colours stands for a video without a still: always the same for the same title."""
    return hue_of(video.title)


@blueprint.app_template_filter()
def hue_of(name: str) -> int:
    """The same for a name."""
    return zlib.crc32(name.encode()) % _HUES


@blueprint.app_template_filter()
def initials(video: Video) -> str:
    """The first letters of a title's first two words."""
    return initials_of(video.title)


@blueprint.app_template_filter()
def initials_of(name: str) -> str:
    """The first letters of a name's first two words."""
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    return "".join(word[0].upper() for word in words if word)[:2]
