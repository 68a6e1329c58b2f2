"""What can go wrong with jobs."""

from services.errors import NotFoundError, ReelgateError


class BadInputError(ReelgateError):
    """What the job works on cannot be worked on, however often it is tried; the text says what is wrong with it."""

    slug = "bad-input"
    title = "It cannot be processed"
    status = 422


class JobNotFoundError(NotFoundError):
    """There is no such job, or none that the actor may see."""

    slug = "job-not-found"
    title = "No such job"


class JobStateError(ReelgateError):
    """What was asked for does not go with the state that the job is in."""

    slug = "job-state"
    title = "Not in this state"
    status = 409
