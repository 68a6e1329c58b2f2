"""Collections as the API shows and takes them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from routes.http.actors import current_actor
from routes.http.openapi.parameters import AN_ID
from routes.http.wiring import services
from routes.library.messages import Time
from services.collections.collection import CollectionMember, MemberRole, Openness, Standing, VideoCollection
from services.collections.grouping import MOST_AT_ONCE, GroupingOutcome
from services.collections.store import CollectionPage
from utils.cursors import encode_cursor
from utils.patterns import PLAIN
from utils.timestamps import format_timestamp

A_COLLECTION = "7c1d0e9f8a2b4c6d5e3f1a0b"
A_USER = "5b0f3a1c9d2e4f6a8b7c0d1e2f3a4b5c"
_VideoId = Annotated[str, Meta(min_length=1, max_length=1024, pattern=PLAIN)]


class CollectionMessage(Struct, frozen=True, kw_only=True):
    """Videos that belong together."""

    id: str
    title: str
    description: str
    visibility: Annotated[
        Openness,
        Meta(description="Who sees that it is there, besides its owner, its members and managers. It opens no video."),
    ]
    owner: Annotated[str, Meta(description="The id of the account that it belongs to.")]
    standing: Annotated[
        Standing | None,
        Meta(description="What whoever asks is to it: its owner, an editor, a viewer; null for nothing of these."),
    ]
    videos: Annotated[int | None, Meta(description="How many of its videos you see; null where that is not known.")]
    created_at: Time
    changed_at: Time
    deleted_at: Annotated[Time | None, Meta(description="When it was put into the trash.")]


class CollectionList(Struct, frozen=True, kw_only=True):
    """A page of collections."""

    collections: tuple[CollectionMessage, ...]
    next: str | None


class CollectedIds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which videos are meant."""

    ids: Annotated[tuple[_VideoId, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class GroupingOutcomeMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of one video."""

    id: str
    status: Annotated[int, Meta(description="As HTTP has it: 200 where it is in the collection now.")]
    detail: Annotated[str | None, Meta(description="Why it is not.")] = None


class GroupingOutcomeList(Struct, frozen=True, kw_only=True):
    """What came of each, in the order in which they were named."""

    results: tuple[GroupingOutcomeMessage, ...]


class MemberChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a collection is shared with somebody."""

    role: Annotated[
        MemberRole,
        Meta(
            description="A viewer sees all of its videos, private ones too; an editor changes it and them besides, as "
            "far as the account may change anything."
        ),
    ]


class MemberMessage(Struct, frozen=True, kw_only=True):
    """Somebody with whom a collection is shared."""

    user: Annotated[str, Meta(description="The account's id.")]
    name: str
    role: MemberRole


class MemberList(Struct, frozen=True, kw_only=True):
    """With whom a collection is shared."""

    members: tuple[MemberMessage, ...]


def collection_message(collection: VideoCollection, *, videos: int | None) -> CollectionMessage:
    """A collection as the API shows it, with so many videos."""
    return CollectionMessage(
        id=collection.id,
        title=collection.title,
        description=collection.description,
        visibility=collection.visibility,
        owner=collection.owner,
        standing=collection.standing,
        videos=videos,
        created_at=format_timestamp(collection.created_at),
        changed_at=format_timestamp(collection.changed_at),
        deleted_at=format_timestamp(collection.deleted_at) if collection.deleted_at else None,
    )


def counts_of(collections: Sequence[VideoCollection]) -> Mapping[str, int]:
    """How many videos of these whoever asks sees, as far as that is known."""
    ids = [each.id for each in collections]
    return services().collections.grouping.counts(ids, by=current_actor()) or {}


def collection_list(page: CollectionPage) -> CollectionList:
    """A page of collections as the API shows it."""
    counts = counts_of(page.collections)
    return CollectionList(
        collections=tuple(collection_message(each, videos=counts.get(each.id)) for each in page.collections),
        next=encode_cursor(page.next) if page.next else None,
    )


def grouping_outcomes(outcomes: Sequence[GroupingOutcome]) -> GroupingOutcomeList:
    """What came of each video as the API shows it."""
    return GroupingOutcomeList(
        results=tuple(GroupingOutcomeMessage(id=each.id, status=each.status, detail=each.detail) for each in outcomes)
    )


def member_message(member: CollectionMember, *, name: str) -> MemberMessage:
    """A member as the API shows it."""
    return MemberMessage(user=member.user, name=name, role=member.role)


COLLECTION = CollectionMessage(
    id=A_COLLECTION,
    title="First steps",
    description="What new people watch in their first week.",
    visibility=Openness.TEAM,
    owner=A_USER,
    standing=Standing.OWNER,
    videos=12,
    created_at="2026-11-20T10:15:12.345Z",
    changed_at="2026-11-20T10:15:12.345Z",
    deleted_at=None,
)
"""An example."""
MEMBER = MemberMessage(user=A_USER, name="mira", role=MemberRole.VIEWER)
ADDED = GroupingOutcomeList(results=(GroupingOutcomeMessage(id=AN_ID, status=200),))
