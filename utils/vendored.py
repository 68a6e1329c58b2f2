"""Scripts of others that pages use: where they lie, in a checkout and in a package."""

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

VENDORED: Mapping[str, str] = {
    "vendor/hls.js": "node_modules/hls.js/dist/hls.min.mjs",
    "vendor/hls.LICENSE.txt": "node_modules/hls.js/LICENSE",
}
"""Their names below static/, and what npm has installed them as. A package and an image carry copies below static/."""


def vendored(name: str, *, root: Path = ROOT) -> Path | None:
    """The file of that name below static/: the copy, or what npm has installed; None when there is neither."""
    if name not in VENDORED:
        return None
    places = (root / "static" / name, root / VENDORED[name])
    return next((path for path in places if path.is_file()), None)
