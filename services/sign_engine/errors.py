"""What can go wrong with a sign engine."""

from services.errors import ReelgateError

HOW_TO_TURN_ON = "No engine makes signs here. Set SIGN_ENGINE to a program that makes films of transcripts."


class NoSignEngineError(ReelgateError):
    """Nothing here makes signs; the text says how to turn it on."""

    slug = "no-engine"
    title = "No engine"
    status = 409


class NoTranscriptError(ReelgateError):
    """Nothing of what is said in the film has been written down, so there is nothing to sign."""

    slug = "no-transcript"
    title = "No transcript"
    status = 409


class SignEngineError(ReelgateError):
    """The engine cannot be used now, or has failed."""

    slug = "engine-failed"
    title = "Signing failed"
    status = 503
