"""An error answer has one shape."""

import msgspec

from utils.problems import Problem, Reason, problem_type


def test_a_problem_says_what_happened_and_how_to_refer_to_it() -> None:
    problem = Problem(
        type=problem_type("too-large"),
        title="The file is too large",
        status=413,
        detail="At most 20 GB.",
        request_id="r-1",
        errors=(Reason(file="a.mp4", reason="too large"),),
        retry_after=None,
    )
    assert msgspec.json.decode(msgspec.json.encode(problem)) == {
        "type": "/problems/too-large",
        "title": "The file is too large",
        "status": 413,
        "detail": "At most 20 GB.",
        "request_id": "r-1",
        "errors": [{"file": "a.mp4", "reason": "too large"}],
    }
