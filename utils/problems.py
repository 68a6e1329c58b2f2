"""The body of an error answer: RFC 9457 `application/problem+json`, as a plain dict."""

from collections.abc import Mapping
from typing import Any

PROBLEM_CONTENT_TYPE = "application/problem+json"
_OWN_MEMBERS = frozenset({"type", "title", "status", "detail", "request_id"})


def problem(
    slug: str,
    *,
    title: str,
    status: int,
    detail: str,
    request_id: str,
    extras: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a problem whose type is `/problems/<slug>`; extras are more members (None is left out)."""
    extras = extras or {}
    if clash := _OWN_MEMBERS & extras.keys():
        raise ValueError(f"A problem has these members already: {', '.join(sorted(clash))}.")
    return {
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request_id,
        **{name: value for name, value in extras.items() if value is not None},
    }
