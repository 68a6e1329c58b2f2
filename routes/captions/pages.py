"""The words of a video on its page: they can be read, taken along, brought in and deleted without scripts."""

import math
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.accounts.visitors import preferences
from routes.captions.arrivals import ArrivalNote, noted, notes_in
from routes.captions.file_form import read_caption_form
from routes.captions.messages import CaptionMessage, caption_message
from routes.http.actors import current_actor
from routes.http.file_form import FileForm
from routes.http.wiring import services
from routes.site.language import catalogue
from services.captions.cues import CaptionWarning
from services.captions.errors import CaptionsNotFoundError, NoCaptionFileError
from services.captions.formats.encoding import decoded
from services.captions.languages import language_of_file
from services.captions.recognition.recognition import is_under_way
from services.captions.track import CaptionKind, Origin, normal_language
from services.captions.transcript import Transcript
from services.errors import ReelgateError
from services.jobs.job import JobStanding
from services.library.conditions import ALWAYS
from services.videos.video import Video

blueprint = Blueprint("caption_pages", __name__)

_MOST_WARNINGS = 20


@dataclass(frozen=True, kw_only=True)
class WordsOnPage:
    """What the page of a video shows of its words."""

    tracks: tuple[CaptionMessage, ...]
    transcript: Transcript | None
    languages: tuple[str, ...]
    """Those that the transcript can be read in."""
    shown_at_once: str | None
    """The address of the track that a player shows by itself."""
    warnings: tuple[CaptionWarning, ...]
    """What the quality gate says of the track that was just written."""
    checked: str | None
    """The language and kind of that track."""
    arrived: tuple[ArrivalNote, ...]
    """What was guessed, changed or left out as it came in."""
    can_be_made: bool
    """Whether a machine can make captions here."""
    making: JobStanding | None
    """How far it is with those that it was last asked for."""

    @property
    def are_made(self) -> bool:
        """Whether captions are being made now."""
        return is_under_way(self.making)


@blueprint.app_template_global()
def words_on_page(video: Video) -> WordsOnPage:
    """What there is for whoever asks; nothing while storage or database are away."""
    tracks = services().captions.index.of(video)
    readable = [each for each in tracks if each.kind is not CaptionKind.DESCRIPTIONS]
    messages = tuple(map(caption_message, tracks))
    return WordsOnPage(
        tracks=messages,
        transcript=_transcript(video) if readable else None,
        languages=tuple(dict.fromkeys(each.language for each in readable)),
        shown_at_once=_shown_at_once(video, messages),
        can_be_made=services().captions.recognition.is_possible,
        making=services().captions.recognition.standing(video, by=current_actor()),
        **_checked(video),
    )


@blueprint.app_template_filter()
def as_bcp47(language: str) -> str:
    """A language that a file names, as addresses of tracks have it."""
    return language_of_file(language)


@blueprint.app_template_global()
def asked_moment() -> float | None:
    """The second that the page is asked to open at; None where it says none."""
    try:
        moment = float(request.args.get("t", ""))
    except ValueError:
        return None
    return round(moment, 3) if math.isfinite(moment) and 0 <= moment <= 1e6 else None


@blueprint.post("/videos/<path:video_id>/captions")
def change(video_id: str) -> Response:
    """Bring in a file of captions, or delete a track, by a plain form."""
    form = read_caption_form()
    language = normal_language(form.text("language").strip())
    kind = form.text("kind") or CaptionKind.CAPTIONS.value
    if language is None or kind not in set(CaptionKind):
        raise NoCaptionFileError("Say in which language the captions are, such as en or pt-BR.")
    if form.text("action") == "delete":
        services().captions.captions.delete(video_id, language, CaptionKind(kind), condition=ALWAYS, by=current_actor())
        return redirect(url_for("watch.page", video_id=video_id, _anchor="transcript"), code=303)
    return _uploaded(video_id, language, CaptionKind(kind), form)


@blueprint.post("/videos/<path:video_id>/captions/generate")
def generate(video_id: str) -> Response:
    """Have a machine make captions, by a plain form."""
    language = normal_language(read_caption_form().text("language").strip())
    if language is None:
        raise NoCaptionFileError("Say in which language the captions are, such as en or pt-BR.")
    services().captions.recognition.generate(video_id, language, by=current_actor())
    return redirect(url_for("watch.page", video_id=video_id, _anchor="transcript"), code=303)


def _uploaded(video_id: str, language: str, kind: CaptionKind, form: FileForm) -> Response:
    written = services().captions.captions.write(
        video_id,
        language,
        kind,
        bytes(form.file),
        label=form.text("label") or None,
        condition=ALWAYS,
        by=current_actor(),
    )
    checked = f"{language}-{kind.value}" if written.findings else None
    came = noted(written.findings, encoding=decoded(bytes(form.file))[1])
    # What is None is not in the address.
    target = url_for("watch.page", video_id=video_id, lang=language, checked=checked, came=came, _anchor="transcript")
    return redirect(target, code=303)


def _transcript(video: Video) -> Transcript | None:
    wanted = normal_language(request.args.get("lang", ""))
    for language in dict.fromkeys([wanted, None]):
        try:
            return services().captions.captions.transcript(video.id, language, by=current_actor())
        except CaptionsNotFoundError:
            continue
        except ReelgateError:
            return None  # The rest of the page can still be read.
    return None


def _shown_at_once(video: Video, tracks: tuple[CaptionMessage, ...]) -> str | None:
    """Captions that a person made or a machine, for those who want them: in the page's language or the film's."""
    if not preferences().captions:
        return None
    fitting = [each for each in tracks if each.kind is CaptionKind.CAPTIONS and each.origin is not Origin.EMBEDDED]
    for language in (catalogue().language, video.about.language):
        for each in fitting:
            if language and each.language.partition("-")[0] == language.partition("-")[0]:
                return each.url
    return fitting[0].url if len(fitting) == 1 else None


def _checked(video: Video) -> dict[str, Any]:
    text = request.args.get("checked", "")
    language, _, kind = text.rpartition("-")
    code = normal_language(language)
    nothing: dict[str, Any] = {"warnings": (), "checked": None, "arrived": ()}
    if code is None or kind not in set(CaptionKind):
        return nothing
    try:
        found = services().captions.captions.check(video.id, code, CaptionKind(kind), by=current_actor())
    except ReelgateError:
        return nothing
    return {"warnings": found[:_MOST_WARNINGS], "checked": code, "arrived": notes_in(request.args.get("came", ""))}
