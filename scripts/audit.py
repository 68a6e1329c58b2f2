"""Ask the advisory services whether anything that is locked here has a known weakness.

Apart from `make check`, because the answer changes without a change of ours and needs the internet. Exits with 1 when
something is known, and with 2 when a service could not be asked, which is no good news either.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.node import find_node

ROOT = Path(__file__).resolve().parent.parent
_LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
_UNREACHABLE = "The {} packages could not be checked: the advisory service cannot be reached. Try later."


@dataclass(frozen=True)
class Findings:
    """What a service has said: a line for each known weakness, and a sentence for each thing it could not tell."""

    known: list[str]
    unanswered: list[str]


def python_findings(report: str) -> Findings:
    """What pip-audit wrote as JSON.

    It calls packages harmless that it could not look up, as when the service refuses it: those count as unanswered.
    """
    packages = _parsed(report).get("dependencies")
    if packages is None:
        return Findings([], [_UNREACHABLE.format("Python")])
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    known = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in {_mended(weakness)}"
        for package in packages
        for weakness in package.get("vulns", [])
    ]
    if not skipped:
        return Findings(known, [])
    if len(skipped) == len(packages):
        return Findings(known, [_UNREACHABLE.format("Python")])
    return Findings(known, [f"Nothing could be learned about {', '.join(skipped)}."])


def node_findings(report: str) -> Findings:
    """What `npm audit --json` wrote."""
    packages = _parsed(report).get("vulnerabilities")
    if packages is None:
        return Findings([], [_UNREACHABLE.format("npm")])
    return Findings([f"{name} {package['range']}: {package['severity']}" for name, package in packages.items()], [])


def main() -> int:
    """Check each list of packages, and say what is known or what could not be asked."""
    pip_audit = [str(Path(sys.executable).with_name("pip-audit")), "--disable-pip", "--require-hashes"]
    locks = [option for name in _LOCKS for option in ("--requirement", name)]
    answers = (
        python_findings(_said_by([*pip_audit, *locks, "--format", "json", "--progress-spinner", "off"])),
        node_findings(_said_by([*find_node(ROOT).npm, "audit", "--json"])),
    )
    known = [line for answer in answers for line in answer.known]
    unanswered = [line for answer in answers for line in answer.unanswered]
    print("\n".join([*known, *unanswered]) or "Nothing is known against any of the locked packages.")
    return 1 if known else 2 if unanswered else 0


def _said_by(command: list[str]) -> str:
    """What a command writes; both also end with an error when they have found something."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def _parsed(report: str) -> dict[str, Any]:
    try:
        parsed = json.loads(report)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _mended(weakness: dict[str, Any]) -> str:
    return ", ".join(weakness.get("fix_versions", [])) or "no version yet"


if __name__ == "__main__":
    sys.exit(main())
