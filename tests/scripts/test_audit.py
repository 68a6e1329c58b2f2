"""What the audit makes of the reports of pip-audit and npm."""

import json

import pytest

from scripts.audit import Findings, node_findings, python_findings

WEAK = {"name": "a", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}]}
HOPELESS = {"name": "b", "version": "2.0", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
SOUND = {"name": "c", "version": "1", "vulns": []}
SKIPPED = {"name": "d", "skip_reason": "Dependency not found"}


def pip_audit(*packages: object) -> Findings:
    return python_findings(json.dumps({"dependencies": packages}))


def test_weak_python_packages_are_named_with_their_cure() -> None:
    known = ["a 1.0: PYSEC-1, mended in 1.1, 2.0", "b 2.0: PYSEC-2, mended in no version yet"]
    assert pip_audit(WEAK, HOPELESS, SOUND) == Findings(known, [])


def test_weak_npm_packages_are_named_with_their_severity() -> None:
    report = {"auditReportVersion": 2, "vulnerabilities": {"a": {"severity": "high", "range": "<1.2"}}}
    assert node_findings(json.dumps(report)) == Findings(["a <1.2: high"], [])
    assert node_findings('{"vulnerabilities": {}}') == Findings([], [])


def test_packages_that_were_skipped_are_not_taken_for_sound() -> None:
    assert pip_audit(SOUND, SKIPPED) == Findings([], ["Nothing could be learned about d."])
    assert "cannot be reached" in pip_audit(SKIPPED, SKIPPED).unanswered[0]
    assert len(pip_audit(WEAK, SKIPPED).known) == 1


@pytest.mark.parametrize("report", ["", "no JSON", "[]", '{"message": "audit endpoint returned an error"}'])
def test_no_report_is_not_taken_for_a_good_one(report: str) -> None:
    for findings in (python_findings(report), node_findings(report)):
        assert findings.known == []
        assert "cannot be reached" in findings.unanswered[0]
