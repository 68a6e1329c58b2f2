"""The audit, put together for one process."""

from collections.abc import Callable
from dataclasses import dataclass

from services.audit.audit import Audit
from services.audit.video_events import video_listener
from services.platform import Platform
from services.steps import Step

_DAY, _HOUR = 24 * 3600.0, 3600.0


@dataclass(frozen=True, kw_only=True)
class AuditSlice:
    """Who did what."""

    entries: Audit

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (
            Step(name="audit-copy", every=_DAY, run=self.entries.copy),
            Step(name="audit-purge", every=_HOUR, run=self.entries.purge),
        )


def build(platform: Platform, *, keep_days: Callable[[], int]) -> AuditSlice:
    """The slice; opens no connection."""
    databases = platform.databases
    entries = Audit(
        databases.durable, databases.notes, platform.record_store(), events=platform.events, keep_days=keep_days
    )
    platform.events.listen(video_listener(entries))
    return AuditSlice(entries=entries)
