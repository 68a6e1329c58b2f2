"""What an uploader wants done to a video by itself, instead of the usual."""

from routes.http.actors import current_actor
from routes.http.wiring import services
from services.media.errors import UnknownKindError
from services.uploads.uploads import refusal
from services.videos.metadata import NO_KINDS
from utils.text import one_line

ABOUT_PROCESSING = "The kinds of work to do on it by itself, with commas between, or `none`; else the usual ones."


def wanted_processing(text: str | None, *, file: str = "") -> tuple[str, ...] | None:
    """The kinds that a comma list names, each once; None where nothing is said. Raises `InvalidUploadError`."""
    if text is None or not (said := one_line(text)):
        return None
    # Each is one of a few, and once: however long the text was, what is kept of it is short.
    kinds = tuple(dict.fromkeys(kind for each in said.split(",") if (kind := each.strip())))
    if kinds == (NO_KINDS,):
        return ()
    try:
        services().media.processing.check_kinds(kinds, by=current_actor())
    except UnknownKindError as error:
        raise refusal(file, error.detail, field="processing") from error
    return kinds
