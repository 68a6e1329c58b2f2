"""What may enter: file names, types, contents, titles and tags, each cleaned or refused in one sentence."""

import re

from utils.signatures import SNIFF_BYTES, Container, sniff
from utils.text import has_unsafe_characters, one_line, quoted, scrub
from utils.video_types import PASSIVE_TYPES, VIDEO_TYPES, VideoType

__all__ = [
    "SNIFF_BYTES",
    "VIDEO_TYPES",
    "Container",
    "InvalidContent",
    "InvalidName",
    "InvalidTag",
    "InvalidTitle",
    "InvalidType",
    "VideoType",
    "check_declared_type",
    "check_extension",
    "clean_filename",
    "clean_tags",
    "clean_title",
    "content_type_for",
    "extension_of",
    "sniff",
    "title_from",
]

MAX_NAME = 255
MAX_TITLE = 200
MAX_TAGS = 20
MAX_TAG = 50
# Text that is longer than anything that could be cleaned to fit is refused before work is spent on it.
_HOPELESS = 4 * MAX_NAME

_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})\Z")
_TRAILING_DOTS_AND_SPACES = re.compile(r"[\s.]+\Z")
_SEPARATORS = re.compile(r"[\s_]+|[-.]{2,}")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_UNTYPED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-octet-stream"})
# What is inside decides where players care and the truth is known.
_TYPE_OF_CONTENT = {
    Container.MP4: "video/mp4",
    Container.WEBM: "video/webm",
    Container.MATROSKA: "video/x-matroska",
    Container.MPEG_TS: "video/mp2t",
}


class InvalidName(ValueError):
    """The file name cannot be kept."""


class InvalidType(ValueError):
    """The extension or the declared type is not accepted."""


class InvalidContent(ValueError):
    """The content is not what the name promises."""


class InvalidTitle(ValueError):
    """The title cannot be kept."""


class InvalidTag(ValueError):
    """A tag, or their number, is not accepted."""


def clean_filename(raw: str) -> str:
    """Return the name as its owner knows it, without what can never be kept.

    Path parts, control characters, direction overrides, and dots and spaces at the end are dropped; the
    rest is kept, in NFC, and 1 to 255 characters long. Raises InvalidName.
    """
    base = re.split(r"[/\\]", raw[-_HOPELESS:])[-1]
    if len(base) >= _HOPELESS:
        raise InvalidName(f"The file name is far too long; at most {MAX_NAME} characters are allowed.")
    name = _TRAILING_DOTS_AND_SPACES.sub("", scrub(base)).lstrip()
    if not name:
        raise InvalidName("The file has no name; give it one, such as film.mp4.")
    if len(name) > MAX_NAME:
        raise InvalidName(f"The file name has {len(name)} characters; at most {MAX_NAME} are allowed.")
    if name.partition(".")[0].rstrip().casefold() in _DEVICES:
        raise InvalidName(f"{quoted(name)} is the name of a device on Windows; rename the file.")
    return name


def extension_of(filename: str) -> str:
    """Return the extension in lower case and without its dot, or an empty text."""
    match = _EXTENSION.search(filename)
    return match[1].lower() if match else ""


def check_extension(filename: str, allowed: frozenset[str] | None) -> str:
    """Return the extension when it is among the allowed ones (None allows all). Raises InvalidType."""
    extension = extension_of(filename)
    if allowed is not None and extension not in allowed:
        given = f"Files of type .{extension}" if extension else f"{quoted(filename)} has no extension; such files"
        raise InvalidType(f"{given} are not accepted; send one of: {', '.join(sorted(allowed))}.")
    return extension


def check_declared_type(declared: str | None, extension: str) -> None:
    """Refuse a declared content type that contradicts a video's extension. Raises InvalidType.

    An absent or unspecific type is fine, and so is any type for an extension that is not a video's.
    """
    bare = (declared or "").partition(";")[0].strip().lower()
    video = VIDEO_TYPES.get(extension)
    if video is None or bare in _UNTYPED or bare in video.declared:
        return
    raise InvalidType(
        f"The file is declared as {quoted(bare)}, which does not fit .{extension}; "
        f"send {video.content_type} or leave the type out."
    )


def content_type_for(filename: str, head: bytes, *, checked: bool = True) -> str:
    """Return the type to store and serve, from the extension and the first `SNIFF_BYTES` bytes.

    Raises InvalidContent when the bytes are not what a video's extension promises. With `checked` off,
    and for an extension that is not a video's, the extension alone decides, and whatever a
    browser could run becomes `application/octet-stream`.
    """
    extension = extension_of(filename)
    video = VIDEO_TYPES.get(extension)
    if video is None or not checked:
        return PASSIVE_TYPES.get(extension, "application/octet-stream")
    container = sniff(head)
    if container is None:
        raise InvalidContent(f"{quoted(filename)} does not begin like a .{extension} video.")
    if container not in video.containers:
        raise InvalidContent(f"{quoted(filename)} is named .{extension} but holds {container.value}.")
    return _TYPE_OF_CONTENT.get(container, video.content_type)


def title_from(filename: str) -> str:
    """Return a title for a file that came without one: its name, without extension and underscores."""
    stem = _EXTENSION.sub("", filename)
    title = one_line(_SEPARATORS.sub(" ", stem)) or one_line(filename) or "Untitled"
    return title[:MAX_TITLE].rstrip()


def clean_title(raw: object) -> str:
    """Return a title on one line, in NFC, 1 to 200 characters long. Raises InvalidTitle."""
    if not isinstance(raw, str):
        raise InvalidTitle("The title must be a text.")
    # What was sent, as the description of the API has it, and what is kept: NFC can make it longer.
    _check_title_length(raw)
    title = one_line(raw)
    if not title:
        raise InvalidTitle("The title is empty.")
    _check_title_length(title)
    return title


def _check_title_length(title: str) -> None:
    if len(title) > MAX_TITLE:
        raise InvalidTitle(f"The title has {len(title)} characters; at most {MAX_TITLE} are allowed.")


def clean_tags(raw: object) -> tuple[str, ...]:
    """Return up to 20 tags of 1 to 50 characters, trimmed and in order. Raises InvalidTag.

    Of tags that differ only in case the first is kept.
    """
    if not isinstance(raw, list | tuple):
        raise InvalidTag("Tags must be a list of texts.")
    if len(raw) > MAX_TAGS:
        raise InvalidTag(f"There are more than {MAX_TAGS} tags.")
    kept: dict[str, str] = {}
    for candidate in raw:
        tag = _clean_tag(candidate)
        kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())


def _clean_tag(raw: object) -> str:
    if not isinstance(raw, str):
        raise InvalidTag("Each tag must be a text.")
    if "," in raw or has_unsafe_characters(raw):
        raise InvalidTag(f"The tag {quoted(raw)} has a comma or a control character in it.")
    tag = one_line(raw) if len(raw) <= MAX_TAG else raw
    if len(tag) > MAX_TAG:
        raise InvalidTag(f"The tag {quoted(tag)} is too long; at most {MAX_TAG} characters are allowed.")
    if not tag:
        raise InvalidTag("A tag is empty.")
    return tag
