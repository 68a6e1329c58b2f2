"""What is found where a migration takes from: files, and what is wrong with some of them."""

from dataclasses import dataclass
from enum import StrEnum


class FileState(StrEnum):
    """What has become of a file."""

    BEGUN = "begun"
    """It is on its way, or the work on it was killed."""
    TAKEN = "taken"
    """It is a video now."""
    KNOWN = "known"
    """It was one before."""
    ASKED = "asked"
    """It is cut out of a film, by a job of its own."""
    SKIPPED = "skipped"
    """It is left out on purpose: hidden, half written, a link."""
    REFUSED = "refused"
    """It cannot become a video as it is."""
    FAILED = "failed"
    """It could not be read this time."""
    UNCLEAR = "not-understood"
    """A line of a list that says nothing that can be done."""


@dataclass(frozen=True, kw_only=True)
class FoundFile:
    """One file, as the place shows it without its being read."""

    path: str
    """Within the place, with slashes. Bytes that are no letters are written as `\\xNN`."""
    parts: tuple[str, ...] = ()
    """The same as the place wants it to find the file again."""
    size: int = 0
    """In bytes."""
    version: str = ""
    """Becomes another one when the file is written."""
    md5: str = ""
    """Of its bytes, in Base64, where its own storage names it."""
    state: FileState | None = None
    """What becomes of it, where that can be seen from outside; None for what is to be taken."""
    detail: str | None = None
    """Why, in words."""

    @property
    def name(self) -> str:
        """Its name alone."""
        return self.path.rpartition("/")[2]


_PARTIAL = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".temp", ".opdownload", "~")


def left_out(name: str) -> str | None:
    """Why a file of that name is not even tried; None where it is."""
    if name.startswith("."):
        return "Hidden files are left out."
    if name.lower().endswith(_PARTIAL):
        return "By its name it is only half written, and is left out."
    return None
