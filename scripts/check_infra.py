"""Hold the templates for Azure to checkov's rules: `python -m scripts.check_infra`, behind `make infra`.

checkov brings a hundred packages and 300 MB along, of which nothing else here has any use, so it has an environment of
its own, and `make check` goes without. What it may find is in infra/checkov.json, each with the reason why it stays;
what it finds besides is a fault, and so is a reason for what it finds no more.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "infra/checkov.json"
_FOLDER = ROOT / ".venv-infra"
_VERSION = "3.3.30"
Findings = Mapping[str, frozenset[str]]
"""The resources that fail, by the rule."""


def main() -> int:
    """Say what is new and what is gone; 1 where there is something of either."""
    _install()
    accepted = accepted_findings()
    found = _found()
    faults = [
        *(
            f"{rule}: {', '.join(sorted(each))}: fix it, or say why not in infra/checkov.json"
            for rule, each in _more(found, accepted)
        ),
        *(
            f"{rule}: {', '.join(sorted(each))}: is well now, take it out of infra/checkov.json"
            for rule, each in _more(accepted, found)
        ),
    ]
    print("\n".join(faults) or f"checkov {_VERSION} finds nothing beside the {len(accepted)} rules with a reason.")
    return 1 if faults else 0


def accepted_findings() -> Findings:
    """What may be found."""
    rules: dict[str, dict[str, Any]] = json.loads(BASELINE.read_text())
    return {rule: frozenset(each["resources"]) for rule, each in rules.items()}


def _more(one: Findings, other: Findings) -> list[tuple[str, frozenset[str]]]:
    """What the first has and the second has not."""
    return [(rule, more) for rule, each in sorted(one.items()) if (more := each - other.get(rule, frozenset()))]


def _install() -> None:
    mark = _FOLDER / f"checkov-{_VERSION}"
    if mark.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(_FOLDER)], check=True)
    subprocess.run([str(_FOLDER / "bin/pip"), "install", "--quiet", f"checkov=={_VERSION}"], check=True)
    mark.touch()


def _found() -> Findings:
    command = [str(_FOLDER / "bin/checkov"), "--directory", "infra", "--framework", "bicep"]
    command += ["--compact", "--quiet", "--output", "json", "--soft-fail"]
    # It would otherwise look on the network for a newer version and for guides.
    environment = os.environ | {"CHECKOV_RUN_SCA_PACKAGE_SCAN": "false", "BC_SKIP_MAPPING": "TRUE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    if report["summary"]["parsing_errors"]:
        sys.exit(f"checkov cannot read: {', '.join(report['results']['parsing_errors'])}")
    found: dict[str, set[str]] = {}
    for each in report["results"]["failed_checks"]:
        module = Path(each["file_path"]).stem
        found.setdefault(each["check_id"], set()).add(f"{module}.{each['resource'].rpartition('.')[2]}")
    return {rule: frozenset(resources) for rule, resources in found.items()}


if __name__ == "__main__":
    sys.exit(main())
