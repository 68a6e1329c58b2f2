"""The pages' scripts: their logic by Node's own runner, and their size."""

import gzip
import json
import re
import subprocess
from pathlib import Path

from routes.site.assets import sent_text

ROOT = Path(__file__).resolve().parent.parent.parent
# What every page loads, and what a page loads beyond that, compressed.
_MOST_EVERYWHERE, _MOST_OF_A_PAGE = 50_000, 25_000
_IMPORTS = re.compile(r'(?:from|^import) "(\.[^"]+)"', re.MULTILINE)
_NAMED = re.compile(r"""data-module="\{\{ asset\('([^']+)'\) \}\}""")


def test_the_logic_of_the_scripts(node: Path) -> None:
    command = [str(node), "--test", *map(str, (ROOT / "tests/js").rglob("*.test.mjs"))]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_are_small() -> None:
    everywhere = loaded_by(ROOT / "static/js/main.js") | {ROOT / "static/js/site/appearance.js"}
    assert any(path.name == "tus.js" for path in everywhere)
    assert size_of(everywhere) <= _MOST_EVERYWHERE
    named = {name for path in (ROOT / "templates").rglob("*.html") for name in _NAMED.findall(path.read_text())}
    assert "js/playback/watch.js" in named
    pages = {name: loaded_by(ROOT / "static" / name) - everywhere for name in named}
    assert {name: size_of(scripts) for name, scripts in pages.items() if size_of(scripts) > _MOST_OF_A_PAGE} == {}
    # Nothing lies about that no page loads.
    assert set((ROOT / "static/js").rglob("*.js")) - everywhere - set().union(*pages.values()) == set()


def loaded_by(path: Path) -> set[Path]:
    """A module with all that it imports, and what those import."""
    found, ahead = set[Path](), [path.resolve()]
    while ahead:
        module = ahead.pop()
        if module not in found:
            found.add(module)
            ahead += [(module.parent / name).resolve() for name in _IMPORTS.findall(module.read_text())]
    return found


def size_of(scripts: set[Path]) -> int:
    """What they weigh on their way, in bytes."""
    return sum(len(gzip.compress(sent_text(path))) for path in scripts)


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


def test_no_line_is_too_long_to_be_read() -> None:
    """The formatter breaks code and leaves comments as they are."""
    sources = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "static/css").rglob("*.css")]
    lines = [
        (path.name, number)
        for path in sources
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > 120
    ]
    assert lines == []


def test_no_script_makes_markup_from_text() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    scripts = {path: path.read_text() for path in (ROOT / "static/js").rglob("*.js")}
    assert [str(path) for path, text in scripts.items() if any(word in text for word in forbidden)] == []
