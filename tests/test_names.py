"""A name stands for one thing: no two classes of one language share it."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_FOLDERS = ("routes", "services", "utils", "scripts", "benchmarks")
_SCRIPT_CLASS = re.compile(r"^\s*(?:export )?(?:default )?class (\w+)", re.MULTILINE)


def python_classes() -> Iterator[tuple[str, Path]]:
    """The name and the place of each class of the app and of what is around it, private ones by the same name."""
    sources = [ROOT / "app.py", ROOT / "config.py", *(p for each in _FOLDERS for p in (ROOT / each).rglob("*.py"))]
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                yield node.name.lstrip("_"), path


def script_classes() -> Iterator[tuple[str, Path]]:
    """The name and the place of each class of the pages' scripts."""
    for path in (ROOT / "static/js").rglob("*.js"):
        for name in _SCRIPT_CLASS.findall(path.read_text()):
            yield name, path


@pytest.mark.parametrize("classes", [python_classes, script_classes], ids=["Python", "JavaScript"])
def test_no_two_classes_have_one_name(classes: Callable[[], Iterator[tuple[str, Path]]]) -> None:
    places = defaultdict[str, list[str]](list)
    for name, path in classes():
        places[name].append(path.relative_to(ROOT).as_posix())
    assert len(places) > 2
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert shared == {}, "Name one of each by what it does, for someone who has read neither."
