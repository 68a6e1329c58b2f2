"""The figures of a run, in docs/reliability.md: each scenario has a place there, between two marks of its own."""

from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill

from benchmarks.report import machine
from tests.fire.scenario import Result, Scenario

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/reliability.md"


def write(scenario: Scenario, result: Result, page: Path = PAGE) -> None:
    """Put the figures into the document, in place of older ones."""
    begin, end = marks(scenario)
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{section(scenario, result)}\n{end}{after}")


def marks(scenario: Scenario) -> tuple[str, str]:
    """Between these stands what `write` writes."""
    return f"<!-- {scenario.name} -->", f"<!-- end of {scenario.name} -->"


def section(scenario: Scenario, result: Result) -> str:
    """What is said of one scenario."""
    rows = [("", ""), ("---", "---"), *result.figures]
    table = "\n".join(f"| {what} | {much} |" for what, much in rows)
    verdict = "" if not result.broken else "\n\n**Not kept:** " + " ".join(result.broken)
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"""## {scenario.title}

{fill(scenario.story, 118)}

`make fire ONLY={scenario.name}`, {when}, on {machine()}:

{table}{verdict}"""
