"""Turns the parts of one multipart form, as they arrive, into uploads."""

from routes.body import RequestBody
from services import Services
from services.errors import ChecksumMismatchError, InvalidUploadError
from services.uploads import Candidate, Upload, refusal
from services.video import Video
from utils.digests import DigestCheck, DigestMismatch, ExpectedDigests, InvalidDigest, parse_expected_digests
from utils.multipart import MalformedMultipart, MultipartReader, PartBegin, PartData, PartEnd


class FormUpload:
    """One request's form: fields are read, files become uploads, and all of these become videos, or none.

    `expected` are the digests of the whole body; a part may bring those of its own bytes in its headers.
    """

    def __init__(self, services: Services, reader: MultipartReader, *, expected: ExpectedDigests) -> None:
        self._uploads = services.uploads
        self._intake = services.intake
        self._reader = reader
        self._digests = DigestCheck(expected, with_sha256=False)
        self._begun: list[Upload] = []
        self._part: PartBegin | None = None
        self._text = b""
        self._title: str | None = None
        self._passed_on = 0
        self._received = 0

    def receive(self, body: RequestBody) -> list[Video]:
        """Read the body to its end and commit its files."""
        try:
            for chunk in self._intake.chunks(body, door="form"):
                self._received += len(chunk)
                self._digests.update(chunk)
                self._feed(chunk)
            self._reader.finish()
            self._digests.verify()
        except (MalformedMultipart, InvalidDigest) as error:
            self._uploads.abandon(self._begun)
            raise InvalidUploadError(str(error)) from error
        except DigestMismatch as error:
            self._uploads.abandon(self._begun)
            raise ChecksumMismatchError(str(error)) from error
        except BaseException:
            self._uploads.abandon(self._begun)
            raise
        return self._uploads.finish(self._begun)

    def _feed(self, chunk: bytes) -> None:
        self._passed_on = 0
        try:
            self._uploads.check_form_length(self._received)
            for event in self._reader.feed(chunk):
                self._take(event)
        finally:
            # Boundaries, headers and fields: no upload has taken over these bytes.
            self._intake.release(len(chunk) - self._passed_on)

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
            expected=parse_expected_digests(
                content_md5=headers.get("Content-Md5"),
                content_digest=headers.get("Content-Digest"),
                repr_digest=headers.get("Repr-Digest"),
            ),
        )
        self._title = None
        self._begun.append(self._uploads.begin(candidate, door="form"))

    def _take_data(self, event: PartData) -> None:
        if self._part is not None and self._part.filename:
            self._passed_on += len(event.data)
            self._begun[-1].write(event.data)
        elif self._part is not None and self._part.filename is not None:
            raise refusal("", "The file has no name; give it one, such as film.mp4.")
        else:
            self._text += event.data

    def _end(self) -> None:
        if self._part is not None and self._part.filename is None and self._part.name == "title":
            self._title = self._text.decode("utf-8", "replace").strip() or None
        elif self._part is not None and self._part.filename:
            self._begun[-1].end()
