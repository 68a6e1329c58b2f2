"""Two ways to send whole files: a form with one or many, or a body that is the file."""

from typing import cast

from flask import Blueprint, Response, g, jsonify, redirect, request, url_for
from werkzeug.routing import PathConverter
from werkzeug.wrappers import Response as AnyResponse

from routes.body import RequestBody
from routes.errors import wants_page
from routes.form_upload import FormUpload
from routes.representations import video_json
from routes.wiring import services
from services.errors import InvalidUploadError, UnsupportedMediaError
from services.uploads import Candidate, Upload
from services.video import Video
from utils.digests import ExpectedDigests, InvalidDigest, parse_expected_digests
from utils.multipart import MalformedMultipart, MultipartReader

blueprint = Blueprint("upload", __name__, url_prefix="/api/upload")


class FilenameConverter(PathConverter):
    """Any name that a file can have: Werkzeug's own `path` knows no line breaks."""

    regex = "(?s:[^/].*?)"
    part_isolating = False


# Registered before the routes below, which are added in this order.
blueprint.record_once(lambda setup: setup.app.url_map.converters.update(filename=FilenameConverter))


@blueprint.post("")
def upload_form() -> tuple[Response, int] | AnyResponse:
    """Store every file of a multipart form, or none."""
    _check_encoding()
    body = _body()
    with services().slots.hold():
        services().uploads.check_form_length(body.length)
        try:
            reader = MultipartReader(request.headers.get("Content-Type", ""))
        except MalformedMultipart as error:
            raise InvalidUploadError(str(error)) from error
        form = FormUpload(services(), reader, expected=_expected_digests())
        videos = form.receive(body)
    if wants_page():
        return redirect(url_for("pages.home"), code=303)
    return jsonify(videos=[video_json(video) for video in videos]), 201


@blueprint.put("/")
@blueprint.put("/<filename:filename>")
def upload_file(filename: str = "") -> tuple[Response, int]:
    """Store the body as one video."""
    _check_encoding()
    body = _body()
    with services().slots.hold():
        if "Content-Range" in request.headers:
            raise InvalidUploadError("A part of a file cannot be put here. Use /api/uploads to resume.")
        candidate = Candidate(
            filename=filename,
            declared_type=request.headers.get("Content-Type"),
            title=request.args.get("title"),
            length=body.length,
            expected=_expected_digests(),
        )
        video = _receive(services().uploads.begin(candidate, door="put"), body)
    shown = jsonify(video_json(video))
    shown.headers["Location"] = f"/api/videos/{video.id}"
    return shown, 201


@blueprint.after_request
def let_the_client_read(response: Response) -> Response:
    """Take in what a refused client is still sending, for a moment, so that it gets to see the refusal."""
    return _body().drain_after(response) if response.status_code >= 400 else response


def _body() -> RequestBody:
    if "upload_body" not in g:
        g.upload_body = RequestBody()
    return cast("RequestBody", g.upload_body)


def _check_encoding() -> None:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaError("Send the bytes as they are, without a Content-Encoding.")


def _receive(upload: Upload, body: RequestBody) -> Video:
    uploads = services().uploads
    try:
        for chunk in services().intake.chunks(body, door="put"):
            upload.write(chunk)
    except BaseException:
        uploads.abandon([upload])
        raise
    return uploads.finish([upload])[0]


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
