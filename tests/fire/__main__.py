"""`python -m tests.fire [name …]`: play the scenarios in full, and write their figures into docs/reliability.md."""

import sys
import tempfile
import time
from pathlib import Path

from scripts.azurite import running_azurite
from tests.fire import report
from tests.fire.programme import SCENARIOS
from tests.fire.scenario import Impossible, Scenario


def main(names: list[str]) -> int:
    """Play those of that name, or all; returns how many did not keep their promises."""
    unknown = set(names) - {each.name for each in SCENARIOS}
    if unknown:
        print(f"No such scenario: {', '.join(unknown)}. There are: {', '.join(each.name for each in SCENARIOS)}.")
        return 1
    return sum(not _play(each) for each in SCENARIOS if not names or each.name in names)


def _play(scenario: Scenario) -> bool:
    print(f"{scenario.title} …", flush=True)
    started = time.monotonic()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="reelgate-fire-") as folder,
            running_azurite(location=Path(folder)) as azurite,
        ):
            result = scenario.full(azurite.connection_string)
    except Impossible as error:
        print(f"  left out: {error}")
        return True
    for what, much in result.figures:
        print(f"  {what}: {much}")
    for sentence in result.broken:
        print(f"  BROKEN: {sentence}")
    report.write(scenario, result)
    print(f"  {'kept' if not result.broken else 'NOT KEPT'}, {time.monotonic() - started:.0f} s", flush=True)
    return not result.broken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
