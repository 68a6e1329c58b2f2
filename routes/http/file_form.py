"""A form with one small file in it, read whole."""

from dataclasses import dataclass, field

from flask import request

from utils.multipart import FormLimits, MultipartReader, PartBegin, PartData

MOST_FIELDS = 20
ROOM = 16 * 1024
"""Bytes for what stands around the file."""
_FILE = "file"


@dataclass(kw_only=True)
class FileForm:
    """Its fields, of which one is the file."""

    fields: dict[str, bytearray] = field(default_factory=dict)
    filename: str = ""
    """Empty where the file came without one."""

    @property
    def file(self) -> bytearray:
        """The file's content; empty where there is none."""
        return self.fields.get(_FILE, bytearray())

    def text(self, name: str) -> str:
        """A field's value; empty where it is missing."""
        return self.fields.get(name, bytearray()).decode(errors="replace")


def read_parts(content: bytearray) -> FileForm:
    """The parts of the current request's body; raises `MalformedMultipart`."""
    reader = MultipartReader(request.content_type or "", limits=FormLimits(parts=MOST_FIELDS))
    form = FileForm()
    part = bytearray()
    for event in reader.feed(bytes(content)):
        match event:
            case PartBegin(name=name, filename=filename):
                part = form.fields.setdefault(name, bytearray())
                if name == _FILE and filename is not None:
                    form.filename = filename
            case PartData(data=data):
                part += data
    reader.finish()
    return form
