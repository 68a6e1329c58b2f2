"""A job as a row, and back. Times are milliseconds since 1970."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.actors.actor import Actor
from services.jobs.job import MOST_ATTEMPTS, Job, Lane, State
from services.jobs.kinds import Kind
from services.jobs.wish import Wish


def row_of(wish: Wish, *, by: Actor) -> dict[str, Any]:
    """The columns of a new job, without those that are times."""
    said = packed(wish.arguments or {})
    return {
        "id": secrets.token_hex(12),
        "key": _key(wish.video, wish.kind, said),
        "kind": wish.kind.name,
        "recipe": wish.kind.recipe,
        "video": wish.video,
        "arguments": said,
        "state": State.QUEUED.value,
        "lane": (wish.lane or wish.kind.lane).value,
        "priority": wish.priority,
        "attempts": 0,
        "attempts_allowed": MOST_ATTEMPTS,
        "progress": 0.0,
        "by_id": by.id,
        "by_name": by.name,
    }


def job_of(row: Mapping[Any, Any]) -> Job:
    """The job that a row tells of; one without the column of results says nothing of them."""
    results = row.get("results")
    return Job(
        id=row["id"],
        kind=row["kind"],
        recipe=row["recipe"],
        video=row["video"],
        arguments=json.loads(row["arguments"]),
        state=State(row["state"]),
        lane=Lane(row["lane"]),
        priority=row["priority"],
        run_at=_moment(row["run_at"]),
        attempts=row["attempts"],
        attempts_allowed=row["attempts_allowed"],
        silences=row["silences"],
        progress=row["progress"],
        error=row["error"],
        results=None if results is None else json.loads(results),
        created_at=_moment(row["created_at"]),
        started_at=None if row["started_at"] is None else _moment(row["started_at"]),
        finished_at=None if row["finished_at"] is None else _moment(row["finished_at"]),
        by_id=row["by_id"],
        by_name=row["by_name"],
        changed_at=_moment(row["changed_at"]),
        worker=row["worker"],
    )


def packed(value: Any) -> str:
    """The value as a column keeps it: the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def milliseconds(seconds: float) -> int:
    """Seconds as columns have them."""
    return round(seconds * 1000)


def _key(video: str | None, kind: Kind, arguments: str) -> str:
    return hashlib.sha256(packed([video, kind.name, kind.recipe, arguments]).encode()).hexdigest()


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
