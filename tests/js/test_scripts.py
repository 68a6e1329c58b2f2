"""The pages' scripts: their logic by Node's own runner, and their size."""

import gzip
import json
import subprocess
from pathlib import Path

from routes.assets import sent_text

ROOT = Path(__file__).resolve().parent.parent.parent
_MOST = 60_000


def test_the_logic_of_the_scripts(node: Path) -> None:
    command = [str(node), "--test", *map(str, (ROOT / "tests/js").glob("*.test.mjs"))]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_are_small() -> None:
    scripts = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "static/vendor").rglob("*.js")]
    assert any(path.name == "tus.min.js" for path in scripts)
    assert sum(len(gzip.compress(sent_text(path))) for path in scripts) <= _MOST


def test_scripts_lose_nothing_but_comments_on_their_way(node: Path, tmp_path: Path) -> None:
    sources = sorted((ROOT / "static/js").rglob("*.js"))
    pairs = [(path.read_text(), sent_text(path).decode()) for path in sources]
    (tmp_path / "pairs.json").write_text(json.dumps(pairs))
    # TypeScript reads both, and must write the same.
    program = """
      const ts = require("typescript");
      const options = { compilerOptions: { target: "esnext", removeComments: true } };
      const bare = (source) => ts.transpileModule(source, options).outputText;
      const pairs = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
      console.log(pairs.filter(([source, sent]) => bare(source) === bare(sent)).length);
    """
    command = [str(node), "-e", program, str(tmp_path / "pairs.json")]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert int(done.stdout) == len(pairs) > 20
    assert any(source != sent for source, sent in pairs)


def test_no_script_makes_markup_from_text() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    scripts = {path: path.read_text() for path in (ROOT / "static/js").rglob("*.js")}
    assert [str(path) for path, text in scripts.items() if any(word in text for word in forbidden)] == []
