"""Collections over HTTP: the list, one of them, its videos, and with whom it is shared."""

from flask import Blueprint, Response

from routes.collections.messages import (
    A_COLLECTION,
    A_USER,
    ADDED,
    COLLECTION,
    MEMBER,
    CollectedIds,
    CollectionList,
    CollectionMessage,
    GroupingOutcomeList,
    MemberChange,
    MemberList,
    MemberMessage,
    collection_list,
    collection_message,
    counts_of,
    grouping_outcomes,
    member_message,
)
from routes.collections.queries import LISTED, collection_query
from routes.http.actors import current_actor
from routes.http.messages import asked_again, fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path, query
from routes.http.openapi.parameters import AN_ID, PAGING, VIDEO_ID
from routes.http.wiring import services
from routes.library.list_query import LONGEST, library_query
from routes.library.messages import VIDEO, VideoPage, video_messages
from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.collections.change import CollectionChange
from services.collections.collection import MemberRole, VideoCollection
from services.collections.errors import CollectionNotFoundError, InvalidCollectionError
from services.library.catalogue.pages import DEFAULT_SORT, SORTS
from utils.cursors import encode_cursor

blueprint = Blueprint("collections", __name__, url_prefix="/api/collections")

TAG = "Collections"
LARGEST = 256 * 1024
COLLECTION_ID = path(
    "collection_id", "The id of a collection.", schema={"type": "string", "minLength": 1}, example=A_COLLECTION
)
_USER_ID = path(
    "user_id", "The id of an account, or its name.", schema={"type": "string", "minLength": 1}, example=A_USER
)
NO_COLLECTION = CollectionNotFoundError("There is no such collection.")
INVALID = InvalidCollectionError(
    "A collection needs a title.", errors=[{"field": "title", "reason": "A collection needs a title."}]
)
_TAKING = (INVALID, faults.DATABASE_DOWN, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)
_VIDEO_FAULTS = (faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, faults.RECORD_CHANGED, faults.ARCHIVED, *faults.STORAGE)
_NEW = CollectionChange(title="First steps", description="What new people watch in their first week.")
_WORDS = {"type": "string", "maxLength": LONGEST}


@blueprint.get("")
@operation(
    tag=TAG,
    about="By title: those that you see. Which are open to the team, each says itself; managers see all.",
    curl='curl "$URL/api/collections?q=first"',
    parameters=[*LISTED, *PAGING],
    answers=[
        Answer(200, "The page.", schema=CollectionList, example=CollectionList(collections=(COLLECTION,), next=None))
    ],
    faults=(faults.INVALID_QUERY, faults.DATABASE_DOWN),
)
def list_collections() -> Response:
    """A page of the collections."""
    page = services().collections.collections.page(collection_query(), by=current_actor())
    return fresh(show(collection_list(page)))


@blueprint.post("")
@operation(
    tag=TAG,
    about="For whoever may bring videos in. It belongs to whoever makes it.",
    curl='curl -H "Content-Type: application/json" -d \'{"title": "First steps"}\' "$URL/api/collections"',
    body=Body(CollectionChange, example=_NEW, also={"required": ["title"]}),
    answers=[Answer(201, "The collection.", schema=CollectionMessage, example=COLLECTION, headers=["Location"])],
    faults=_TAKING,
)
def add_collection() -> Response:
    """Make a collection."""
    by = _collecting()
    asked = read_message(CollectionChange, refuse=InvalidCollectionError, largest=LARGEST)
    made = services().collections.collections.create(asked, by=by)
    response = _shown(made, 201)
    response.headers["Location"] = f"/api/collections/{made.id}"
    return response


@blueprint.get("/<collection_id>")
@operation(
    tag=TAG,
    curl='curl "$URL/api/collections/$ID"',
    parameters=[COLLECTION_ID],
    answers=[Answer(200, "The collection.", schema=CollectionMessage, example=COLLECTION)],
    faults=(NO_COLLECTION, faults.DATABASE_DOWN),
)
def get_collection(collection_id: str) -> Response:
    """One collection."""
    return _shown(services().collections.collections.get(collection_id, by=current_actor()))


@blueprint.patch("/<collection_id>")
@operation(
    tag=TAG,
    about="For its owner, its editors and managers. What is left out stays.",
    curl='curl -X PATCH -H "Content-Type: application/json" -d \'{"title": "First steps"}\' "$URL/api/collections/$ID"',
    parameters=[COLLECTION_ID],
    body=Body(CollectionChange, example=_NEW, also={"minProperties": 1}),
    answers=[Answer(200, "The collection.", schema=CollectionMessage, example=COLLECTION)],
    faults=(*_TAKING, NO_COLLECTION),
)
def edit_collection(collection_id: str) -> Response:
    """Change what is said of a collection."""
    by, types = _collecting(), ("application/json", "application/merge-patch+json")
    asked = read_message(CollectionChange, refuse=InvalidCollectionError, largest=LARGEST, types=types)
    return _shown(services().collections.collections.edit(collection_id, asked, by=by))


@blueprint.delete("/<collection_id>")
@operation(
    tag=TAG,
    about="For its owner and managers. No video is deleted with it; `POST /api/collections/<id>/restore` brings it "
    "back, with its videos and members, until its time in the trash is over.",
    curl='curl -X DELETE "$URL/api/collections/$ID"',
    parameters=[COLLECTION_ID],
    answers=[Answer(204, "It is in the trash.")],
    faults=(NO_COLLECTION, faults.DATABASE_DOWN),
)
def delete_collection(collection_id: str) -> tuple[str, int]:
    """Put a collection into the trash."""
    services().collections.collections.delete(collection_id, by=current_actor())
    return "", 204


@blueprint.post("/<collection_id>/restore")
@operation(
    tag=TAG,
    about="For its owner and managers.",
    curl='curl -X POST "$URL/api/collections/$ID/restore"',
    parameters=[COLLECTION_ID],
    answers=[Answer(200, "The collection.", schema=CollectionMessage, example=COLLECTION)],
    faults=(NO_COLLECTION, faults.DATABASE_DOWN),
)
def restore_collection(collection_id: str) -> Response:
    """Take a collection out of the trash."""
    return _shown(services().collections.collections.restore(collection_id, by=current_actor()))


@blueprint.get("/<collection_id>/videos")
@operation(
    tag=TAG,
    about="Those that you see. It is the list of the library with `collection`, and takes some of its filters.",
    curl='curl "$URL/api/collections/$ID/videos"',
    parameters=[
        COLLECTION_ID,
        query("q", "Words that begin like these; case and accents do not count.", schema=_WORDS),
        query(
            "sort",
            "The order; a minus turns it round.",
            schema={"type": "string", "enum": sorted(SORTS), "default": DEFAULT_SORT},
        ),
        *PAGING,
    ],
    answers=[Answer(200, "The page.", schema=VideoPage, example=VideoPage(videos=(VIDEO,), next=None))],
    faults=(faults.INVALID_QUERY, NO_COLLECTION, faults.LIST_DOWN, faults.DATABASE_DOWN, *faults.STORAGE),
)
def list_collection_videos(collection_id: str) -> Response:
    """The videos of a collection."""
    by = current_actor()
    found = services().collections.collections.get(collection_id, by=by)
    page = services().library.videos.page(library_query(in_collection=found.id), by=by)
    following = encode_cursor(page.next) if page.next else None
    shown = VideoPage(videos=video_messages(page.videos), next=following, rebuilding=page.rebuilding or None)
    return asked_again(show(shown))


@blueprint.post("/<collection_id>/videos")
@operation(
    tag=TAG,
    about="For its owner, its editors and managers: videos that you may change, since its editors may change them "
    "from then on, and its viewers see them even where they are private. What is in it already stays so.",
    curl='curl -H "Content-Type: application/json" -d "{\\"ids\\": [\\"$VIDEO\\"]}" "$URL/api/collections/$ID/videos"',
    parameters=[COLLECTION_ID],
    body=Body(CollectedIds, example=CollectedIds(ids=(AN_ID,))),
    answers=[Answer(200, "What came of each.", schema=GroupingOutcomeList, example=ADDED)],
    faults=(*_TAKING, NO_COLLECTION, *faults.STORAGE),
)
def add_collection_videos(collection_id: str) -> Response:
    """Put videos into a collection."""
    by = _collecting()
    asked = read_message(CollectedIds, refuse=InvalidCollectionError, largest=LARGEST)
    outcomes = services().collections.grouping.add(collection_id, asked.ids, by=by)
    return fresh(show(grouping_outcomes(outcomes)))


@blueprint.delete("/<collection_id>/videos/<path:video_id>")
@operation(
    tag=TAG,
    about="For whoever may change the video. The video itself stays.",
    curl='curl -X DELETE "$URL/api/collections/$ID/videos/$VIDEO"',
    parameters=[COLLECTION_ID, VIDEO_ID],
    answers=[Answer(204, "It is in the collection no longer.")],
    faults=(*_VIDEO_FAULTS, NO_COLLECTION, faults.DATABASE_DOWN),
)
def take_collection_video(collection_id: str, video_id: str) -> tuple[str, int]:
    """Take a video out of a collection."""
    services().collections.grouping.take(collection_id, video_id, by=_collecting())
    return "", 204


@blueprint.get("/<collection_id>/members")
@operation(
    tag=TAG,
    about="For its owner, its editors and managers.",
    curl='curl "$URL/api/collections/$ID/members"',
    parameters=[COLLECTION_ID],
    answers=[Answer(200, "All of them.", schema=MemberList, example=MemberList(members=(MEMBER,)))],
    faults=(NO_COLLECTION, faults.DATABASE_DOWN),
)
def list_members(collection_id: str) -> Response:
    """With whom a collection is shared."""
    found = services().collections.collections.members(collection_id, by=current_actor())
    return fresh(show(MemberList(members=tuple(member_message(each, name=name) for each, name in found))))


@blueprint.put("/<collection_id>/members/<user_id>")
@operation(
    tag=TAG,
    about="For its owner and managers. Viewers see all videos of the collection, private ones too; editors change "
    "them besides.",
    curl='curl -X PUT -H "Content-Type: application/json" -d \'{"role": "viewer"}\' '
    '"$URL/api/collections/$ID/members/$USER"',
    parameters=[COLLECTION_ID, _USER_ID],
    body=Body(MemberChange, example=MemberChange(role=MemberRole.VIEWER)),
    answers=[Answer(200, "The member.", schema=MemberMessage, example=MEMBER)],
    faults=(*_TAKING, NO_COLLECTION),
)
def put_member(collection_id: str, user_id: str) -> Response:
    """Share a collection with somebody."""
    by = _collecting()
    asked = read_message(MemberChange, refuse=InvalidCollectionError, largest=LARGEST)
    collections = services().collections.collections
    member, name = collections.share(collection_id, user_id, asked.role, by=by)
    return fresh(show(member_message(member, name=name)))


@blueprint.delete("/<collection_id>/members/<user_id>")
@operation(
    tag=TAG,
    about="For its owner and managers; everybody may leave what is shared with them. Who is no member stays none.",
    curl='curl -X DELETE "$URL/api/collections/$ID/members/$USER"',
    parameters=[COLLECTION_ID, _USER_ID],
    answers=[Answer(204, "It is shared with this account no longer.")],
    faults=(NO_COLLECTION, faults.DATABASE_DOWN),
)
def delete_member(collection_id: str, user_id: str) -> tuple[str, int]:
    """Share a collection with somebody no longer."""
    services().collections.collections.unshare(collection_id, user_id, by=current_actor())
    return "", 204


def _collecting() -> Actor:
    """Whoever asks, who may change collections: others are refused before it is looked at what they have sent."""
    by = current_actor()
    require(by, Act.COLLECT)
    return by


def _shown(collection: VideoCollection, status: int = 200) -> Response:
    counts = counts_of([collection])
    return fresh(show(collection_message(collection, videos=counts.get(collection.id)), status))
