"""What requests say of the track that they are about."""

from dataclasses import dataclass

from flask import request

from routes.http.openapi.operation import header, path, query
from routes.http.queries import invalid_query
from services.captions.errors import CaptionsNotFoundError
from services.captions.track import LANGUAGE, MAX_LABEL, CaptionKind, normal_language

_KINDS = [kind.value for kind in CaptionKind]
_FORMATS = {"vtt": "text/vtt", "srt": "application/x-subrip", "txt": "text/plain"}

TRACK = path(
    "language",
    "A language, as BCP 47 writes it.",
    schema={"type": "string", "pattern": f"^{LANGUAGE}$", "maxLength": 35},
    example="en",
)
FILE = path(
    "language",
    "A language, as BCP 47 writes it. It may end in `.vtt`, `.srt` or `.txt`, which goes before Accept.",
    schema={"type": "string", "pattern": rf"^{LANGUAGE}(?:\.(?:vtt|srt|txt))?$", "maxLength": 39},
    example="en",
)
KIND = query("kind", "What the words are for; `captions` where it is not said.", schema={"enum": _KINDS})
ANY_KIND = query(
    "kind", "What the words are for; the first that there is where it is not said.", schema={"enum": _KINDS}
)
LABEL = query("label", "What people call the track.", schema={"type": "string", "maxLength": MAX_LABEL})
IF_MATCH = header("If-Match", "Act on this version only: the track's `etag`, in quotes.")
IF_NONE_MATCH = header("If-None-Match", "`*`: only where there is no such track yet.")


@dataclass(frozen=True, kw_only=True)
class WantedTrack:
    """A track that a request names, and how it is to be written."""

    language: str
    kind: CaptionKind | None
    content_type: str


def wanted_track(text: str) -> WantedTrack:
    """The track of an address with an ending, or none; raises `CaptionsNotFoundError` for what names no language."""
    name, _, ending = text.partition(".")
    language = normal_language(name)
    if language is None or (ending and ending not in _FORMATS):
        raise CaptionsNotFoundError("That is no language, such as en or pt-BR.")
    return WantedTrack(language=language, kind=asked_kind(), content_type=_FORMATS[ending] if ending else _accepted())


def asked_language(text: str) -> str:
    """The language of an address; raises `CaptionsNotFoundError` when it is none."""
    if (language := normal_language(text)) is None:
        raise CaptionsNotFoundError("That is no language, such as en or pt-BR.")
    return language


def asked_kind() -> CaptionKind | None:
    """The kind that the query names."""
    text = request.args.get("kind")
    if text is None:
        return None
    if text not in _KINDS:
        raise invalid_query("kind", f"The kind must be one of {', '.join(_KINDS)}.")
    return CaptionKind(text)


def asked_label() -> str | None:
    """What the track is to be called; None where nothing is said."""
    text = request.args.get("label")
    if text is not None and len(text) > MAX_LABEL:
        raise invalid_query("label", f"The label has at most {MAX_LABEL} characters.")
    return text


def _accepted() -> str:
    wanted = request.accept_mimetypes.best_match(list(_FORMATS.values()), default="text/vtt")
    return wanted or "text/vtt"
