"""What reading everything again has found, as the API shows it."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from services.scrub.found import Damage, ScrubReport
from utils.timestamps import format_timestamp, utc_milliseconds

_Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class DamageMessage(Struct, frozen=True, kw_only=True):
    """A video whose content is not what it was."""

    id: str
    found_at: _Time
    expected: Annotated[str, Meta(description="The SHA-256 that it should have.")]
    found: str


class ScrubMessage(Struct, frozen=True, kw_only=True):
    """The last pass through all stored videos, or the one that goes on; zeros before the first."""

    state: Annotated[str, Meta(extra_json_schema={"enum": ["off", "waiting", "running"]})]
    pace: Annotated[int, Meta(description="MB a second, as the live setting `scrub_pace` says; 0 is off.")]
    progress: Annotated[float, Meta(ge=0, le=1)]
    began_at: _Time | None
    ended_at: Annotated[_Time | None, Meta(description="Null while it goes on.")]
    next_at: Annotated[_Time | None, Meta(description="When the next pass begins.")]
    bytes: Annotated[int, Meta(description="How many were read.")]
    videos: Annotated[int, Meta(description="How many were looked at: the sum of the next five.")]
    right: int
    filled: Annotated[int, Meta(description="Those that had no SHA-256, and have one now.")]
    damaged: int
    archived: Annotated[int, Meta(description="Those that lie in the archive, where nothing can be read.")]
    skipped: Annotated[int, Meta(description="Those that were new, or could not be read; the next pass looks again.")]
    damaged_videos: Annotated[
        tuple[DamageMessage, ...],
        Meta(description="All that were found damaged, by this pass or an earlier one, and not found right since."),
    ]


SCRUB = ScrubMessage(
    state="waiting",
    pace=4,
    progress=1.0,
    began_at="2026-11-20T00:00:00.000Z",
    ended_at="2026-11-21T10:15:12.345Z",
    next_at="2026-12-20T00:00:00.000Z",
    bytes=493_000_000_000,
    videos=1204,
    right=1190,
    filled=9,
    damaged=1,
    archived=4,
    skipped=0,
    damaged_videos=(
        DamageMessage(
            id="20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4",
            found_at="2026-11-20T12:00:00.000Z",
            expected="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            found="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        ),
    ),
)


def moment_of(milliseconds: int) -> datetime:
    """A moment of the clock of the database."""
    return utc_milliseconds(datetime.fromtimestamp(milliseconds / 1000, UTC))


def scrub_message(report: ScrubReport) -> ScrubMessage:
    """The report as the API shows it."""
    last = report.last
    is_over = last is None or last.ended_at is not None
    return ScrubMessage(
        state="off" if not report.pace else "waiting" if is_over else "running",
        pace=report.pace,
        progress=report.progress,
        began_at=_text(last.began_at if last else None),
        ended_at=_text(last.ended_at if last else None),
        next_at=_text(report.next_at),
        bytes=last.size if last else 0,
        videos=last.videos if last else 0,
        right=last.right if last else 0,
        filled=last.filled if last else 0,
        damaged=last.damaged if last else 0,
        archived=last.archived if last else 0,
        skipped=last.skipped if last else 0,
        damaged_videos=tuple(map(_damage, report.damaged)),
    )


def _damage(damage: Damage) -> DamageMessage:
    return DamageMessage(
        id=damage.video_id,
        found_at=format_timestamp(moment_of(damage.found_at)),
        expected=damage.expected,
        found=damage.found,
    )


def _text(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else format_timestamp(moment_of(milliseconds))
