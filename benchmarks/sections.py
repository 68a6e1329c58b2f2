"""Pages that several commands fill: each writes its own section, between two marks."""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import conditions

_DOCS = Path(__file__).resolve().parent.parent / "docs"


def write_section(page: str, name: str, text: str, *, command: str) -> None:
    """Put the text, with the date and the conditions, in place of what the section said before, and print it."""
    path = _DOCS / page
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = path.read_text().partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise RuntimeError(f"{page} has no place for {name}")
    stamped = f"`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {conditions()}.\n\n{text.strip()}"
    path.write_text(f"{before}{begin}\n{stamped}\n{end}{after}")
    print(stamped, end="\n\n")
