"""What the API says of work on films."""

from msgspec import Struct

from routes.jobs.messages import JobMessage
from routes.library.messages import VideoMessage


class VideoAndJob(Struct, frozen=True, kw_only=True):
    """A video, and what has been begun for it."""

    video: VideoMessage
    job: JobMessage
