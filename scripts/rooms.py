"""Draw the plan of the house from the code itself: `python -m scripts.rooms`.

The picture in docs/architecture.md is made from what modules import, the list in docs/rooms.md from the first line of
each package's docstring.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE_PAGE, LIST_PAGE = ROOT / "docs/architecture.md", ROOT / "docs/rooms.md"
_PARTS = ("routes", "services", "utils")
_ROOMS_BEGIN, _PICTURE_BEGIN = "<!-- rooms -->\n```\n", "<!-- picture -->\n```mermaid\n"
_END = "```\n"
_WIDTH, _NAMES = 120, 40


def as_the_code_has_them() -> dict[Path, str]:
    """Both pages with what is drawn as the code has it now."""
    drawn = {PICTURE_PAGE: (_PICTURE_BEGIN, picture()), LIST_PAGE: (_ROOMS_BEGIN, room_list())}
    return {page: _replaced(page, begin, content) for page, (begin, content) in drawn.items()}


def room_list() -> str:
    """Every folder with what it is for; the modules in it say it of themselves."""
    folders = sorted({path.parent for path in _modules()})
    lines = [_line(folder.relative_to(ROOT).as_posix() + "/", _purpose(folder / "__init__.py")) for folder in folders]
    return "".join(f"{line}\n" for line in lines)


def picture() -> str:
    """Which slice of the services imports which, as a Mermaid graph.

    Left out are what all may import, and arrows that follow from others: of a → b → c and a → c, the last.
    """
    arrows: dict[str, set[str]] = defaultdict(set)
    for path in _modules():
        slice_ = _slice_of(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
        for imported in _imports(path):
            target = _slice_of(imported)
            if slice_ and target and target != slice_:
                arrows[slice_].add(target)
    lines = ["flowchart TD", "  routes --> assembly"]
    for name in sorted(arrows):
        others = sorted(each for each in arrows[name] if not _leads(arrows, arrows[name] - {each}, each))
        lines.append(f"  {name} --> {' & '.join(others)}")
    return "".join(f"{line}\n" for line in lines)


def _leads(arrows: Mapping[str, set[str]], starts: AbstractSet[str], goal: str) -> bool:
    """Whether one of the starts imports the goal, itself or by what it imports."""
    seen, ahead = set[str](), set(starts)
    while ahead:
        name = ahead.pop()
        seen.add(name)
        following = arrows.get(name, set())
        if goal in following:
            return True
        ahead |= following - seen
    return False


def _modules() -> Iterator[Path]:
    for part in _PARTS:
        yield from (path for path in (ROOT / part).rglob("*.py") if "__pycache__" not in path.parts)


def _purpose(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text())) if path.is_file() else None
    return (text or "").split("\n")[0].rstrip(".")


def _line(name: str, purpose: str) -> str:
    line = f"{name:<{_NAMES}} {purpose}".rstrip()
    return line if len(line) <= _WIDTH else line[: _WIDTH - 2].rsplit(" ", 1)[0] + " …"


def _slice_of(module: str) -> str | None:
    """The slice that a module of the services belongs to; none for what is no slice, or may be imported by all."""
    parts = module.split(".")
    if parts[0] != "services" or len(parts) < 2 or parts[1] in {"errors", "metrics", "steps"}:
        return None
    return parts[1]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            # `from services.library import build` names a module behind the word import.
            yield node.module if "." in node.module else f"{node.module}.{node.names[0].name}"
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def _replaced(page: Path, begin: str, content: str) -> str:
    before, found, rest = page.read_text().partition(begin)
    if not found:
        raise ValueError(f"{page.name} has no place that begins with {begin!r}.")
    _, _, after = rest.partition(_END)
    return f"{before}{begin}{content}{_END}{after}"


def main() -> int:
    """Write the plan into the pages."""
    for page, text in as_the_code_has_them().items():
        page.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
