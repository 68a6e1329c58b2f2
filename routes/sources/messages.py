"""How outside services look in JSON."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from services.sources.service import ServiceState
from services.sources.sources import SourceShown
from utils.timestamps import format_timestamp

_Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class RateMessage(Struct, frozen=True, kw_only=True):
    """How often a service is asked."""

    per_minute: Annotated[int, Meta(description="Requests that it is sent at most.")]
    this_hour: Annotated[int, Meta(description="Requests that it was sent since the hour began.")]


class SourceMessage(Struct, frozen=True, kw_only=True):
    """An outside service."""

    name: str
    title: str
    state: Annotated[
        ServiceState,
        Meta(
            description="`off`: it has no key or address; `slow`: it asked for a pause; `away`: it failed five times "
            "in a row and is not asked for a while; `failing`: its last answer was none."
        ),
    ]
    needs_key: bool
    key_set: Annotated[bool, Meta(description="Whether it has what it needs, its address included.")]
    can_be_tested: bool
    rate: RateMessage
    requests: Annotated[int, Meta(description="All that it was ever sent.")]
    failures: int
    last_answer_at: _Time | None
    last_error: str | None
    last_error_at: _Time | None
    asked_again_at: Annotated[_Time | None, Meta(description="It is not asked before.")]


class SourceList(Struct, frozen=True, kw_only=True):
    """All outside services."""

    sources: list[SourceMessage]


def source_message(shown: SourceShown) -> SourceMessage:
    """A service as the API shows it."""
    health = shown.health
    return SourceMessage(
        name=shown.service.name,
        title=shown.service.title,
        state=health.state,
        needs_key=shown.needs_key,
        key_set=shown.key_is_set,
        can_be_tested=shown.can_be_tested,
        rate=RateMessage(per_minute=shown.service.per_minute, this_hour=health.asked_in_hour),
        requests=health.asked,
        failures=health.failed,
        last_answer_at=_text(health.answered_at),
        last_error=shown.why_off or health.last_error,
        last_error_at=_text(health.failed_at),
        asked_again_at=_text(health.asked_again_at),
    )


def moment_of(milliseconds: int) -> datetime:
    """A moment of the clock of the database."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _text(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else format_timestamp(moment_of(milliseconds))


SOURCE = SourceMessage(
    name="musicbrainz",
    title="MusicBrainz",
    state=ServiceState.OK,
    needs_key=False,
    key_set=False,
    can_be_tested=True,
    rate=RateMessage(per_minute=60, this_hour=12),
    requests=1204,
    failures=3,
    last_answer_at="2026-11-20T10:15:12.345Z",
    last_error="MusicBrainz answered 503.",
    last_error_at="2026-11-19T23:00:00.000Z",
    asked_again_at=None,
)
"""An example."""
