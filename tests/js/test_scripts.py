"""The pages' scripts: their logic by Node's own runner, and their size."""

import gzip
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_MOST = 60_000


def test_the_logic_of_the_scripts(node: Path) -> None:
    command = [str(node), "--test", *map(str, (ROOT / "tests/js").glob("*.test.mjs"))]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_are_small() -> None:
    scripts = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "static/vendor").rglob("*.js")]
    assert any(path.name == "tus.min.js" for path in scripts)
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= _MOST


def test_no_script_makes_markup_from_text() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    scripts = {path: path.read_text() for path in (ROOT / "static/js").rglob("*.js")}
    assert [str(path) for path, text in scripts.items() if any(word in text for word in forbidden)] == []
