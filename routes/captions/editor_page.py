"""The page on which the words of a film are written and corrected."""

from dataclasses import dataclass, replace

from flask import Blueprint, request
from werkzeug import Response

from routes.captions.messages import CaptionMessage
from routes.captions.pages import words_on_page
from routes.http.actors import current_actor
from routes.http.wiring import services
from routes.library.messages import one_message
from routes.site.assets import vendored_asset
from routes.site.language import catalogue
from routes.site.pages import prepare_pages, show_page
from services.actors.policy import Act
from services.captions.errors import CaptionsNotFoundError
from services.captions.gate import CaptionLimits
from services.captions.track import CaptionKind, normal_language
from services.videos.video import Video

blueprint = Blueprint("caption_editor", __name__)
prepare_pages(blueprint)

_NO_LANGUAGE = "That is no language, such as en or pt-BR."


@dataclass(frozen=True, kw_only=True)
class EditedTrack:
    """The track that the page is about, and what else could be."""

    language: str
    kind: CaptionKind
    tracks: tuple[CaptionMessage, ...]
    drafts: tuple[tuple[str, CaptionKind], ...]
    """What the person has drafts of, published or not."""
    limits: CaptionLimits

    @property
    def unpublished(self) -> tuple[tuple[str, CaptionKind], ...]:
        """Languages that are begun, and nobody else sees yet."""
        there = {(each.language, each.kind) for each in self.tracks}
        return tuple(key for key in self.drafts if key not in there)


@blueprint.get("/videos/<path:video_id>/captions")
def page(video_id: str) -> Response:
    """The editor of one track; without a language, of the first that there is."""
    by = current_actor()
    video = services().library.videos.get(video_id, by=by, act=Act.EDIT)
    words, drafts = words_on_page(video), services().captions.drafts.of(video_id, by=by)
    language, kind = _asked(video, words.tracks, drafts)
    # The film shows what is being written in the place of what is published.
    others = tuple(each for each in words.tracks if (each.language, each.kind) != (language, kind))
    return show_page(
        "captions/editor.html",
        video=video,
        shown=one_message(video),
        words=replace(words, tracks=others, shown_at_once=None),
        edited=EditedTrack(
            language=language,
            kind=kind,
            tracks=words.tracks,
            drafts=drafts,
            limits=services().captions.drafts.limits,
        ),
        player_script=vendored_asset("vendor/hls.js"),
    )


def _asked(
    video: Video, tracks: tuple[CaptionMessage, ...], drafts: tuple[tuple[str, CaptionKind], ...]
) -> tuple[str, CaptionKind]:
    text, kind = request.args.get("lang", "").strip(), request.args.get("kind", "")
    if text:
        if (language := normal_language(text)) is None:
            raise CaptionsNotFoundError(_NO_LANGUAGE)
        return language, CaptionKind(kind) if kind in set(CaptionKind) else CaptionKind.CAPTIONS
    if tracks:
        return tracks[0].language, tracks[0].kind
    return drafts[0] if drafts else (video.about.language or catalogue().language, CaptionKind.CAPTIONS)
