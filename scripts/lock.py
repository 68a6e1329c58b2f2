"""Renew the lock files: pinned to the last digit, with hashes, and free of any registry's address."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.node import find_node

ROOT = Path(__file__).resolve().parent.parent
# The oldest Python that is supported; a universal lock serves all later ones, too.
_PYTHON = "3.11"
_OPTIONS = (
    *("--universal", "--python-version", _PYTHON, "--generate-hashes", "--quiet"),
    *("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"),
    # What asks for `coverage[toml]` is content with a line that says so. For a line without the extra an older pip asks
    # the index, finds a newer coverage there one day, and refuses it for having no hash.
    "--no-strip-extras",
    # One version for all Pythons, where there is one: it is the one that was tested.
    *("--fork-strategy", "fewest"),
)


def main() -> int:
    """Renew each lock file; `UPGRADE=1` also takes newer versions than those locked now."""
    upgrade = os.environ.get("UPGRADE") == "1"
    # Each is constrained by those before it: they are installed beside each other.
    names = ("requirements", "requirements-dev", "requirements-captions", "requirements-node")
    for name in (*names, "tests/pips/oldest", "tests/pips/newest"):
        print(f"{name}.txt …", flush=True)
        command = [str(Path(sys.executable).with_name("uv")), "pip", "compile", *_OPTIONS]
        command += ["--upgrade"] if upgrade else []
        subprocess.run([*command, "-o", f"{name}.txt", f"{name}.in"], cwd=ROOT, check=True)
    print("package-lock.json …", flush=True)
    npm = [
        *find_node(ROOT).npm,
        "update" if upgrade else "install",
        "--package-lock-only",
        "--ignore-scripts",
    ]
    subprocess.run([*npm, "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"], cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
