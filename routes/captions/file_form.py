"""A form with a file of captions: what is broken or cut on its way is refused."""

from urllib.parse import parse_qsl

from flask import request

from routes.http.body_places import read_small, receiving
from routes.http.file_form import MOST_FIELDS, ROOM, FileForm, read_parts
from services.captions.cues import LARGEST_FILE
from services.captions.errors import NoCaptionFileError
from services.errors import UnsupportedMediaError
from utils.multipart import MalformedMultipart


def read_caption_form() -> FileForm:
    """The current request's form; raises `NoCaptionFileError`, and what `read_small` raises."""
    with receiving():
        content = read_small(largest=LARGEST_FILE + ROOM)
    if request.mimetype == "application/x-www-form-urlencoded":
        pairs = parse_qsl(bytes(content), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        return FileForm(fields={name.decode(errors="replace"): bytearray(value) for name, value in pairs})
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaError("Send the form as multipart/form-data.")
    try:
        return read_parts(content)
    except MalformedMultipart as error:
        raise NoCaptionFileError(str(error)) from error
