"""What breaks a client is told, and what does not is not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from scripts.api_changes import as_text, breaking_changes, described, released

Change = Callable[[dict[str, Any]], object]

LIST = "/api/videos"
VIDEO = "/api/videos/{video_id}"
BEGIN = "/api/videos/generate-upload-url"


def schema(shape: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = shape["schemas"][name]
    return found


def parameter(shape: dict[str, Any], name: str, *, path: str = LIST) -> dict[str, Any]:
    [found] = [each for each in shape["paths"][path]["get"]["parameters"] if each["name"] == name]
    wanted: dict[str, Any] = found
    return wanted


BREAKING: dict[str, tuple[Change, str]] = {
    "a path": (lambda s: s["paths"].pop(LIST), "GET /api/videos is gone."),
    "an operation": (lambda s: s["paths"][VIDEO].pop("patch"), "PATCH /api/videos/{video_id} is gone."),
    "a status": (lambda s: s["paths"][LIST]["get"]["responses"].pop("200"), "no longer answers 200."),
    "a field": (lambda s: schema(s, "Video")["properties"].pop("sha256"), ".sha256 is gone."),
    "a field of a field": (lambda s: schema(s, "Links")["properties"].pop("page"), ".links.page is gone."),
    "a promise": (lambda s: schema(s, "Video")["required"].remove("etag"), ".etag may be missing"),
    "a type": (lambda s: schema(s, "Video")["properties"].update(size={"type": "string"}), ".size may be string"),
    "null": (
        lambda s: schema(s, "Video")["properties"].update(title={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ".title may be null, and was string.",
    ),
    "a new word": (lambda s: schema(s, "Alive")["properties"]["status"]["enum"].append("ill"), "may be more than ok."),
    "a header": (
        lambda s: s["paths"]["/api/uploads"]["post"]["responses"]["201"]["headers"].pop("Location"),
        "no longer has the header Location.",
    ),
    "another kind of answer": (
        lambda s: s["paths"][LIST]["get"]["responses"]["200"]["content"].update(
            {"text/csv": s["paths"][LIST]["get"]["responses"]["200"]["content"].pop("application/json")}
        ),
        "is no longer application/json.",
    ),
    "a parameter": (
        lambda s: s["paths"][LIST]["get"]["parameters"].remove(parameter(s, "tag")),
        "no longer takes the query parameter tag.",
    ),
    "a new parameter that is needed": (
        lambda s: s["paths"][LIST]["get"]["parameters"].append(
            {"name": "owner", "in": "query", "required": True, "schema": {}}
        ),
        "needs the query parameter owner",
    ),
    "a needed parameter": (
        lambda s: parameter(s, "q").update(required=True),
        "needs the query parameter q",
    ),
    "a lower bound": (lambda s: parameter(s, "limit")["schema"].update(maximum=100), "maximum is 100"),
    "a new bound": (
        lambda s: parameter(s, "q")["schema"].update(minLength=3),
        "minLength is 3, and was",
    ),
    "fewer words": (
        lambda s: parameter(s, "sort")["schema"]["enum"].remove("-size"),
        "sort takes nothing but -title, -uploaded_at, size, title, uploaded_at.",
    ),
    "another pattern": (lambda s: parameter(s, "cursor")["schema"].update(pattern="^[a-z]$"), "another pattern"),
    "a field that is needed": (lambda s: schema(s, "NewUpload")["required"].append("title"), "needs title"),
    "a field that was taken": (
        lambda s: schema(s, "NewUpload")["properties"].pop("title"),
        "longer takes title.",
    ),
    "a narrower type": (
        lambda s: schema(s, "Change")["properties"].update(tags={"type": "string"}),
        "body.tags takes string, and took array.",
    ),
    "a body": (
        lambda s: s["paths"][BEGIN]["post"].pop("requestBody"),
        "no longer takes a body of application/json.",
    ),
}
HARMLESS: dict[str, Change] = {
    "a path": lambda s: s["paths"].update({"/api/clips": s["paths"][LIST]}),
    "an operation": lambda s: s["paths"][LIST].update(post=s["paths"][BEGIN]["post"]),
    "a field": lambda s: schema(s, "Video")["properties"].update(duration={"type": "number"}),
    "a promise": lambda s: schema(s, "VideoPage")["required"].append("rebuilding"),
    "a parameter": lambda s: s["paths"][LIST]["get"]["parameters"].append(
        {"name": "owner", "in": "query", "required": False, "schema": {}}
    ),
    "a higher bound": lambda s: parameter(s, "limit")["schema"].update(maximum=500),
    "more words": lambda s: parameter(s, "sort")["schema"]["enum"].append("duration"),
    "no pattern": lambda s: parameter(s, "cursor")["schema"].pop("pattern"),
    "a field that may be sent": lambda s: schema(s, "Change")["properties"].update(description={"type": "string"}),
    "a narrower answer": lambda s: schema(s, "Video")["properties"].update(sha256={"type": "string"}),
    "a wider request": lambda s: schema(s, "NewUpload")["properties"].update(
        size={"anyOf": [{"type": "integer"}, {"type": "string"}]}
    ),
}


@pytest.mark.parametrize("change", BREAKING)
def test_what_breaks_a_client_is_told(change: str) -> None:
    apply, sentence = BREAKING[change]
    now = deepcopy(released())
    apply(now)
    told = list(breaking_changes(released(), now))
    assert any(sentence in each for each in told), told


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nobody_is_not_told(change: str) -> None:
    now = deepcopy(released())
    HARMLESS[change](now)
    assert list(breaking_changes(released(), now)) == []


def test_words_are_not_part_of_it() -> None:
    # What is named so as well is a field, with a schema and no sentence.
    assert '"description": "' not in as_text(described())
    assert '"title"' in as_text(described())
