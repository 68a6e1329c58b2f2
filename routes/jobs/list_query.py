"""What the query string of the list of jobs asks for, checked."""

from flask import request

from routes.http.queries import asked_cursor, asked_limit, invalid_query
from services.jobs.job import State
from services.jobs.store import JobQuery, cursor_question
from utils.text import has_unsafe_characters

LONGEST = 1024
_STATE = "|".join(State)
STATES = f"^(?:(?:{_STATE})(?:,(?:{_STATE}))*)?$"
"""The pattern of several, with commas between."""


def job_query() -> JobQuery:
    """The question that the current request puts to the jobs; raises `InvalidQueryError`.

    Beside a cursor stand the filters that it was given for.
    """
    video, kind, after = _text("video"), _text("kind"), asked_cursor()
    query = JobQuery(video=video, kind=kind, states=asked_states(), limit=asked_limit(), after=after)
    if after is not None:
        asked = {"sort": after.sort, "q": after.q, "tag": after.tag}
        if asked != cursor_question(query) or not isinstance(after.value, int):
            raise invalid_query("cursor", "This cursor belongs to another question. Begin without a cursor.")
    return query


def asked_states() -> tuple[State, ...]:
    """The states of jobs, or of what they do, that are asked for; raises `InvalidQueryError`."""
    text = request.args.get("state")
    if not text:
        return ()
    try:
        return tuple(dict.fromkeys(State(each) for each in text.split(",")))
    except ValueError:
        raise invalid_query("state", f"A state is one of: {', '.join(State)}; several with commas between.") from None


def _text(name: str) -> str | None:
    text = request.args.get(name)
    if not text:
        return None
    if len(text) > LONGEST or has_unsafe_characters(text):
        raise invalid_query(name, f"There is no {name} of that name.")
    return text
