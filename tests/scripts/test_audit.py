"""What the audit makes of pip-audit's reports."""

import json

import pytest

from scripts.audit import python_verdict

WEAK = {"name": "a", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SOUND = {"name": "b", "version": "1.0", "vulns": []}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("packages", "verdict"),
    [([SOUND], 0), ([SOUND, WEAK], 1), ([SOUND, SKIPPED], 2), ([SKIPPED], 2), ([WEAK, SKIPPED], 1)],
)
def test_what_could_not_be_looked_up_is_neither_sound_nor_hides_what_is_known(
    packages: list[object], verdict: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert python_verdict(json.dumps({"dependencies": packages})) == verdict
    said = capsys.readouterr()
    assert ("PYSEC-1" in said.out) == (WEAK in packages)
    assert ("Nothing was said of c." in said.err) == (SKIPPED in packages)


@pytest.mark.parametrize("report", ["", "no JSON", "{}"])
def test_no_report_is_not_taken_for_a_good_one(report: str) -> None:
    assert python_verdict(report) == 2
