"""Who did what."""

from routes.http.openapi.operation import Parameter

ENTRY = {
    "id": 7,
    "at": "2026-11-20T10:15:12.345Z",
    "actor": {"kind": "person", "id": "3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f", "name": "mira"},
    "action": "user.login",
    "target": {"kind": "user", "id": "3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f"},
    "outcome": "done",
    "address": "192.0.2.1",
    "request_id": "3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f",
    "details": {},
}
LONGEST_FILTER = 200
FILTERS = {
    "actor": "The id of who did it.",
    "target": "The id of what it was done to.",
    "action": "An action such as `user.login`, or the beginning of some: `user.*`.",
}


def said(name: str, about: str, **schema: object) -> Parameter:
    """Something that the query says."""
    return Parameter(name=name, where="query", about=about, schema={"type": "string", **schema})


def moment(name: str, about: str) -> Parameter:
    """A moment that the query says; a form sends the field empty where nobody has filled it in."""
    return Parameter(
        name=name,
        where="query",
        about=about,
        schema={"anyOf": [{"type": "string", "format": "date-time"}, {"const": ""}]},
    )
