"""What the API says of what a search has found."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

FoundKind = Literal["videos", "transcripts", "artists", "collections", "tags", "people", "settings"]


class FoundMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was found."""

    id: str
    title: str
    url: Annotated[str, Meta(description="Its page; a moment's opens there.")]
    excerpt: Annotated[str | None, Meta(description="What is said there, or what it is about.")] = None
    at: Annotated[float | None, Meta(description="The second at which it is said.")] = None
    language: Annotated[str | None, Meta(description="In which language it is written down.")] = None


class FoundGroup(Struct, frozen=True, kw_only=True):
    """What was found of one kind."""

    kind: FoundKind
    total: Annotated[
        int, Meta(description="How many there are, as far as they are counted: 200, or those shown and one.")
    ]
    results: tuple[FoundMessage, ...]
    next: Annotated[str | None, Meta(description="The `cursor` that goes on, beside the `kind`.")] = None


class FoundMessages(Struct, frozen=True, kw_only=True):
    """All that was found."""

    groups: tuple[FoundGroup, ...]
