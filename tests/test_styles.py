"""Style sheets: each is on the pages."""

from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent
_STYLES = _ROOT / "static/css"
_NAMES = sorted(path.relative_to(_STYLES).with_suffix("").as_posix() for path in _STYLES.rglob("*.css"))


@pytest.mark.parametrize("name", _NAMES)
def test_every_style_sheet_is_on_a_page(name: str) -> None:
    pages = (path.read_text() for path in (_ROOT / "templates").rglob("*.html"))
    assert any(f'"{name}"' in page or f"css/{name}.css" in page for page in pages)
