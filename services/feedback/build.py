"""Feedback of one process, put together."""

from dataclasses import dataclass

from services.audit.audit import Audit
from services.events.listener import Listener
from services.events.videos import VideoPurged
from services.feedback.feedback import Feedback
from services.library.build import LibrarySlice
from services.platform import Platform


@dataclass(frozen=True, kw_only=True)
class FeedbackSlice:
    """What people think of captions, signs and playing."""

    feedback: Feedback


def build(platform: Platform, library: LibrarySlice, audit: Audit) -> FeedbackSlice:
    """The slice; opens no connection."""
    feedback = Feedback(library.videos, platform.databases.durable, audit)
    platform.events.listen(Listener(name="feedback", wants=(VideoPurged,), take=feedback.purged))
    return FeedbackSlice(feedback=feedback)
