"""The list of critical modules is true, and what Cosmic Ray says is read as it is meant."""

import json
from pathlib import Path

import pytest

from scripts.mutate import BEGIN, END, PAGE, TARGETS, Score, Target, score_of, write
from tests.server import ROOT


@pytest.mark.parametrize("target", TARGETS, ids=[each.module for each in TARGETS])
def test_every_module_and_its_tests_are_there(target: Target) -> None:
    assert all((ROOT / path).exists() for path in (target.module, *target.tests))


def mutant(outcome: str | None, *, worker: str = "normal", line: int = 7) -> str:
    mutation = {"module_path": "a.py", "operator_name": "core/NumberReplacer", "start_pos": [line, 0]}
    result = None if outcome is None else {"worker_outcome": worker, "test_outcome": outcome}
    return json.dumps([{"job_id": "x", "mutations": [mutation]}, result])


def test_what_was_never_tried_counts_for_neither_side() -> None:
    dump = "\n".join(
        [
            *(mutant("killed"), mutant("incompetent"), mutant("survived"), mutant(None)),
            *(mutant("killed", worker="no-test"), mutant("survived", worker="skipped")),
        ]
    )
    score = score_of("a.py", dump)
    assert (score.killed, score.survivors) == (2, ("a.py:7: NumberReplacer",))
    assert score.share == pytest.approx(2 / 3)


def test_the_document_keeps_what_was_not_tried_this_time(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n{BEGIN}\n{END}\nAfter.\n")
    write([Score("a.py", 9, ("x",)), Score("b.py", 1, ())], page)
    write([Score("b.py", 1, ("y",))], page)
    text = page.read_text()
    assert "| `a.py` | 10 | 9 | 90% |" in text
    assert "| `b.py` | 2 | 1 | 50% |" in text
    assert text.startswith("Before.\n")
    assert text.endswith("\nAfter.\n")


def test_the_document_has_a_place_for_the_scores() -> None:
    text = PAGE.read_text()
    assert text.count(BEGIN) == text.count(END) == 1
