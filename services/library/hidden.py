"""What may not be seen is answered as what is not there, in the same words."""

import contextlib
from collections.abc import Iterator

from services.actors.actor import Actor, ActorKind
from services.actors.errors import NotSignedInError
from services.actors.policy import Act, may, require
from services.errors import NotFoundError
from services.library.errors import VideoNotFoundError
from services.videos.video import Video


def require_change(by: Actor, video: Video, *, act: Act = Act.EDIT) -> None:
    """Raise what the actor is to be told when it may not change the video, or do this to it."""
    # What is in the trash is seen by those alone who may take it out.
    if video.deleted_at is not None and not may(by, Act.EDIT, video):
        raise unknown()
    require(by, act, video)


def require_there(video: Video, *, trash: bool) -> None:
    """Raise what is said of what is not there when the video is in the trash, unless that is looked through too."""
    if video.deleted_at is not None and not trash:
        raise unknown()


def unknown() -> VideoNotFoundError:
    """What is said of what is not there."""
    return VideoNotFoundError("There is no such video. It may have been deleted.")


@contextlib.contextmanager
def same_for_hidden(by: Actor) -> Iterator[None]:
    """Answer for what the actor may not see just as for what is not there."""
    try:
        yield
    except (VideoNotFoundError, NotFoundError) as error:
        if by.kind is ActorKind.NOBODY:
            raise NotSignedInError("Sign in to continue.") from error
        if isinstance(error, VideoNotFoundError):
            raise
        raise unknown() from error
