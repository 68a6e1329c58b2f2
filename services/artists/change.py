"""What a person says of an artist: one struct that parses, checks and describes it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from services.artists.artist import SERVICES, Artist
from services.artists.candidate import clean_url
from services.artists.errors import InvalidArtistError
from utils.patterns import SOMETHING_VISIBLE
from utils.text import one_line
from utils.words import InvalidWords, clean_words

MOST_NAMES = MOST_LINKS = 50
LONGEST_NAME, LONGEST_TEXT, LONGEST_URL, LONGEST_ID = 200, 10_000, 2000, 200
_ID = re.compile(rf"[!-~]{{1,{LONGEST_ID}}}")
_URL = r"^https?://[!-~]+$"


def _said(**schema: object) -> Meta:
    """What the description says of a field. The cleaners below check it, and say it in a sentence."""
    return Meta(extra_json_schema=schema)


_Name = Annotated[str, _said(minLength=1, maxLength=LONGEST_NAME, pattern=SOMETHING_VISIBLE)]
_Url = Annotated[str, _said(maxLength=LONGEST_URL, pattern=_URL)]
_Id = Annotated[str | None, _said(maxLength=LONGEST_ID, pattern="^[!-~]*$")]


class ArtistIds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the artist is called at outside services; what is left out stays, and null takes one away."""

    imvdb: _Id | UnsetType = UNSET
    spotify: _Id | UnsetType = UNSET
    musicbrainz: _Id | UnsetType = UNSET
    lastfm: _Id | UnsetType = UNSET
    youtube: _Id | UnsetType = UNSET


class ArtistChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to change; what is left out stays."""

    name: _Name | UnsetType = UNSET
    other_names: Annotated[list[_Name], _said(maxItems=MOST_NAMES)] | UnsetType = UNSET
    text: Annotated[str, _said(maxLength=LONGEST_TEXT)] | UnsetType = UNSET
    picture: (
        Annotated[str, _said(maxLength=LONGEST_URL, pattern=r"^(?:https?://[!-~]+)?$"), Meta(description="A URL.")]
        | UnsetType
    ) = UNSET
    links: Annotated[list[_Url], _said(maxItems=MOST_LINKS)] | UnsetType = UNSET
    ids: ArtistIds | UnsetType = UNSET

    def applied(self, artist: Artist) -> Artist:
        """The artist as it is to be; raises `InvalidArtistError`, which names the faulty field."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        given = {name: value for name, value in given.items() if value is not UNSET}
        if not given:
            raise InvalidArtistError(f"Nothing to change: send one or more of: {', '.join(self.__struct_fields__)}.")
        if isinstance(ids := given.pop("ids", None), ArtistIds):
            given["ids"] = _with_ids(artist.ids, ids)
        return replace(artist, **{name: _cleaned(name, value) for name, value in given.items()})


def _cleaned(name: str, value: object) -> Any:
    clean = _CLEANERS.get(name)
    if clean is None:
        return value
    try:
        return clean(value)
    except (ValueError, InvalidWords) as error:
        raise InvalidArtistError(str(error), errors=[{"field": name, "reason": str(error)}]) from error


def clean_name(raw: object) -> str:
    """A name on one line; raises ValueError."""
    name = one_line(raw) if isinstance(raw, str) else ""
    if not name:
        raise ValueError("The name must have at least one visible character.")
    if len(name) > LONGEST_NAME or (isinstance(raw, str) and len(raw) > LONGEST_NAME):
        raise ValueError(f"The name has more than {LONGEST_NAME} characters.")
    return name


def _clean_names(raw: object) -> tuple[str, ...]:
    return _several(raw, clean_name, most=MOST_NAMES)


def _clean_links(raw: object) -> tuple[str, ...]:
    return _several(raw, _clean_link, most=MOST_LINKS)


def _several(raw: object, clean: Callable[[object], str], *, most: int) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > most:
        raise ValueError(f"It must be a list of at most {most}.")
    return tuple(dict.fromkeys(map(clean, raw)))


def _clean_link(raw: object) -> str:
    url = clean_url(raw) if isinstance(raw, str) and len(raw) <= LONGEST_URL else ""
    if not url:
        raise ValueError("A link must be a web address such as https://example.org.")
    return url


def _clean_picture(raw: object) -> str:
    return _clean_link(raw) if raw else ""


def _clean_text(raw: object) -> str:
    return clean_words(raw, name="text", most=LONGEST_TEXT)


def is_id(text: str) -> bool:
    """Whether a service can call an artist so."""
    return _ID.fullmatch(text) is not None


def _with_ids(known: Mapping[str, str], given: ArtistIds) -> dict[str, str]:
    ids = dict(known)
    for service in SERVICES:
        id_ = getattr(given, service)
        if id_ is UNSET:
            continue
        ids.pop(service, None)
        if id_:
            if not _ID.fullmatch(id_):
                reason = f"An id must be at most {LONGEST_ID} printable characters without spaces."
                raise InvalidArtistError(reason, errors=[{"field": f"ids.{service}", "reason": reason}])
            ids[service] = id_
    return ids


_CLEANERS: Mapping[str, Callable[[object], object]] = {
    "name": clean_name,
    "other_names": _clean_names,
    "text": _clean_text,
    "picture": _clean_picture,
    "links": _clean_links,
}
