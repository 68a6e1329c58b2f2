"""Imports as the API shows and takes them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import quote

from msgspec import UNSET, Meta, Struct, UnsetType, field
from msgspec.structs import replace

from routes.http.openapi.parameters import AN_ID
from routes.imports.queries import sort_of
from routes.jobs.messages import JOB, JobMessage, job_message
from routes.library.messages import Time
from services.imports.addresses import LONGEST
from services.imports.record import Import, ImportKind, ImportPage, ImportRequest
from services.imports.working import IMPORT as KIND
from services.jobs.job import Job, State
from services.videos.metadata import ACCOUNT_ID
from utils.cursors import Cursor, encode_cursor
from utils.patterns import TAG
from utils.timestamps import format_timestamp
from utils.validators import MAX_TAG, MAX_TAGS, MAX_TITLE

_Id = Annotated[str, Meta(extra_json_schema={"pattern": ACCOUNT_ID})]
# What is said here is checked where it is cleaned, and refused there in a sentence.
_Title = Annotated[str, Meta(extra_json_schema={"maxLength": MAX_TITLE})]
_Tag = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_TAG, "pattern": TAG})]
Quality = Literal["best", "2160", "1440", "1080", "720", "480", "360"]


class NewImport(Struct, frozen=True, kw_only=True):
    """What is to be fetched."""

    url: (
        Annotated[str, Meta(min_length=1, max_length=LONGEST, description="Where it lies: https:// or http://.")]
        | UnsetType
    ) = UNSET
    container: (
        Annotated[
            str,
            Meta(
                description="In place of `url`: another container of the same account, whose videos come in. For "
                "administrators."
            ),
        ]
        | UnsetType
    ) = UNSET
    folder: (
        Annotated[
            str, Meta(description="In place of `url`: a folder of the server, at or below MIGRATION_DIR, likewise.")
        ]
        | UnsetType
    ) = UNSET
    title: Annotated[_Title | None, Meta(description="Else it is named as it says itself.")] = None
    tags: Annotated[tuple[_Tag, ...], Meta(extra_json_schema={"maxItems": MAX_TAGS})] = ()
    artist: Annotated[_Id | None, Meta(description="The id of the artist that it is fetched for.")] = None
    collection: Annotated[_Id | None, Meta(description="The id of the collection that it comes into.")] = None
    quality: Annotated[Quality, Meta(description="The largest height in lines, where it comes in several.")] = "best"


class ImportKinds(StrEnum):
    """What was asked for."""

    URL = ImportKind.URL.value
    LIST = ImportKind.LIST.value
    CONTAINER = "container"
    FOLDER = "folder"


class ImportLinks(Struct, frozen=True, kw_only=True):
    """Addresses of one import, relative to the server; `video` is null until there is one."""

    self: str
    cancel: str
    retry: str
    video: str | None


class ImportMessage(Struct, frozen=True, kw_only=True):
    """One import."""

    id: str
    kind: ImportKinds
    url: Annotated[
        str,
        Meta(
            description="Without what it lets in by. Of what has become a video that whoever asks may not see, the "
            "site alone; `title`, `artist` and `collection` are null then, and `tags` empty. Of a container its name, "
            "of a folder its path."
        ),
    ]
    title: str | None
    tags: tuple[str, ...]
    artist: str | None
    collection: str | None
    quality: str
    state: Annotated[State, Meta(description="`queued` with an `error` is tried again.")]
    progress: Annotated[float, Meta(ge=0, le=1)]
    bytes: Annotated[int, Meta(description="How much of it is here.")]
    total: Annotated[int | None, Meta(description="How many bytes there are in all, where that is known.")]
    speed: Annotated[int | None, Meta(description="In bytes a second, while it comes in.")]
    eta: Annotated[int | None, Meta(description="Seconds that it will still take, as far as can be told.")]
    video_id: Annotated[str | None, Meta(description="The id of the video that it has become, where it may be seen.")]
    error: Annotated[
        str | None,
        Meta(
            description="Why it could not be fetched, in words. Of one that is `done`: what was asked of it in vain, "
            "as where its collection is gone."
        ),
    ]
    entries: Annotated[
        dict[str, int],
        Meta(description="Of a list: how many of its films are in each state. Of a container or folder: of its files."),
    ]
    parent: Annotated[str | None, Meta(description="The id of the import whose list it is an entry of.")]
    job: Annotated[str | None, Meta(description="The id of the job that fetches it.")]
    owner: Annotated[str, Meta(description="The id of the account that asked for it.")]
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    links: ImportLinks


class ImportAndJob(Struct, frozen=True, kw_only=True):
    """An import that waits or goes on, and its job."""

    import_: ImportMessage = field(name="import")
    job: JobMessage


class ImportList(Struct, frozen=True, kw_only=True):
    """A page of the list, the newest first."""

    imports: tuple[ImportMessage, ...]
    next: str | None


def request_of(asked: NewImport) -> ImportRequest:
    """What is asked for, as services know it."""
    return ImportRequest(
        url="" if asked.url is UNSET else asked.url.strip(),
        title=asked.title,
        tags=asked.tags,
        artist=asked.artist,
        collection=asked.collection,
        quality=asked.quality,
    )


def import_message(found: Import) -> ImportMessage:
    """An import as the API shows it, made of what whoever asks may see of it."""
    path, video = f"/api/imports/{found.id}", found.video
    return ImportMessage(
        id=found.id,
        kind=ImportKinds(found.kind.value),
        url=found.url,
        title=found.title,
        tags=found.tags,
        artist=found.artist,
        collection=found.collection,
        quality=found.quality,
        state=found.state,
        progress=found.progress,
        bytes=found.bytes,
        total=found.total,
        speed=found.speed if found.state is State.RUNNING else None,
        eta=found.eta,
        video_id=video,
        error=found.error,
        entries={state.value: count for state, count in found.entries.items()},
        parent=found.parent,
        job=found.job_id,
        owner=found.owner,
        created_at=format_timestamp(found.created_at),
        started_at=_time(found.started_at),
        finished_at=_time(found.finished_at),
        links=ImportLinks(
            self=path,
            cancel=f"{path}/cancel",
            retry=f"{path}/retry",
            video=None if video is None else f"/api/videos/{quote(video)}",
        ),
    )


def import_and_job(found: Import, job: Job) -> ImportAndJob:
    """An import that has just been asked for."""
    return ImportAndJob(import_=import_message(found), job=job_message(job))


def import_list(page: ImportPage, *, parent: str | None) -> ImportList:
    """A page of the list as the API shows it."""
    return ImportList(imports=tuple(map(import_message, page.imports)), next=following_page(page, parent=parent))


def following_page(page: ImportPage, *, parent: str | None) -> str | None:
    """The cursor of the page that follows."""
    if page.next is None:
        return None
    return encode_cursor(Cursor(sort=sort_of(parent), q="", tag="", value=page.next[0], id=page.next[1]))


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_timestamp(moment)


_ID = "5f2b9d1e8a7b4c5d9e6f7a8c"
IMPORT = ImportMessage(
    id=_ID,
    kind=ImportKinds.URL,
    url="https://films.example/holiday-film.mp4",
    title="holiday film",
    tags=("summer",),
    artist=None,
    collection=None,
    quality="best",
    state=State.RUNNING,
    progress=0.25,
    bytes=262_144,
    total=1_048_576,
    speed=131_072,
    eta=6,
    video_id=None,
    error=None,
    entries={},
    parent=None,
    job=JOB.id,
    owner="3f0c9d1e8a7b4c5d",
    created_at="2026-11-20T10:15:10.000Z",
    started_at="2026-11-20T10:15:12.345Z",
    finished_at=None,
    links=ImportLinks(
        self=f"/api/imports/{_ID}",
        cancel=f"/api/imports/{_ID}/cancel",
        retry=f"/api/imports/{_ID}/retry",
        video=None,
    ),
)
DONE = replace(
    IMPORT,
    state=State.DONE,
    progress=1.0,
    bytes=1_048_576,
    speed=None,
    eta=None,
    video_id=AN_ID,
    finished_at="2026-11-20T10:15:20.000Z",
    links=replace(IMPORT.links, video=f"/api/videos/{AN_ID}"),
)
WAITING = replace(IMPORT, state=State.QUEUED, progress=0.0, bytes=0, total=None, speed=None, eta=None, started_at=None)
CANCELLED = replace(WAITING, state=State.CANCELLED, error="It was cancelled.", finished_at="2026-11-20T10:15:14.000Z")
WAITING_JOB = replace(
    JOB, kind=KIND, video=None, state=State.QUEUED, progress=0.0, started_at=None, links=replace(JOB.links, video=None)
)
"""Examples."""
