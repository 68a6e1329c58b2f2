"""What can go wrong with jobs."""

from services.errors import NotFoundError, ReelgateError


class BadInputError(ReelgateError):
    """What the job works on cannot be worked on, however often it is tried; the text says what is wrong with it."""

    slug = "bad-input"
    title = "It cannot be processed"
    status = 422


class NotYetError(ReelgateError):
    """What the job waits for has not come about: it is begun anew after a while, and no worker waits meanwhile."""

    slug = "not-yet"
    title = "Not yet"
    status = 503

    def __init__(self, detail: str, *, again_in: float) -> None:
        """`again_in` is in seconds."""
        super().__init__(detail)
        self.again_in = again_in


class NobodyWorksError(ReelgateError):
    """Jobs wait in a lane that no worker has."""

    slug = "nobody-works"
    title = "Nobody works there"
    status = 503


class JobNotFoundError(NotFoundError):
    """There is no such job, or none that the actor may see."""

    slug = "job-not-found"
    title = "No such job"


class JobStateError(ReelgateError):
    """What was asked for does not go with the state that the job is in."""

    slug = "job-state"
    title = "Not in this state"
    status = 409
