"""The tests of the page's logic, which run in Node.js."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_javascript_tests_pass(node: Path) -> None:
    files = sorted(str(path) for path in (ROOT / "tests/js").rglob("*.test.js"))
    done = subprocess.run([node, "--test", *files], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
