"""The lines that every door ends in: begin, take bytes, verify, commit and announce, or leave nothing behind."""

import contextlib
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from services import metrics
from services.actors.actor import Actor
from services.actors.policy import Act, Visibility, owner_of_new, require
from services.errors import ReelgateError, TooLargeError
from services.events.events import Events
from services.events.videos import VideoUploaded
from services.library.form_commits import NO_FORM, FormCommits
from services.storage.blobs import BlobStorage
from services.storage.errors import StorageError
from services.uploads.block_plan import BlockPlan
from services.uploads.block_writer import BlockWriter
from services.uploads.errors import ChecksumMismatchError, InvalidUploadError
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import ReservedChunk
from services.videos.blob_names import new_blob_name
from services.videos.clip_of import ClipOf, fault_in
from services.videos.layout import home_of_all
from services.videos.metadata import InvalidMetadata, VideoMetadata
from services.videos.video import Video
from utils.digests import NO_DIGESTS, DigestCheck, DigestMismatch, ExpectedDigests
from utils.sizes import MIB
from utils.text import one_line
from utils.timestamps import utc_milliseconds
from utils.validators import (
    SNIFF_BYTES,
    InvalidContent,
    InvalidName,
    InvalidTitle,
    InvalidType,
    check_declared_type,
    check_extension,
    clean_filename,
    clean_title,
    content_type_for,
    title_from,
)

log = logging.getLogger(__name__)

_CLEARING_SECONDS = 5.0

FindFilm = Callable[[str, Actor], Video]
"""The video of an id, for an actor who may take clips of it; raises `VideoNotFoundError`, and what policy says."""


@dataclass(frozen=True, kw_only=True)
class UploadRules:
    """What is let in, and how it is written."""

    largest: int
    """In bytes."""
    extensions: frozenset[str] | None
    """None lets any file in, and turns the checks of its content off."""
    block_size: int
    checksum: bool


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What a client says of a file before it sends it."""

    filename: str
    declared_type: str | None = None
    title: str | None = None
    """Made of the name where there is none, or nothing that can be seen."""
    length: int | None = None
    """In bytes, where it is known."""
    processing: tuple[str, ...] | None = None
    """The kinds of work that are to be done to it by themselves; None for the usual ones."""
    clip: ClipOf | None = None
    """What it was taken from, where it is a clip that was cut elsewhere."""
    beside: Video | None = None
    """The video that it is made for: it belongs to whom that belongs to, and is seen by who sees that."""
    expected: ExpectedDigests = NO_DIGESTS


# Versions that know nothing else refuse a record with more of them, except in a place of its own.
_FIRST_FIELDS = frozenset(
    {
        *("original_name", "title", "tags", "sha256", "content_etag", "upload_id"),
        *("uploaded_at", "door", "deleted_at"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A video to be: what its client said of it was checked, and its name is chosen."""

    name: str
    """Its id."""
    metadata: VideoMetadata

    def to_record(self) -> dict[str, Any]:
        """The draft as records of uploads keep it."""
        said = self.metadata.to_record()
        first = {name: value for name, value in said.items() if name in _FIRST_FIELDS}
        later = {name: value for name, value in said.items() if name not in _FIRST_FIELDS and value is not None}
        return {"name": self.name, "metadata": first} | ({"later": later} if later else {})

    @classmethod
    def from_record(cls, values: Mapping[str, Any]) -> "Draft":
        """Read what a record of this version or another has kept."""
        said = {**values.get("metadata", {}), **values.get("later", {})}
        return cls(name=values["name"], metadata=VideoMetadata.from_record(said))


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A draft whose bytes storage holds, as blocks that nobody sees yet."""

    draft: Draft
    content_type: str
    size: int
    block_ids: tuple[str, ...]


class Uploads:
    """Begins uploads, and finishes those of one request together."""

    def __init__(
        self,
        storage: BlobStorage,
        forms: FormCommits,
        *,
        rules: UploadRules,
        budget: MemoryBudget,
        pool: Executor,
        events: Events,
        films: FindFilm,
        home_for: Callable[[str], str] = home_of_all,
    ) -> None:
        """`films` finds what clips are taken from, `home_for` which home an account's new videos have."""
        self.rules = rules
        self._home_for = home_for
        self._films = films
        self._storage = storage
        self._forms = forms
        self._budget = budget
        self._pool = pool
        self._events = events

    def begin(self, candidate: Candidate, *, door: str, by: Actor) -> "Upload":
        """Check what can be known before the bytes, and give back the upload that takes them.

        Raises `InvalidUploadError` or `TooLargeError`. The caller ends the upload with `finish` or `abandon`.
        """
        draft = self.draft(candidate, door=door, by=by)
        writer = BlockWriter(
            stage=self._storage.stager(draft.name),
            plan=self.plan(candidate.length),
            budget=self._budget,
            pool=self._pool,
        )
        return Upload(draft=draft, writer=writer, rules=self.rules, expected=candidate.expected)

    def draft(self, candidate: Candidate, *, door: str, by: Actor, clip: bool = False, owner: str = "") -> Draft:
        """Check what can be known before the bytes, and choose the id of the video.

        It belongs to `owner`, by default the actor. With `clip` it is named as one, though it was taken from no film.
        """
        require(by, Act.UPLOAD)
        rules = self.rules
        shown = candidate.filename[-80:]
        with _refusals(shown, field="filename"):
            filename = clean_filename(candidate.filename)
            extension = check_extension(filename, rules.extensions)
        with _refusals(shown, field="content_type"):
            if rules.extensions is not None:
                check_declared_type(candidate.declared_type, extension)
        with _refusals(shown, field="title"):
            title = (
                clean_title(candidate.title) if candidate.title and one_line(candidate.title) else title_from(filename)
            )
        check_size(candidate.length or 0, largest=rules.largest)
        source = candidate.clip
        film = None if source is None else self._film_of(source, file=shown, by=by)
        now, token = datetime.now(UTC), uuid.uuid4()
        metadata = VideoMetadata(
            original_name=filename,
            title=title,
            content_etag=token.hex,
            upload_id=token.hex,
            uploaded_at=utc_milliseconds(now),
            door=door,
            owner=owner or owner_of_new(by),
            # A clip is shown to whoever may see its film, until somebody says otherwise.
            visibility=film.visibility if film else Visibility.TEAM,
            collections=film.collections if film else (),
            processing=candidate.processing,
            clip=source,
        )
        if (beside := candidate.beside) is not None:
            require(by, Act.EDIT, beside)
            metadata = replace(
                metadata, owner=beside.owner, visibility=beside.visibility, collections=beside.collections
            )
        home = self._home_for(metadata.owner)
        name = new_blob_name(filename, now=now, token=token, clip=clip or source is not None, home=home)
        return Draft(name=name, metadata=metadata)

    def _film_of(self, source: ClipOf, *, file: str, by: Actor) -> Video:
        film = self._films(source.video_id, by)
        if (fault := fault_in(source.start, source.end, duration=film.made.duration)) is not None:
            field, reason = fault
            raise refusal(file, f"{reason}.", field=field)
        return film

    def admit(self, *, by: Actor) -> None:
        """Refuse who may not upload, before a byte of a form is read."""
        require(by, Act.UPLOAD)

    def plan(self, length: int | None) -> BlockPlan:
        """The block sizes of an upload of `length` bytes, or of a length that is not known yet."""
        return BlockPlan(standard=self.rules.block_size, largest=self.rules.largest, length=length)

    def check_form_length(self, length: int | None) -> None:
        """Refuse a form that is longer than one video and its wrapping may be."""
        check_size((length or 0) - MIB, largest=self.rules.largest)

    def finish(self, uploads: Sequence["Upload"], *, by: Actor) -> list[Video]:
        """Make all of them videos, or none; raises what spoiled it, after the rest has been abandoned."""
        if not uploads:
            raise InvalidUploadError("The request holds no file. Send at least one.")
        committed: list[Video] = []
        form = NO_FORM
        tried = 0
        try:
            for upload in uploads:
                upload.seal()
            form = self._forms.begin([upload.name for upload in uploads])
            for tried, upload in enumerate(uploads, start=1):  # noqa: B007 - what was tried counts after a failure
                committed.append(self.commit(upload.staged()))
                form.going_on()
            form.complete()
        except BaseException:
            if form.end():
                # A commit that failed may have reached storage all the same, with only its answer lost.
                for upload in uploads[:tried]:
                    self._take_back(upload.name)
            self.abandon(uploads[len(committed) :])
            raise
        for video in committed:
            self.announce(video, by=by)
        return committed

    def announce(self, video: Video, *, by: Actor) -> None:
        """Say that a video has come in, after its commit; saying it twice does no harm."""
        self._events.say(VideoUploaded(video=video), by=by)

    def abandon(self, uploads: Sequence["Upload"]) -> None:
        """Leave nothing of them behind; never raises."""
        for upload in uploads:
            upload.writer.drop()  # Of all of them first: what is not staged need not be cleared.
        for upload in uploads:
            if upload.writer.abandon():
                try:
                    self._storage.clear_blocks(upload.name, seconds=_CLEARING_SECONDS)
                except ReelgateError as error:
                    # Azure drops uncommitted blocks by itself after seven days.
                    log.info("blocks of %s could not be cleared: %s", upload.name, error)
                    # The empty list may have arrived all the same, and would be a blob that can be seen.
                    self._take_back(upload.name, seconds=_CLEARING_SECONDS)

    def commit(self, staged: Staged) -> Video:
        """Make staged blocks a video; done again for the same upload it gives the same video."""
        metadata = staged.draft.metadata
        with _refusals(metadata.original_name):
            encoded = metadata.to_blob()
        etag = self._storage.commit(
            staged.draft.name,
            staged.block_ids,
            content_type=staged.content_type,
            metadata=encoded,
            upload_id=metadata.upload_id or "",
        )
        metrics.UPLOADS_STORED.labels(metadata.door).inc()
        return Video(
            **metadata.shared(),
            id=staged.draft.name,
            size=staged.size,
            content_type=staged.content_type,
            etag=etag,
            content_etag=metadata.content_etag or "",
        )

    def _take_back(self, name: str, *, seconds: float | None = None) -> None:
        try:
            self._storage.delete(name, seconds=seconds)
        except StorageError:
            log.exception("a video of a failed request may stay: %s", name)


class Upload:
    """One file on its way in. Not for several threads at once."""

    def __init__(self, *, draft: Draft, writer: BlockWriter, rules: UploadRules, expected: ExpectedDigests) -> None:
        self.name = draft.name
        self.writer = writer
        self._size = 0
        self._content_type = ""
        self._block_ids: tuple[str, ...] = ()
        self._draft = draft
        self._rules = rules
        self._digests = DigestCheck(expected, with_sha256=rules.checksum)
        self._head = b""

    def write(self, chunk: ReservedChunk) -> None:
        """Take over a chunk and its memory; raises as soon as the file is known to be refused."""
        self.writer.write(chunk)  # First, so that storage works while the digest is computed.
        data = chunk.data
        self._size += len(data)
        check_size(self._size, largest=self._rules.largest)
        if not self._content_type:
            self._head += bytes(data[: SNIFF_BYTES - len(self._head)])
            if len(self._head) >= SNIFF_BYTES:
                self._decide_type()
        self._digests.update(data)

    def end(self) -> None:
        """Say that all bytes are here, so that the last block is staged while other files of the request follow."""
        if self._size == 0:
            raise refusal(self._draft.metadata.original_name, "The file is empty.")
        if not self._content_type:
            self._decide_type()
        self.writer.send()

    def seal(self) -> None:
        """End it if that has not been done, check its digests, and wait until storage has every block."""
        name = self._draft.metadata.original_name
        self.end()
        try:
            self._digests.verify()
        except DigestMismatch as error:
            raise ChecksumMismatchError(str(error), errors=[{"file": name, "reason": str(error)}]) from error
        self._block_ids = self.writer.finish()

    def staged(self) -> Staged:
        """What is to be committed; complete once the upload is sealed."""
        sha256 = self._digests.sha256 if self._rules.checksum else None
        return Staged(
            draft=replace(self._draft, metadata=replace(self._draft.metadata, sha256=sha256)),
            content_type=self._content_type,
            size=self._size,
            block_ids=self._block_ids,
        )

    def _decide_type(self) -> None:
        self._content_type = type_of(self._draft.metadata.original_name, self._head, rules=self._rules)
        self._head = b""


def type_of(original_name: str, head: bytes, *, rules: UploadRules) -> str:
    """The type of a file by its name and its first `SNIFF_BYTES` bytes; raises `InvalidUploadError`."""
    with _refusals(original_name):
        return content_type_for(original_name, head, checked=rules.extensions is not None)


def check_size(size: int, *, largest: int) -> None:
    """Raise `TooLargeError` when a video of so many bytes is not accepted."""
    if size > largest:
        raise TooLargeError(f"The video is larger than the {largest // MIB} MiB that are accepted here.")


def refusal(file: str, reason: str, *, field: str | None = None) -> InvalidUploadError:
    """The error that refuses a file by name, with the reason, and what of its description is at fault."""
    fault = {"file": file} | ({"field": field} if field else {}) | {"reason": reason}
    return InvalidUploadError(reason, errors=[fault])


@contextlib.contextmanager
def _refusals(file: str, *, field: str | None = None) -> Iterator[None]:
    """Turn what the validators say into a refusal of the file."""
    try:
        yield
    except (InvalidName, InvalidType, InvalidContent, InvalidTitle, InvalidMetadata) as error:
        raise refusal(file, str(error), field=field) from error
