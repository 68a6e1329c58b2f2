"""Nothing is so large that a reader loses the thread: files, functions and lines have their most."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FOLDERS = ("benchmarks", "routes", "scripts", "services", "static", "templates", "tests", "utils")
_SUFFIXES = {".py", ".js", ".mjs", ".css", ".html", ".sh"}
_MOST_LINES, _MOST_IN_A_FUNCTION, _MOST_COLUMNS = 400, 60, 120
# A remark to a tool has to stand in the line that it is about.
_REMARK = re.compile(r"  # (?:noqa|type): .*$")


def sources() -> Iterator[Path]:
    """Everything that people write and read as code."""
    yield from ROOT.glob("*.py")
    yield from ROOT.glob("*.sh")
    for folder in _FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in _SUFFIXES and "node_modules" not in path.parts:
                yield path


def test_files_are_short() -> None:
    long = {name(path): len(lines(path)) for path in sources() if len(lines(path)) > _MOST_LINES}
    assert long == {}, "Part it where another subject begins."


def test_functions_are_short() -> None:
    long = {
        f"{name(path)}: {node.name}": node.end_lineno - node.lineno + 1
        for path in sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
        if node.end_lineno - node.lineno >= _MOST_IN_A_FUNCTION
    }
    assert long == {}


def test_lines_are_short() -> None:
    long = [
        f"{name(path)}:{number}"
        for path in sources()
        for number, line in enumerate(lines(path), start=1)
        if len(_REMARK.sub("", line)) > _MOST_COLUMNS
    ]
    assert long == []


def lines(path: Path) -> list[str]:
    """The lines of a file."""
    return path.read_text().splitlines()


def name(path: Path) -> str:
    """Where the file is, from the root on."""
    return path.relative_to(ROOT).as_posix()
