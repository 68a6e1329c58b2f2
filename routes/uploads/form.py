"""Turns the parts of one multipart form, as they arrive, into uploads."""

from routes.http.upload_body import RequestBody
from routes.uploads.clip_source import CLIP_FIELDS, wanted_clip
from routes.uploads.processing import wanted_processing
from services.actors.actor import Actor
from services.assembly import Services
from services.uploads.errors import ChecksumMismatchError, InvalidUploadError
from services.uploads.reservation import ReservedChunk
from services.uploads.uploads import Candidate, Upload, refusal
from services.videos.video import Video
from utils.digests import DigestCheck, DigestMismatch, ExpectedDigests, InvalidDigest, parse_expected_digests
from utils.multipart import MOST_KEPT_BACK, MalformedMultipart, MultipartReader, PartBegin, PartData, PartEnd


class FormUpload:
    """One request's form: fields are read, files become uploads, and all of these become videos, or none.

    `expected` are the digests of the whole body; a part may bring those of its own bytes in its headers.
    """

    def __init__(self, services: Services, reader: MultipartReader, *, by: Actor, expected: ExpectedDigests) -> None:
        self._by = by
        self._uploads = services.uploads.whole
        self._body_reader = services.uploads.reader
        self._reader = reader
        self._digests = DigestCheck(expected, with_sha256=False)
        self._begun: list[Upload] = []
        self._part: PartBegin | None = None
        self._text = b""
        self._title: str | None = None
        self._processing: str | None = None
        self._clip: dict[str, str | None] = {}
        self._memory = services.uploads.reader.nothing_reserved()
        self._received = 0

    def receive(self, body: RequestBody) -> list[Video]:
        """Read the body to its end and commit its files."""
        try:
            with self._memory:
                self._body_reader.read(body, door="form", pass_on=self._feed)
            self._reader.finish()
            self._digests.verify()
        except BaseException as error:
            self._uploads.abandon(self._begun)
            match error:
                case MalformedMultipart() | InvalidDigest():
                    raise InvalidUploadError(str(error)) from error
                case DigestMismatch():
                    raise ChecksumMismatchError(str(error)) from error
            raise
        return self._uploads.finish(self._begun, by=self._by)

    def _feed(self, chunk: ReservedChunk) -> None:
        self._memory.take(chunk.reservation, len(chunk))
        self._received += len(chunk)
        self._digests.update(chunk.data)
        self._uploads.check_form_length(self._received)
        for event in self._reader.feed(chunk.data):
            self._take(event)
        # The rest was boundaries, headers and fields, but for what the reader passes on with the next chunk.
        self._memory.shrink(to=MOST_KEPT_BACK)

    def _take(self, event: PartBegin | PartData | PartEnd) -> None:
        match event:
            case PartBegin():
                self._part, self._text = event, b""
                if event.filename:
                    self._begin(event, filename=event.filename)
            case PartData():
                self._take_data(event)
            case PartEnd():
                self._end()

    def _begin(self, part: PartBegin, *, filename: str) -> None:
        headers = dict(part.headers)
        candidate = Candidate(
            filename=filename,
            declared_type=part.content_type,
            title=self._title,
            processing=wanted_processing(self._processing, file=filename),
            clip=wanted_clip(self._clip, file=filename),
            expected=parse_expected_digests(
                content_md5=headers.get("Content-Md5"),
                content_digest=headers.get("Content-Digest"),
                repr_digest=headers.get("Repr-Digest"),
            ),
        )
        self._title, self._clip = None, {}
        self._begun.append(self._uploads.begin(candidate, door="form", by=self._by))

    def _take_data(self, event: PartData) -> None:
        if self._part is not None and self._part.filename:
            self._begun[-1].write(ReservedChunk(event.data, self._memory))
        elif self._part is not None and self._part.filename is not None:
            raise refusal("", "The file has no name; give it one, such as film.mp4.")
        else:
            self._text += event.data

    def _end(self) -> None:
        if self._part is not None and self._part.filename is None and self._part.name == "title":
            self._title = self._text.decode("utf-8", "replace").strip() or None
        elif self._part is not None and self._part.filename is None and self._part.name == "processing":
            self._processing = self._text.decode("utf-8", "replace")
        elif self._part is not None and self._part.filename is None and self._part.name in CLIP_FIELDS:
            self._clip[self._part.name] = self._text.decode("utf-8", "replace")
        elif self._part is not None and self._part.filename:
            self._begun[-1].end()
