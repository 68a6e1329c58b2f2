"""An error answer has one shape."""

import pytest

from utils.problems import problem


def test_a_problem_says_what_happened_and_how_to_refer_to_it() -> None:
    body = problem(
        "too-large",
        title="The file is too large",
        status=413,
        detail="At most 20 GB.",
        request_id="r-1",
        extras={"errors": [{"file": "a.mp4", "reason": "too large"}], "retry_after": None},
    )
    assert body == {
        "type": "/problems/too-large",
        "title": "The file is too large",
        "status": 413,
        "detail": "At most 20 GB.",
        "request_id": "r-1",
        "errors": [{"file": "a.mp4", "reason": "too large"}],
    }


def test_extras_cannot_replace_what_every_problem_has() -> None:
    with pytest.raises(ValueError, match="status"):
        problem("x", title="t", status=400, detail="d", request_id="r", extras={"status": 200})
