"""What a person changes about a video: one struct that parses, checks and describes it."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from services.actors.policy import Visibility
from services.library.errors import InvalidChangeError
from services.videos.metadata import ACCOUNT_ID, is_account_id
from utils.patterns import LANGUAGE, SOMETHING_VISIBLE, TAG
from utils.validators import MAX_TAG, MAX_TAGS, MAX_TITLE, InvalidTag, InvalidTitle, clean_tags, clean_title
from utils.words import MAX_DESCRIPTION, InvalidWords, clean_description, clean_easy_description, clean_language


def _said(schema: Mapping[str, Any]) -> Meta:
    """What the description says of a field. Its cleaner is the one that checks it, and says it in a sentence."""
    return Meta(extra_json_schema=dict(schema))


MAX_ARTISTS, MAX_ARTIST = 20, 200
MAX_KEPT_ARTISTS = 200
"""With those in the trash, which are kept beside as many as a video can have."""
_ARTIST_ID = re.compile(r"[0-9a-f]{24}")

_Tag = Annotated[str, _said({"minLength": 1, "maxLength": MAX_TAG, "pattern": TAG})]


class VideoChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to change; what is left out stays."""

    title: Annotated[str, _said({"minLength": 1, "maxLength": MAX_TITLE, "pattern": SOMETHING_VISIBLE})] | UnsetType = (
        UNSET
    )
    description: Annotated[str, _said({"maxLength": MAX_DESCRIPTION})] | UnsetType = UNSET
    easy_description: Annotated[str, _said({"maxLength": MAX_DESCRIPTION})] | UnsetType = UNSET
    language: Annotated[str, _said({"maxLength": 35, "pattern": LANGUAGE})] | UnsetType = UNSET
    tags: Annotated[list[_Tag], _said({"maxItems": MAX_TAGS})] | UnsetType = UNSET

    artists: (
        Annotated[
            list[Annotated[str, _said({"minLength": 1, "maxLength": MAX_ARTIST})]],
            Meta(description="Whose it is: ids or names of artists that are here. Those in the trash stay with it."),
            _said({"maxItems": MAX_ARTISTS}),
        ]
        | UnsetType
    ) = UNSET
    visibility: Annotated[Visibility, Meta(description="Who may see it besides its owner.")] | UnsetType = UNSET
    owner: (
        Annotated[
            str,
            Meta(description="The id of the account that it is to belong to; for managers."),
            _said({"pattern": ACCOUNT_ID}),
        ]
        | UnsetType
    ) = UNSET

    def cleaned(self) -> dict[str, Any]:
        """The fields that are to change, fit to be kept; raises `InvalidChangeError`, which names the faulty one."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        given = {name: value for name, value in given.items() if value is not UNSET}
        if not given:
            raise InvalidChangeError(f"Nothing to change: send one or more of: {', '.join(self.__struct_fields__)}.")
        return {name: _cleaned(name, value) for name, value in given.items()}


class _InvalidArtists(ValueError):
    """It names too many artists, or something that is none."""


class _InvalidVisibility(ValueError):
    """There is no such visibility."""


class _InvalidOwner(ValueError):
    """It names no account."""


def _clean_owner(value: object) -> str:
    if isinstance(value, str) and is_account_id(value):
        return value
    raise _InvalidOwner("It must be the id of an account.")


def _clean_artists(value: object) -> tuple[str, ...]:
    named = dict.fromkeys(value) if isinstance(value, list | tuple) else {}
    if len(named) > MAX_KEPT_ARTISTS:
        raise _InvalidArtists(f"A video can have at most {MAX_ARTISTS} artists, besides those in the trash.")
    if not all(_ARTIST_ID.fullmatch(each) for each in named):
        raise _InvalidArtists("Each must be the id of an artist.")
    return tuple(named)


def _clean_visibility(value: object) -> Visibility:
    try:
        return Visibility(str(value))
    except ValueError as error:
        raise _InvalidVisibility(f"It must be one of {', '.join(Visibility)}.") from error


_CLEANERS: Mapping[str, Callable[[object], object]] = {
    "title": clean_title,
    "description": clean_description,
    "easy_description": clean_easy_description,
    "language": clean_language,
    "tags": clean_tags,
    "artists": _clean_artists,
    "visibility": _clean_visibility,
    "owner": _clean_owner,
}


def _cleaned(field: str, value: object) -> object:
    try:
        return _CLEANERS[field](value)
    except (InvalidTitle, InvalidTag, InvalidWords, _InvalidArtists, _InvalidOwner, _InvalidVisibility) as error:
        raise InvalidChangeError(str(error), errors=[{"field": field, "reason": str(error)}]) from error
