"""Change critical modules in small ways, one at a time, and see whether their tests notice: `make mutate`.

Each change is made in a copy of the tree, by Cosmic Ray, because the tests start servers of their own: a mutant has to
stand in the file, where every process finds it. The score goes into docs/reliability.md.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- mutants -->", "<!-- end of mutants -->"
TARGET = 0.9
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "node_modules", ".*_cache", "__pycache__", ".data", ".hypothesis")
_LINKED = (".venv", "node_modules")
# Of a dozen operators that can stand for another one, the nearest is the hardest to notice: that one is tried. A `*` or
# `**` in these modules is nearly always an argument's, and a `|` a type's: changing these changes nothing that runs.
_NEAREST = {
    "ReplaceBinaryOperator": ("Add_Sub", "Sub_Add", "Div_Mul", "FloorDiv_Add", "Mod_Add", "LShift_RShift"),
    "ReplaceComparisonOperator": (
        *("Gt_GtE", "GtE_Gt", "Lt_LtE", "LtE_Lt", "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
    ),
    "ReplaceUnaryOperator": ("Delete_Not", "USub_UAdd"),
}
# A mutant that waits for ever is noticed after this many times what the tests take without it.
_PATIENCE = 4
_SHORTEST_PATIENCE = 60
_FARTHER = [rf"core/{family}_(?!(?:{'|'.join(nearest)})$)" for family, nearest in _NEAREST.items()]


@dataclass(frozen=True)
class Target:
    """A module that is mutated, and the tests that have to notice."""

    module: str
    tests: tuple[str, ...]


# The one list of critical modules, by path. `tests/scripts/test_mutate.py` sees that each is there.
TARGETS = (
    Target("routes/http/guards.py", ("tests/routes/http/test_guards.py",)),
    Target(
        "services/library/trash_purge.py",
        (
            "tests/services/library/test_trash_purge.py",
            "tests/services/library/test_reconciliation.py",
            "tests/services/tiers/test_tiers.py",
            "tests/routes/holds/test_holds.py",
            "tests/e2e/operations/test_housekeeping.py",
        ),
    ),
    Target(
        "services/uploads/direct.py",
        (
            "tests/services/uploads/test_direct.py",
            "tests/services/uploads/test_versions.py",
            "tests/e2e/uploads/test_direct.py",
            "tests/e2e/uploads/test_direct_url.py",
            "tests/e2e/uploads/test_direct_finishing.py",
        ),
    ),
    Target(
        "services/uploads/uploads.py",
        (
            "tests/e2e/uploads/test_upload.py",
            "tests/e2e/uploads/test_upload_refusals.py",
            "tests/services/storage/contract",
        ),
    ),
    Target("services/uploads/resumable", ("tests/services/uploads/resumable", "tests/e2e/uploads/test_resumable.py")),
)


@dataclass(frozen=True)
class Score:
    """What became of the mutants of one module."""

    module: str
    killed: int
    survivors: tuple[str, ...]
    """Each as `line: operator`."""

    @property
    def total(self) -> int:
        """How many mutants there were."""
        return self.killed + len(self.survivors)

    @property
    def share(self) -> float:
        """The part of them that the tests noticed."""
        return self.killed / self.total if self.total else 1.0


def score_of(module: str, dump: str) -> Score:
    """Read what `cosmic-ray dump` prints: a line for each mutant, with its result."""
    killed, survivors = 0, []
    for line in dump.splitlines():
        item, result = json.loads(line)
        if result is None or result["worker_outcome"] in {"no-test", "skipped"}:
            continue
        if result["test_outcome"] == "survived":
            [mutation] = item["mutations"]
            operator = mutation["operator_name"].removeprefix("core/")
            survivors.append(f"{mutation['module_path']}:{mutation['start_pos'][0]}: {operator}")
        else:
            killed += 1
    return Score(module, killed, tuple(survivors))


def mutate(target: Target) -> Score:
    """Try all mutants of one target in a copy of the tree; raises when its tests fail without any."""
    with tempfile.TemporaryDirectory(prefix="reelgate-mutants-") as folder:
        copy, session = Path(folder, "tree"), Path(folder, "session.sqlite")
        shutil.copytree(ROOT, copy, ignore=_NOT_COPIED)
        for name in _LINKED:
            (copy / name).symlink_to(ROOT / name)
        config = Path(folder, "cosmic-ray.toml")
        config.write_text(_config(target, seconds=600))
        began = time.monotonic()
        _cosmic_ray(copy, "baseline", str(config))
        patience = max(_PATIENCE * (time.monotonic() - began), _SHORTEST_PATIENCE)
        config.write_text(_config(target, seconds=patience))
        _cosmic_ray(copy, "init", str(config), str(session))
        _run(copy, "cr-filter-operators", str(session), str(config))
        _cosmic_ray(copy, "exec", str(config), str(session))
        return score_of(target.module, _cosmic_ray(copy, "dump", str(session)))


def write(scores: list[Score], page: Path = PAGE) -> None:
    """Put the scores into the document; those of modules that were not tried this time stay."""
    before, _, rest = page.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    rows = {_module_of(line): line for line in old.splitlines() if line.startswith("| `")}
    rows |= {score.module: _row(score) for score in scores}
    table = "\n".join(["| module | mutants | killed | | measured |", "| --- | --- | --- | --- | --- |", *rows.values()])
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


def _row(score: Score) -> str:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"| `{score.module}` | {score.total} | {score.killed} | {score.share:.0%} | {today} |"


def _module_of(row: str) -> str:
    return row.split("`")[1]


def _config(target: Target, *, seconds: float) -> str:
    tests = " ".join(target.tests)
    options = '-q -x -p no:randomly -p no:cacheprovider -m "not fire"'
    command = f"{sys.executable} -m pytest {options} {tests}"
    return f"""[cosmic-ray]
module-path = {json.dumps(target.module)}
timeout = {seconds:.0f}
excluded-modules = []
test-command = {json.dumps(command)}
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(_FARTHER)}
"""


def _cosmic_ray(tree: Path, *arguments: str) -> str:
    return _run(tree, "cosmic-ray", *arguments)


def _run(tree: Path, program: str, *arguments: str) -> str:
    path = str(Path(sys.executable).with_name(program))
    environment = os.environ | {"PYTHONPATH": str(tree)}
    done = subprocess.run([path, *arguments], cwd=tree, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def _chosen(wanted: list[str]) -> Iterator[Target]:
    for target in TARGETS:
        if not wanted or target.module in wanted:
            yield target


def main() -> int:
    """Mutate the modules that the command line names, or all of the list; 1 when one falls short of the target.

    `--list` prints the list as JSON, for the job that gives each module a machine of its own.
    """
    if sys.argv[1:] == ["--list"]:
        print(json.dumps([target.module for target in TARGETS]))
        return 0
    scores = []
    for target in _chosen(sys.argv[1:]):
        print(f"{target.module} …", flush=True)
        score = mutate(target)
        scores.append(score)
        write(scores)
        print(f"{score.killed} of {score.total} mutants were noticed", *score.survivors, sep="\n  ", flush=True)
    return 0 if scores and all(score.share >= TARGET for score in scores) else 1


if __name__ == "__main__":
    sys.exit(main())
