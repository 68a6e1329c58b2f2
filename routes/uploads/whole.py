"""Two ways to send whole files: a form with one or many, or a body that is the file."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.routing import PathConverter
from werkzeug.wrappers import Response as AnyResponse

from routes.http.actors import current_actor
from routes.http.clients import client
from routes.http.errors import wants_page
from routes.http.messages import show
from routes.http.openapi.faults import UPLOADING, VIDEO_NOT_FOUND, WRONG_DIGEST
from routes.http.openapi.operation import Answer, Body, header, operation, path, query
from routes.http.upload_body import RequestBody
from routes.http.wiring import services
from routes.library.messages import ONE_VIDEO, NewVideos, NewVideosAndJob, OneVideoMessage, one_message, one_messages
from routes.uploads.clip_source import ABOUT_CLIP_OF, ABOUT_MOMENT, wanted_clip
from routes.uploads.form import FormUpload
from routes.uploads.processing import ABOUT_PROCESSING, wanted_processing
from services.errors import UnsupportedMediaError
from services.uploads.errors import InvalidUploadError
from services.uploads.uploads import Candidate, Upload
from services.videos.video import Video
from utils.digests import ExpectedDigests, InvalidDigest, parse_expected_digests
from utils.multipart import MalformedMultipart, MultipartReader
from utils.patterns import CONTENT_DIGEST
from utils.validators import MAX_TITLE

blueprint = Blueprint("upload", __name__, url_prefix="/api")


_TAG = "Upload"
_DIGEST = header(
    "Content-Digest",
    "A digest of the body that is to be checked (RFC 9530); Content-MD5 and Repr-Digest work too.",
    schema={"type": "string", "pattern": CONTENT_DIGEST},
)
_TITLE = {"type": "string", "maxLength": MAX_TITLE}
_BYTES = {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary"}

_FORM = Body(
    {
        "type": "object",
        "properties": {
            "title": _TITLE,
            "processing": {"type": "string", "description": ABOUT_PROCESSING},
            "clip_of": {"type": "string", "description": ABOUT_CLIP_OF},
            "start": {"type": "string", "description": ABOUT_MOMENT},
            "end": {"type": "string", "description": ABOUT_MOMENT},
            "file": {"type": "string", "format": "binary"},
        },
        "required": ["file"],
    },
    "multipart/form-data",
)


class FilenameConverter(PathConverter):
    """Any name that a file can have, or none: Werkzeug's own `path` knows no line breaks."""

    regex = "(?s:(?:[^/].*?)?)"
    part_isolating = False


# Registered before the routes below, which are added in this order.
blueprint.record_once(lambda setup: setup.app.url_map.converters.update(filename=FilenameConverter))


@blueprint.post("/upload")
@operation(
    tag=_TAG,
    about="All files become videos, or none does. A `title` field names the file that follows it; `processing` is for "
    "all files behind it, `clip_of`, `start` and `end` for the one that follows.",
    curl='curl -F title="Holiday film" -F file=@film.mp4 "$URL/api/upload"',
    parameters=[_DIGEST],
    body=_FORM,
    answers=[
        Answer(201, "The videos.", schema=NewVideos, example=NewVideos(videos=(ONE_VIDEO,))),
        Answer(303, "To a page: the form was sent by a browser.", headers=["Location"]),
    ],
    faults=[*UPLOADING, WRONG_DIGEST, VIDEO_NOT_FOUND],
)
def upload_form() -> AnyResponse:
    """Store the files of a form."""
    videos = _received_form()
    if wants_page():
        return redirect(url_for("library.home"), code=303)
    return show(NewVideos(one_messages(videos)), 201)


def _received_form() -> list[Video]:
    _check_encoding()
    services().uploads.whole.admit(by=current_actor())
    body = RequestBody()
    with services().uploads.slots.hold(client()):
        services().uploads.whole.check_form_length(body.length)
        try:
            reader = MultipartReader(request.headers.get("Content-Type", ""))
        except MalformedMultipart as error:
            raise InvalidUploadError(str(error)) from error
        form = FormUpload(services(), reader, by=current_actor(), expected=_expected_digests())
        return form.receive(body)


@blueprint.post("/video/upload")
@operation(
    tag=_TAG,
    name="uploadVideo",
    summary="Store the files of a form, and name the first job",
    about="The same as `POST /api/upload`. `job_id` is the first thing that is done to the first video by itself; null "
    "where nothing is.",
    curl='curl -F file=@film.mp4 "$URL/api/video/upload"',
    parameters=[_DIGEST],
    body=_FORM,
    answers=[
        Answer(
            201,
            "The videos.",
            schema=NewVideosAndJob,
            example=NewVideosAndJob((ONE_VIDEO,), job_id="3f0c9d1e8a7b4c5d9e6f7a8b"),
        )
    ],
    faults=[*UPLOADING, WRONG_DIGEST, VIDEO_NOT_FOUND],
)
def upload_video() -> AnyResponse:
    """Store the files of a form; for clients that wait for a job."""
    shown = one_messages(_received_form())
    jobs = [kind.job for kind in shown[0].processing.values() if kind.job is not None]
    return show(NewVideosAndJob(shown, job_id=jobs[0] if jobs else None), 201)


@blueprint.put("/upload/<filename:filename>")
@operation(
    tag=_TAG,
    about="With a length or chunked. `curl -T` puts the name of the file into the address by itself.",
    curl='curl -T film.mp4 "$URL/api/upload/"',
    parameters=[
        path(
            "filename",
            "The name of the file. It has to be one that a video can have.",
            schema={"type": "string", "minLength": 1},
            example="film.mp4",
        ),
        query("title", "A title; else the name is it.", schema=_TITLE),
        query("processing", ABOUT_PROCESSING, example="probe,poster"),
        query("clip_of", ABOUT_CLIP_OF),
        query("start", ABOUT_MOMENT, example="12.5"),
        query("end", ABOUT_MOMENT, example="22.5"),
        _DIGEST,
    ],
    body=Body(_BYTES, "application/octet-stream"),
    answers=[Answer(201, "The video.", schema=OneVideoMessage, example=ONE_VIDEO, headers=["Location"])],
    faults=[*UPLOADING, WRONG_DIGEST, VIDEO_NOT_FOUND],
)
def upload_file(filename: str) -> Response:
    """Store the body as one video."""
    _check_encoding()
    body = RequestBody()
    with services().uploads.slots.hold(client()):
        if "Content-Range" in request.headers:
            raise InvalidUploadError("A part of a file cannot be put here. Use /api/uploads to resume.")
        candidate = Candidate(
            filename=filename,
            declared_type=request.headers.get("Content-Type"),
            title=request.args.get("title"),
            processing=wanted_processing(request.args.get("processing"), file=filename),
            clip=wanted_clip(request.args, file=filename),
            length=body.length,
            expected=_expected_digests(),
        )
        video = _receive(services().uploads.whole.begin(candidate, door="put", by=current_actor()), body)
    shown = show(one_message(video), 201)
    shown.headers["Location"] = f"/api/videos/{video.id}"
    return shown


def _check_encoding() -> None:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaError("Send the bytes as they are, without a Content-Encoding.")


def _receive(upload: Upload, body: RequestBody) -> Video:
    uploads = services().uploads.whole
    try:
        services().uploads.reader.read(body, door="put", pass_on=upload.write)
    except BaseException:
        uploads.abandon([upload])
        raise
    return uploads.finish([upload], by=current_actor())[0]


def _expected_digests() -> ExpectedDigests:
    headers = request.headers
    try:
        return parse_expected_digests(
            content_md5=headers.get("Content-MD5"),
            content_digest=headers.get("Content-Digest"),
            repr_digest=headers.get("Repr-Digest"),
        )
    except InvalidDigest as error:
        raise InvalidUploadError(str(error)) from error
