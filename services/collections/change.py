"""What a person says of a collection: one struct that parses, checks and describes it."""

from dataclasses import replace
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from services.collections.collection import Openness, VideoCollection
from services.collections.errors import InvalidCollectionError, invalid
from utils.patterns import SOMETHING_VISIBLE
from utils.text import one_line
from utils.words import InvalidWords, clean_words

LONGEST_TITLE, LONGEST_DESCRIPTION = 200, 10_000


def _said(**schema: object) -> Meta:
    """What the description says of a field. The cleaners below check it, and say it in a sentence."""
    return Meta(extra_json_schema=schema)


class CollectionChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to change; what is left out stays."""

    title: Annotated[str, _said(minLength=1, maxLength=LONGEST_TITLE, pattern=SOMETHING_VISIBLE)] | UnsetType = UNSET
    description: Annotated[str, _said(maxLength=LONGEST_DESCRIPTION)] | UnsetType = UNSET
    visibility: (
        Annotated[
            Openness,
            Meta(
                description="Who sees that it is there, besides its owner, its members and managers: nobody, or "
                "everybody who is signed in. Only its owner and managers change it."
            ),
        ]
        | UnsetType
    ) = UNSET

    def applied(self, collection: VideoCollection) -> VideoCollection:
        """The collection as it is to be; raises `InvalidCollectionError`, which names the faulty field."""
        given: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        given = {name: value for name, value in given.items() if value is not UNSET}
        if not given:
            fields = ", ".join(self.__struct_fields__)
            raise InvalidCollectionError(f"Nothing to change: send one or more of: {fields}.")
        if "title" in given:
            given["title"] = _clean_title(given["title"])
        if "description" in given:
            try:
                given["description"] = clean_words(given["description"], name="description", most=LONGEST_DESCRIPTION)
            except InvalidWords as error:
                raise invalid("description", str(error)) from error
        return replace(collection, **given)


def _clean_title(raw: str) -> str:
    title = one_line(raw)
    if not title:
        raise invalid("title", "A collection needs a title.")
    if len(raw) > LONGEST_TITLE:
        raise invalid("title", f"The title has more than {LONGEST_TITLE} characters.")
    return title
