"""Ask the package indexes whether anything that is locked here is known to be vulnerable: `make audit`."""

import json
import subprocess
import sys
from pathlib import Path

from scripts.node import find_node

ROOT = Path(__file__).resolve().parent.parent
_PYTHON_LISTS = (
    *("requirements.txt", "requirements-dev.txt"),
    *("requirements-captions.txt", "requirements-node.txt"),
)
_PIP_AUDIT = "pip-audit@2.10.1"
_UNREACHABLE = "The advisories of {index} cannot be reached from here, so nothing is known. Try again with a network."


def main() -> int:
    """0: nothing is known. 1: something is, and stands above. 2: somebody could not be asked."""
    verdicts = [_python(name) for name in _PYTHON_LISTS] + [_node()]
    return 1 if 1 in verdicts else max(verdicts)


def _python(name: str) -> int:
    print(f"{name} …", flush=True)
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "tool", "run", "--quiet", _PIP_AUDIT, "--require-hashes", "--disable-pip", "--format=json"]
    done = subprocess.run([*command, "-r", name], cwd=ROOT, check=False, capture_output=True, text=True)
    return python_verdict(done.stdout, done.stderr)


def python_verdict(report: str, complaint: str = "") -> int:
    """Say what stands in pip-audit's JSON; 0, 1 or 2 as `main` has it."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return _unknown("Python's packages", complaint)
    faults = [(each, fault) for each in packages for fault in each.get("vulns", [])]
    for package, fault in faults:
        print(f"{package['name']} {package['version']}: {fault['id']}, fixed in {fault['fix_versions']}")
    # pip-audit calls packages harmless that it could not look up; they must not hide those that it could.
    if skipped := [each["name"] for each in packages if "skip_reason" in each]:
        unknown = _unknown("Python's packages", f"Nothing was said of {', '.join(skipped)}.")
        return 1 if faults else unknown
    print(f"{len(packages)} packages, {len(faults)} known vulnerabilities", flush=True)
    return 1 if faults else 0


def _node() -> int:
    print("package-lock.json …", flush=True)
    command = [*find_node(ROOT).npm, "audit", "--package-lock-only", "--json"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)["metadata"]["vulnerabilities"]
    except (ValueError, KeyError):
        return _unknown("Node.js' packages", done.stderr)
    print(", ".join(f"{count} {severity}" for severity, count in found.items()), flush=True)
    return 1 if found["total"] else 0


def _unknown(index: str, reason: str) -> int:
    lines = reason.strip().splitlines()
    print(_UNREACHABLE.format(index=index), *lines[-1:], sep="\n", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
